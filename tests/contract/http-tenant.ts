import { waitingOf } from '@kuluma/cloud/core/recommendations/waiting.ts';
import type { freshBase, Id, IdKind } from '@kuluma/shared/model/base.ts';
import type { RecordKind, RecordOf } from '@kuluma/shared/model/kinds.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';

/** A Monday morning. */
export const startMs = Date.parse('2027-03-01T06:00:00.000Z');
const always = { fromMs: startMs - 400 * dayMs, toMs: null };
const zone = 'Europe/Helsinki';
const text = (word: string) => ({ fi: word, sv: word, en: word });
const at = (latitude: number, longitude: number) => ({ latitude, longitude });
const workdays = (from: string, to: string) => ({
  timeZone: zone,
  hours: [1, 2, 3, 4, 5].map((weekday) => ({ weekday, from, to })),
  closedOn: [],
});

/** The fields of a record kind beside those that every record has. */
export type Fields<K extends RecordKind & IdKind> = Omit<RecordOf<K>, keyof ReturnType<typeof freshBase<K>>>;
/** Puts a record of the tenant into the store. */
export type Put = <K extends RecordKind & IdKind>(kind: K, fields: Fields<K>) => Promise<Id<K>>;

const times = async <T>(count: number, make: (n: number) => Promise<T>): Promise<T[]> => {
  const made: T[] = [];
  for (let n = 0; n < count; n++) made.push(await make(n));
  return made;
};

const seedStock = async (put: Put) => {
  const depotId = await put('depot', { name: 'Depot', location: at(61.47, 23.73), timeZone: zone });
  const partId = await put('part', { number: 'K-1', name: text('part'), priceCents: 5_000, supplierLeadTimeDays: 3 });
  const count = { partId, quantity: 200, reason: 'count', causeId: null, atMs: startMs } as const;
  await put('stockMovement', { ...count, place: depotId });
  return { depotId, partId };
};

const seedPerson = (put: Put, name: string, role: 'planner' | 'technician') =>
  put('person', { name, email: 'someone@example.com', phone: '1', language: 'fi', roles: [role] });

const seedTechnician = async (put: Put, n: number, depotId: Id<'depot'>) => {
  const personId = await seedPerson(put, `Technician ${n}`, 'technician');
  const technicianId = await put('technician', {
    personId,
    depotId,
    home: at(61.5, 23.79),
    skills: [{ skill: 'rotatingMachines', level: 3 }],
    certificates: [],
    working: workdays('07:00', '15:30'),
    costPerHourCents: 4_000,
    costPerKmCents: 50,
  });
  return { personId, technicianId };
};

const seedOwner = async (put: Put, name: string) => {
  const ownerId = await put('owner', { name, language: 'fi' });
  const contactId = await put('contact', {
    ownerId,
    name: `${name} Contact`,
    email: 'contact@example.com',
    phone: '2',
    language: 'fi',
    contactRoles: ['approver', 'host'],
  });
  await put('consent', { contactId, messageClass: 'serviceNotice', legalBasis: 'contract', period: always });
  const siteId = await put('site', {
    name: `${name} site`,
    streetAddress: 'Street 1',
    municipality: 'Tampere',
    location: at(61.52, 23.62),
    access: workdays('06:00', '20:00'),
  });
  return { ownerId, contactId, siteId };
};

const repairOf = (partId: Id<'part'>) => ({
  failureModeCode: 'VIB' as const,
  bom: [{ partId, quantity: 2, useProbability: 0.9 }],
  skills: [{ skill: 'rotatingMachines', level: 2 }],
  certificates: [],
  durationMin: 120,
});

const bearingOf = (partId: Id<'part'>) => ({
  ...repairOf(partId),
  code: 'bearing',
  name: text('bearing'),
  failureMechanism: 'fatigue',
  failureCostCents: 600_000,
  policy: { horizonDays: 28, failureProbability: 0.5, forecastsInARow: 1 },
});

const seedModel = async (put: Put, partId: Id<'part'>) => {
  const model = { code: 'pump', name: text('pump'), manufacturer: 'Works', componentTypes: [bearingOf(partId)] };
  const machineModelId = await put('machineModel', model);
  const forecastModelId = await put('forecastModel', {
    machineModelId,
    modelVersion: 'pump-1',
    modelHash: 'a'.repeat(64),
    codeVersion: '0',
    file: 'none.json',
    card: {},
  });
  return { machineModelId, forecastModelId };
};

const rulDays = { p05: 6, p10: 8, p50: 20, p90: 40, p95: 50 };
const failureProbability = [
  { horizonDays: 7, value: 0.1 },
  { horizonDays: 14, value: 0.3 },
  { horizonDays: 28, value: 0.7 },
  { horizonDays: 56, value: 0.95 },
];
const drivers: Fields<'forecast'>['drivers'] = [{ point: 'vibration', kind: 'trend', direction: 'up', share: 0.8 }];

/** A forecast of a component that wears, as if the forecaster had said it. */
const seedForecast = (put: Put, of: Pick<Fields<'forecast'>, 'machineId' | 'componentId' | 'forecastModelId'>) =>
  put('forecast', {
    ...of,
    componentCode: 'bearing',
    forecastAtMs: startMs,
    dataUntilMs: startMs,
    modelHash: 'a'.repeat(64),
    codeVersion: '0',
    configHash: 'b'.repeat(64),
    featureNames: ['vibration.last'],
    featureValues: [4.2],
    rulDays,
    failureProbability,
    degradationIndex: 0.7,
    healthGrade: 'act',
    drivers,
    dataQuality: 1,
    abstainReason: null,
  });

interface Place {
  readonly ownerId: Id<'owner'>;
  readonly siteId: Id<'site'>;
}

/** A machine whose bearing wears, with the recommendation that this has led to. */
const seedMachine = async (
  put: Put,
  n: number,
  place: Place,
  models: Awaited<ReturnType<typeof seedModel>> & { readonly partId: Id<'part'> },
) => {
  const { machineModelId, forecastModelId, partId } = models;
  const names = { tag: `P-${n}`, serialNumber: `S${n}` };
  const machineId = await put('machine', { machineModelId, ...names, commissionedAtMs: always.fromMs });
  await put('machinePlacement', { machineId, siteId: place.siteId, period: always });
  await put('machineOwnership', { machineId, ownerId: place.ownerId, period: always });
  const componentId = await put('component', { machineId, componentCode: 'bearing', period: always, endedBy: null });
  const point = { machineId, name: 'vibration', role: 'sensor', unit: 'mm/s', alarmLimit: 7 } as const;
  const pointId = await put('measurementPoint', point);
  const forecastId = await seedForecast(put, { machineId, componentId, forecastModelId });
  const said = { forecastId, forecastAtMs: startMs, dataQuality: 1, abstainReason: null, rulDays, failureProbability };
  const componentType = bearingOf(partId);
  const { failureCostCents } = componentType;
  const recommendationId = await put('recommendation', {
    ...repairOf(partId),
    ...waitingOf(
      { rulDays, failureProbability, failureCostCents, forecastAtMs: startMs, installedAtMs: undefined },
      startMs,
    ),
    machineId,
    componentId,
    forecastId,
    action: 'replace',
    drivers,
    inputs: { forecasts: [said], componentType, codeVersion: '0' },
    state: 'open',
  });
  return { machineId, componentId, pointId, recommendationId };
};

/** A service company with two owners, whose machines take turns, and a depot full of parts. */
export const seedTenant = async (put: Put, size: { machines: number; technicians: number }) => {
  const stock = await seedStock(put);
  const plannerId = await seedPerson(put, 'Paula Planner', 'planner');
  const technicians = await times(size.technicians, (n) => seedTechnician(put, n, stock.depotId));
  const models = { ...(await seedModel(put, stock.partId)), partId: stock.partId };
  const [first, second] = [await seedOwner(put, 'First'), await seedOwner(put, 'Second')];
  const machines = await times(size.machines, (n) => seedMachine(put, n, n % 2 === 0 ? first : second, models));
  return { ...stock, plannerId, technicians, owners: [first, second], machines };
};
