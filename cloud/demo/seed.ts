import { createHash, randomBytes } from 'node:crypto';
import type { Random } from '@kuluma/shared/clock.ts';
import { AppError } from '@kuluma/shared/errors.ts';
import { type Actor, freshBase, type Id, type IdKind, newId } from '@kuluma/shared/model/base.ts';
import type { WorkCalendar } from '@kuluma/shared/model/calendar.ts';
import type { RecordKind, RecordOf } from '@kuluma/shared/model/kinds.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import type { Records } from '../ports.ts';
import { kits, machineModels, parts } from './catalogue.ts';
import { company, depots, planner, technicians } from './company.ts';
import { owners } from './customers.ts';

const actor: Actor = { kind: 'policy', name: 'demo-seed' };
/** How long a demo link opens its page; wall time. */
const linkLifeMs = 12 * 3_600_000;

export interface SeededMachine {
  /** Key in the simulator's plant. */
  readonly key: string;
  readonly machineId: Id<'machine'>;
  readonly type: string;
  readonly gatewayId: Id<'gateway'>;
  /** Point ids by the name that the device profile gives. */
  readonly points: ReadonlyMap<string, Id<'measurementPoint'>>;
}
export interface SeededGateway {
  readonly gatewayId: Id<'gateway'>;
  readonly token: string;
  readonly ownerIndex: number;
}
export interface SignInSecret {
  readonly role: 'planner' | 'technician' | 'owner';
  readonly name: string;
  readonly secret: string;
}
export interface Seeded {
  readonly organisationId: Id<'organisation'>;
  readonly plannerId: Id<'person'>;
  readonly machines: readonly SeededMachine[];
  readonly gateways: readonly SeededGateway[];
  readonly secrets: readonly SignInSecret[];
}

/** A point as its device profile names it. */
export type ProfilePoint = Pick<RecordOf<'measurementPoint'>, 'name' | 'unit' | 'role'>;
/** A component's life as the history of its machine tells it; the last one is installed. */
export interface ComponentLife {
  readonly code: string;
  readonly fromMs: number;
  readonly toMs: number | null;
  readonly endedBy: 'failure' | 'replacement' | null;
}
export interface SeedInput {
  readonly nowMs: number;
  readonly wallNowMs: number;
  readonly random: Random;
  readonly profiles: ReadonlyMap<string, readonly ProfilePoint[]>;
  /** By machine key. */
  readonly lives: ReadonlyMap<string, readonly ComponentLife[]>;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const newSecret = (): string => randomBytes(32).toString('base64url');
const workdays = (from: string, to: string, days = 5) =>
  Array.from({ length: days }, (_, i) => ({ weekday: i + 1, from, to }));
const calendar = (hours: WorkCalendar['hours']): WorkCalendar => ({ timeZone: company.timeZone, hours, closedOn: [] });
const localDay = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

type Add = <K extends RecordKind & IdKind>(
  kind: K,
  fields: Omit<RecordOf<K>, keyof ReturnType<typeof freshBase<K>>>,
) => Promise<Id<K>>;

/** One seeding in progress: what each step needs and what it leaves for the next. */
interface Seeding {
  readonly input: SeedInput;
  readonly startMs: number;
  readonly add: Add;
  readonly link: (
    role: SignInSecret['role'],
    name: string,
    who: Pick<RecordOf<'session'>, 'personId' | 'contactId'>,
  ) => Promise<void>;
  readonly depotIds: Map<string, Id<'depot'>>;
  readonly partIds: Map<string, Id<'part'>>;
  readonly modelIds: Map<string, Id<'machineModel'>>;
  readonly seeded: { machines: SeededMachine[]; gateways: SeededGateway[]; secrets: SignInSecret[] };
}

const found = <K, V>(map: ReadonlyMap<K, V>, key: K): V => {
  const value = map.get(key);
  if (value === undefined)
    throw new AppError('INTERNAL', `the demo company names ${String(key)} but does not describe it`);
  return value;
};

const seedStock = async ({ add, startMs, depotIds, partIds }: Seeding): Promise<void> => {
  for (const { key, name, location } of depots) {
    depotIds.set(key, await add('depot', { name, location, timeZone: company.timeZone }));
  }
  for (const { number, name, priceCents, leadDays, depots: shelves } of parts) {
    const partId = await add('part', { number, name, priceCents, supplierLeadTimeDays: leadDays });
    partIds.set(number, partId);
    for (const [key, quantity] of Object.entries(shelves)) {
      if (quantity === 0) continue;
      const place = found(depotIds, key);
      await add('stockMovement', { partId, place, quantity, reason: 'count', causeId: null, atMs: startMs });
    }
  }
};

/** @returns who the planner is. */
const seedStaff = async (seeding: Seeding): Promise<Id<'person'>> => {
  const { add, link, input, startMs, depotIds, partIds } = seeding;
  const plannerId = await add('person', { ...planner, language: 'fi', roles: ['planner'] });
  await link('planner', planner.name, { personId: plannerId, contactId: null });
  for (const t of technicians) {
    const email = `${t.name.split(' ')[0]?.toLowerCase()}@example.com`;
    const personId = await add('person', { name: t.name, email, phone: '', language: 'fi', roles: ['technician'] });
    const place = await add('technician', {
      personId,
      depotId: found(depotIds, t.depot),
      home: t.home,
      skills: [...t.skills],
      certificates: t.certificates.map((c) => ({
        code: c.code,
        validUntilOn: localDay(input.nowMs + c.validForDays * dayMs),
      })),
      tools: [...t.tools],
      working: calendar(workdays(t.from, t.to)),
      costPerHourCents: 4_200,
      costPerKmCents: 57,
    });
    for (const [number, quantity] of Object.entries(t.van)) {
      const partId = found(partIds, number);
      await add('stockMovement', { partId, place, quantity, reason: 'count', causeId: null, atMs: startMs });
    }
    await link('technician', t.name, { personId, contactId: null });
  }
  return plannerId;
};

const seedModels = async ({ add, partIds, modelIds }: Seeding): Promise<void> => {
  const kitIds = new Map<string, Id<'kit'>>();
  for (const { code, name, lines } of kits) {
    const kitLines = lines.map(({ part, quantity }) => ({ partId: found(partIds, part), quantity }));
    kitIds.set(code, await add('kit', { code, name, lines: kitLines }));
  }
  for (const { code, name, components } of machineModels) {
    const componentTypes = components.map((c) => ({
      code: c.code,
      name: c.name,
      failureModeCode: c.failureModeCode,
      failureMechanism: c.mechanism,
      bom: c.bom.map(({ part, quantity, useProbability }) => ({
        partId: found(partIds, part),
        quantity,
        useProbability,
      })),
      skills: [...c.skills],
      certificates: [...(c.certificates ?? [])],
      ...(c.tools ? { tools: [...c.tools] } : {}),
      ...(c.kit ? { kitId: found(kitIds, c.kit) } : {}),
      ...(c.second ? { second: { skills: [] } } : {}),
      durationMin: c.durationMin,
      failureCostCents: c.failureCostCents,
      policy: { horizonDays: 28, failureProbability: 0.5, forecastsInARow: 3 },
    }));
    modelIds.set(code, await add('machineModel', { code, name, manufacturer: 'Kuluma Demo Works', componentTypes }));
  }
};

interface Place {
  readonly ownerId: Id<'owner'>;
  readonly siteId: Id<'site'>;
  readonly gatewayId: Id<'gateway'>;
}

const seedMachine = async (
  seeding: Seeding,
  machine: (typeof owners)[number]['machines'][number],
  place: Place,
): Promise<void> => {
  const { add, input, modelIds, seeded } = seeding;
  const key = machine.tag;
  const period = { fromMs: input.nowMs - machine.ageDays * dayMs, toMs: null };
  const machineId = await add('machine', {
    machineModelId: found(modelIds, machine.type),
    tag: machine.tag,
    serialNumber: `DEMO-${machine.tag}`,
    commissionedAtMs: period.fromMs,
  });
  await add('machinePlacement', { machineId, siteId: place.siteId, period });
  await add('machineOwnership', { machineId, ownerId: place.ownerId, period });
  for (const life of found(input.lives, key)) {
    const { code, fromMs, toMs, endedBy } = life;
    await add('component', { machineId, componentCode: code, period: { fromMs, toMs }, endedBy });
  }
  const limits = machineModels.find((m) => m.code === machine.type)?.alarmLimits ?? {};
  const points = new Map<string, Id<'measurementPoint'>>();
  for (const { name, unit, role } of found(input.profiles, machine.type)) {
    const pointId = await add('measurementPoint', { machineId, name, role, unit, alarmLimit: limits[name] ?? null });
    points.set(name, pointId);
    await add('pointAssignment', { pointId, gatewayId: place.gatewayId, source: `${key}/${name}`, period });
  }
  seeded.machines.push({ key, machineId, type: machine.type, gatewayId: place.gatewayId, points });
};

const seedOwners = async (seeding: Seeding): Promise<void> => {
  const { add, link, startMs, seeded } = seeding;
  const period = { fromMs: startMs, toMs: null };
  for (const [ownerIndex, owner] of owners.entries()) {
    const ownerId = await add('owner', { name: owner.name, language: 'fi' });
    const contactId = await add('contact', {
      ...owner.contact,
      ownerId,
      language: 'fi',
      contactRoles: ['approver', 'host', 'payer'],
    });
    await link('owner', owner.contact.name, { personId: null, contactId });
    await add('consent', { contactId, messageClass: 'serviceNotice', legalBasis: 'contract', period });
    await add('dataLicence', { ownerId, purposes: ['ownService', 'fleetTraining'], period });
    const siteId = await add('site', { ...owner.site, access: calendar(workdays(owner.open[0], owner.open[1])) });
    const token = newSecret();
    const gatewayId = await add('gateway', { siteId, name: `${owner.site.name} 1`, tokenHash: sha256(token) });
    seeded.gateways.push({ gatewayId, token, ownerIndex });
    for (const machine of owner.machines) await seedMachine(seeding, machine, { ownerId, siteId, gatewayId });
  }
};

/** Fills an empty store with the demo's company, in one transaction. */
export const seedCompany = (records: Records, input: SeedInput): Promise<Seeded> =>
  records.transact(async (tx) => {
    const { nowMs, random } = input;
    const startMs = nowMs - 900 * dayMs;
    const organisationId = newId('organisation', random);
    const add: Add = async (kind, fields) => {
      const base = freshBase(kind, { organisationId, createdBy: actor, nowMs: startMs, random });
      await tx.insert(kind, { ...base, ...fields } as unknown as RecordOf<typeof kind>);
      return base.id;
    };
    const seeded: Seeding['seeded'] = { machines: [], gateways: [], secrets: [] };
    const link: Seeding['link'] = async (role, name, who) => {
      const secret = newSecret();
      seeded.secrets.push({ role, name, secret });
      const expiresAtMs = input.wallNowMs + linkLifeMs;
      await add('session', { kind: 'signInLink', secretHash: sha256(secret), ...who, roles: [role], expiresAtMs });
    };
    const seeding: Seeding = {
      input,
      startMs,
      add,
      link,
      depotIds: new Map(),
      partIds: new Map(),
      modelIds: new Map(),
      seeded,
    };
    const base = freshBase('organisation', { organisationId, createdBy: actor, nowMs: startMs, random });
    await tx.insert('organisation', { ...base, id: organisationId, name: company.name, timeZone: company.timeZone });
    await seedStock(seeding);
    const plannerId = await seedStaff(seeding);
    await seedModels(seeding);
    await seedOwners(seeding);
    return { organisationId, plannerId, ...seeded };
  });
