import { join } from 'node:path';
import { pgliteDatabase } from '@kuluma/cloud/adapters/records-postgres/pglite-database.ts';
import { createRecords } from '@kuluma/cloud/adapters/records-postgres/records.ts';
import { DuckDbTimeSeries } from '@kuluma/cloud/adapters/timeseries-duckdb/duckdb-time-series.ts';
import { waitingOf } from '@kuluma/cloud/core/recommendations/waiting.ts';
import { createSignInLink } from '@kuluma/cloud/http/principal.ts';
import type { RecordTransaction } from '@kuluma/cloud/ports.ts';
import { clockOf, type Random, seededRandom } from '@kuluma/shared/clock.ts';
import { type Actor, freshBase, type Id, type IdKind, newId } from '@kuluma/shared/model/base.ts';
import type { RecordKind, RecordOf } from '@kuluma/shared/model/kinds.ts';
import { dayMs, hourMs, minuteMs } from '@kuluma/shared/model/units.ts';

/** Machines, technicians and how many visits each has on a working day of the next two weeks. */
export const fleetSize = { machines: 5000, technicians: 60, visitsPerDay: 4 };
const machinesPerSite = 4;
const sitesPerOwner = 2;
const pointsPerMachine = 4;
/** Of the machines without a visit, those whose failure has to be decided about. */
const openShare = 0.05;
/** Nothing was booked within the last days. */
const settledMs = 3 * dayMs;
/** Of a transaction. */
const machinesAtOnce = 250;

const createdBy: Actor = { kind: 'policy', name: 'bench' };
const zone = 'Europe/Helsinki';
const word = (text: string) => ({ fi: text, sv: text, en: text });
const workdays = (from: string, to: string) => ({
  timeZone: zone,
  hours: [1, 2, 3, 4, 5].map((weekday) => ({ weekday, from, to })),
  closedOn: [],
});

type Fields<K extends RecordKind & IdKind> = Omit<RecordOf<K>, keyof ReturnType<typeof freshBase<K>>>;
type Add = <K extends RecordKind & IdKind>(kind: K, fields: Fields<K>) => Promise<Id<K>>;
type ComponentType = RecordOf<'machineModel'>['componentTypes'][number];

const componentCodes = ['bearing', 'seal'] as const;
const componentType = (code: string): ComponentType => ({
  ...{ code, name: word(code), failureModeCode: code === 'seal' ? 'ELP' : 'VIB', failureMechanism: 'fatigue' },
  ...{ bom: [], skills: [], certificates: [], durationMin: 90, failureCostCents: 600_000 },
  policy: { horizonDays: 28, failureProbability: 0.5, forecastsInARow: 1 },
});

interface Ground {
  readonly organisationId: Id<'organisation'>;
  readonly nowMs: number;
  readonly fromMs: number;
  readonly random: Random;
  readonly technicianIds: readonly Id<'technician'>[];
  readonly machineModelIds: readonly Id<'machineModel'>[];
}

/** Working days of the two weeks that begin now, at eight. */
const workingDays = (nowMs: number): number[] =>
  Array.from({ length: 14 }, (_, n) => Math.floor(nowMs / dayMs) * dayMs + (n + 1) * dayMs + 6 * hourMs).filter(
    (ms) => new Date(ms).getUTCDay() % 6 !== 0,
  );

const addGround = async (
  add: Add,
  organisationId: Id<'organisation'>,
  random: Random,
  nowMs: number,
): Promise<Ground> => {
  const fromMs = nowMs - 400 * dayMs;
  const depotId = await add('depot', { name: 'Depot', location: { latitude: 61.5, longitude: 23.8 }, timeZone: zone });
  const technicianIds: Id<'technician'>[] = [];
  for (let n = 0; n < fleetSize.technicians; n++) {
    const contact = { email: `t${n}@example.com`, phone: '', language: 'fi' as const };
    const personId = await add('person', { name: `Technician ${n}`, ...contact, roles: ['technician'] });
    technicianIds.push(
      await add('technician', {
        ...{ personId, depotId, home: { latitude: 60.2 + random() * 4, longitude: 22 + random() * 7 } },
        ...{ skills: [], certificates: [], working: workdays('07:00', '17:00') },
        ...{ costPerHourCents: 4_000, costPerKmCents: 50 },
      }),
    );
  }
  const machineModelIds: Id<'machineModel'>[] = [];
  for (const code of ['pump', 'fan', 'compressor', 'conveyor']) {
    const componentTypes = componentCodes.map(componentType);
    machineModelIds.push(await add('machineModel', { code, name: word(code), manufacturer: 'Works', componentTypes }));
  }
  return { organisationId, nowMs, fromMs, random, technicianIds, machineModelIds };
};

interface Place {
  readonly ownerId: Id<'owner'>;
  readonly contactId: Id<'contact'>;
  readonly siteId: Id<'site'>;
}

const addOwner = async (add: Add, n: number) => {
  const ownerId = await add('owner', { name: `Owner ${n} Oy`, language: 'fi' });
  const contact = { email: `c${n}@example.com`, phone: `+3584000${10_000 + n}`, language: 'fi' as const };
  const contactId = await add('contact', { ownerId, name: `Contact ${n}`, ...contact, contactRoles: ['approver'] });
  return { ownerId, contactId };
};

const addSite = (add: Add, n: number, random: Random) =>
  add('site', {
    ...{ name: `Site ${n}`, streetAddress: `Street ${n}`, municipality: `Town ${n % 300}` },
    location: { latitude: 60.2 + random() * 6, longitude: 21.5 + random() * 8 },
    access: workdays('06:00', '18:00'),
  });

const grades = ['good', 'good', 'good', 'good', 'watch', 'watch', 'unknown'] as const;

const addForecast = (
  add: Add,
  { nowMs, random }: Ground,
  of: Pick<RecordOf<'forecast'>, 'machineId' | 'componentId' | 'componentCode'>,
  wears: boolean,
) => {
  const grade = wears ? 'act' : (grades[Math.floor(random() * grades.length)] ?? 'good');
  const p50 = wears ? 15 + 20 * random() : 100 + 300 * random();
  return add('forecast', {
    ...of,
    ...{ forecastAtMs: nowMs, dataUntilMs: nowMs, forecastModelId: newId('forecastModel', random) },
    ...{ modelHash: 'a'.repeat(64), codeVersion: '0', configHash: 'b'.repeat(64) },
    featureNames: Array.from({ length: 40 }, (_, n) => `feature${n}`),
    featureValues: Array.from({ length: 40 }, () => random()),
    rulDays: grade === 'unknown' ? null : { p05: p50 * 0.5, p10: p50 * 0.6, p50, p90: p50 * 1.6, p95: p50 * 1.8 },
    failureProbability: [7, 14, 28, 56].map((days) => ({
      horizonDays: days,
      value: wears ? Math.min(0.95, days / 45) : days / 900,
    })),
    degradationIndex: wears ? 0.8 : 0.2,
    healthGrade: grade,
    drivers: [{ point: 'point0', kind: 'trend', direction: 'up', share: 0.8 }],
    dataQuality: 0.5 + 0.5 * random(),
    abstainReason: grade === 'unknown' ? 'notEnoughData' : null,
  });
};

const addRecommendation = (
  add: Add,
  { nowMs, fromMs }: Ground,
  of: Pick<RecordOf<'recommendation'>, 'machineId' | 'componentId'> & { readonly forecastId: Id<'forecast'> },
  state: 'open' | 'approved',
) => {
  const rulDays = { p05: 6, p10: 8, p50: 20, p90: 40, p95: 50 };
  const failureProbability = [7, 14, 28, 56].map((days) => ({ horizonDays: days, value: Math.min(0.95, days / 45) }));
  const { failureCostCents, ...type } = componentType('bearing');
  const said = { forecastId: of.forecastId, forecastAtMs: nowMs, dataQuality: 1, abstainReason: null };
  const risk = { rulDays, failureProbability, failureCostCents, forecastAtMs: nowMs, installedAtMs: fromMs };
  const { failureModeCode, bom, skills, certificates, durationMin } = type;
  return add('recommendation', {
    ...of,
    ...{ failureModeCode, bom, skills, certificates, durationMin },
    ...waitingOf(risk, nowMs),
    action: 'replace',
    drivers: [{ point: 'point0', kind: 'trend', direction: 'up', share: 0.8 }],
    inputs: {
      forecasts: [{ ...said, rulDays, failureProbability }],
      componentType: { ...type, failureCostCents },
      codeVersion: '0',
    },
    state,
  });
};

const slotOf = (random: Random, technicianId: Id<'technician'>, startMs: number): RecordOf<'visit'>['slot'] => ({
  id: newId('slot', random),
  technicianId,
  ...{
    startMs,
    endMs: startMs + 90 * minuteMs,
    busyFromMs: startMs - 20 * minuteMs,
    busyToMs: startMs + 90 * minuteMs,
  },
  ...{ arrivalFromMs: startMs - 30 * minuteMs, arrivalToMs: startMs + 30 * minuteMs, travelKm: 12, travelMin: 20 },
  ...{ viaDepotId: null, parts: [], costTerms: { travel: 1_000, labour: 6_000 }, costCents: 7_000 },
});

/** The offer that was accepted, what blocks the time, and the visit. */
const addVisit = async (
  add: Add,
  tx: RecordTransaction,
  { organisationId, random, nowMs }: Ground,
  { ownerId, contactId, siteId }: Place,
  of: { readonly machineId: Id<'machine'>; readonly recommendationId: Id<'recommendation'> },
  slot: RecordOf<'visit'>['slot'],
) => {
  const offerId = await add('offer', {
    ...of,
    ...{ ownerId, contactId, approvalId: newId('approval', random), messageClass: 'serviceNotice' },
    ...{ legalBasis: 'contract', slots: [slot], lines: [], validUntilMs: nowMs + dayMs, state: 'accepted' },
    total: { netCents: 0, vatCents: 0, grossCents: 0, currency: 'EUR' },
    ...{ declineReason: null, answeredAtMs: nowMs },
  });
  const { technicianId, busyFromMs, busyToMs } = slot;
  const base = freshBase('slotHold', { organisationId, createdBy, nowMs, random });
  const blocked = { technicianId, busyFromMs, busyToMs, expiresAtMs: nowMs, state: 'booked' as const };
  const hold = { ...base, offerId, slotId: slot.id, ...blocked };
  await tx.insert('slotHold', hold);
  await tx.occupy(hold);
  await add('visit', {
    ...of,
    ...{ acceptanceId: newId('acceptance', random), offerId, siteId, technicianId, slot, state: 'booked' },
  });
};

const addMachine = async (
  add: Add,
  tx: RecordTransaction,
  ground: Ground,
  n: number,
  place: Place,
  slot?: RecordOf<'visit'>['slot'],
) => {
  const { random, fromMs, machineModelIds } = ground;
  const machineModelId = machineModelIds[n % machineModelIds.length] as Id<'machineModel'>;
  const names = { tag: `M-${n}`, serialNumber: `SN-${100_000 + n}` };
  const machineId = await add('machine', { machineModelId, ...names, commissionedAtMs: fromMs });
  const period = { fromMs, toMs: null };
  await add('machinePlacement', { machineId, siteId: place.siteId, period });
  await add('machineOwnership', { machineId, ownerId: place.ownerId, period });
  for (let p = 0; p < pointsPerMachine; p++)
    await add('measurementPoint', { machineId, name: `point${p}`, role: 'sensor', unit: 'mm/s', alarmLimit: null });
  const wears = slot !== undefined || random() < openShare;
  for (const [c, componentCode] of componentCodes.entries()) {
    const componentId = await add('component', { machineId, componentCode, period, endedBy: null });
    const of = { machineId, componentId, componentCode };
    const forecastId = await addForecast(add, ground, of, wears && c === 0);
    if (!wears || c > 0) continue;
    const cause = { machineId, componentId, forecastId };
    const recommendationId = await addRecommendation(add, ground, cause, slot ? 'approved' : 'open');
    if (slot) await addVisit(add, tx, ground, place, { machineId, recommendationId }, slot);
  }
};

/** Fills an empty data folder of the service. @returns the secret that the planner signs in with */
export const storeFleet = async (dataDir: string, machines = fleetSize.machines): Promise<string> => {
  const nowMs = Date.now();
  const random = seededRandom(1);
  const organisationId = newId('organisation', random);
  const records = createRecords(pgliteDatabase(join(dataDir, 'records')));
  const series = new DuckDbTimeSeries({ dir: join(dataDir, 'series') });
  await records.start(new AbortController().signal);
  await series.start();
  const adding =
    (tx: RecordTransaction): Add =>
    async (kind, fields) => {
      const base = freshBase(kind, { organisationId, createdBy, nowMs: nowMs - settledMs, random });
      await tx.insert(kind, { ...base, ...fields } as unknown as RecordOf<typeof kind>);
      return base.id;
    };
  try {
    const { personId, ground } = await records.transact(async (tx) => {
      const base = freshBase('organisation', { organisationId, createdBy, nowMs, random });
      await tx.insert('organisation', { ...base, id: organisationId, name: 'Works', timeZone: zone });
      const contact = { email: 'planner@example.com', phone: '', language: 'fi' as const };
      const add = adding(tx);
      const personId = await add('person', { name: 'A Planner', ...contact, roles: ['planner'] });
      return { personId, ground: await addGround(add, organisationId, random, nowMs) };
    });
    const starts = workingDays(nowMs).flatMap((dayStartMs) =>
      Array.from({ length: fleetSize.visitsPerDay }, (_, n) => dayStartMs + n * 2 * hourMs),
    );
    const slots = ground.technicianIds.flatMap((id) => starts.map((startMs) => slotOf(random, id, startMs)));
    const state: { owner?: Awaited<ReturnType<typeof addOwner>>; place?: Place } = {};
    for (let from = 0; from < machines; from += machinesAtOnce)
      await records.transact(async (tx) => {
        const add = adding(tx);
        for (let n = from; n < Math.min(from + machinesAtOnce, machines); n++) {
          if (n % (machinesPerSite * sitesPerOwner) === 0) state.owner = await addOwner(add, n);
          if (n % machinesPerSite === 0 && state.owner)
            state.place = { ...state.owner, siteId: await addSite(add, n / machinesPerSite, random) };
          if (state.place) await addMachine(add, tx, ground, n, state.place, slots[n]);
        }
      });
    await storeSamples(series, organisationId, nowMs, await records.list('measurementPoint', organisationId));
    const who = { organisationId, personId, contactId: null, roles: ['planner' as const] };
    const deps = { records, clock: clockOf(Date.now), wallNow: Date.now, random };
    return await createSignInLink(deps, who, hourMs);
  } finally {
    await series.stop();
    await records.stop();
  }
};

/** One sample of every point. */
const storeSamples = async (
  series: DuckDbTimeSeries,
  organisationId: string,
  nowMs: number,
  points: readonly RecordOf<'measurementPoint'>[],
): Promise<void> => {
  const random = seededRandom(2);
  const samples = {
    pointIds: points.map(({ id }) => id),
    point: Uint32Array.from(points, (_, n) => n),
    sampledAtMs: Float64Array.from(points, () => Math.floor(nowMs - random() * hourMs)),
    value: Float64Array.from(points, () => random()),
    quality: new Uint8Array(points.length),
    count: points.length,
  };
  const key = { gatewayId: newId('gateway', random), epoch: 1, class: 'live' as const, seq: 1 };
  await series.write([{ organisationId, key, samples }]);
};
