import type { Id } from '@kuluma/shared/model/base.ts';
import type { SetUpKind } from '@kuluma/shared/model/set-up-kinds.ts';
import type { SetUpEntry } from '@kuluma/shared/model/views/set-up.ts';
import { onShelf } from '../planning/parts.ts';
import { isDay } from './checks.ts';
import { running } from './period.ts';
import { agreementsOf } from './put-agreements.ts';
import { editionOf, putChecklist } from './put-checklists.ts';
import { putDocument } from './put-documents.ts';
import { putGateway, putMachine, putMachineModel, putPoint } from './put-machines.ts';
import { aboutNotices, preferenceOf, putContact, putOwner, putTechnician } from './put-people.ts';
import { countStock, movementsOf, putDepot, putKit, putPart, putSite, quantityOf } from './put-places.ts';
import type { ImportKind, Origin, World } from './world.ts';
import { WrongEntry } from './wrong-entry.ts';

/** The record behind each kind of entry; of stock the lines of its ledger. */
export const recordOfKind = {
  owners: 'owner',
  contacts: 'contact',
  sites: 'site',
  'machine-models': 'machineModel',
  machines: 'machine',
  points: 'measurementPoint',
  gateways: 'gateway',
  technicians: 'technician',
  depots: 'depot',
  parts: 'part',
  kits: 'kit',
  stock: 'stockMovement',
  checklists: 'checklist',
  documents: 'document',
} as const satisfies Record<SetUpKind, ImportKind>;

interface EntryKind<K extends SetUpKind> {
  /** The entry as the records have it; undefined when there is none of that id. */
  readonly read: (world: World, id: string) => SetUpEntry<K> | undefined;
  /** Makes or changes it. @returns its id @throws WrongEntry */
  readonly put: (world: World, id: string | null, entry: SetUpEntry<K>, origin: Origin) => string;
}

const startOfDay = (day: string): number => Date.parse(`${day}T00:00:00Z`);
const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** `part.place`, as stock has no record of its own. */
export const stockIdOf = (partId: string, place: string): string => `${partId}.${place}`;
const stockOf = (id: string): { partId: Id<'part'>; placeId: Id<'depot'> | Id<'technician'> } => {
  const [partId = '', placeId = ''] = id.split('.');
  return { partId: partId as Id<'part'>, placeId: placeId as Id<'depot'> };
};

const known = <K extends ImportKind>(world: World, kind: K, id: string | null) =>
  id === null ? undefined : world.get(kind, id);

/** Each kind of entry: how its records make it, and how it makes its records. */
export const entryKinds: { readonly [K in SetUpKind]: EntryKind<K> } = {
  owners: {
    read: (world, id) => {
      const owner = world.get('owner', id);
      const licence = owner && running(world, 'dataLicence', { ownerId: owner.id });
      if (!owner) return undefined;
      const { name, language, serviceLevel } = owner;
      const level = serviceLevel === undefined ? {} : { serviceLevel };
      return { name, language, ...level, dataPurposes: licence?.purposes ?? [] };
    },
    put: (world, id, entry, origin) => putOwner({ world, origin }, known(world, 'owner', id), entry).id,
  },
  contacts: {
    read: (world, id) => {
      const contact = world.get('contact', id);
      if (!contact) return undefined;
      const { ownerId, name, email, phone, language, contactRoles } = contact;
      const serviceNotices = running(world, 'consent', aboutNotices(contact.id))?.legalBasis ?? null;
      const channel = preferenceOf(world, contact.id)?.channel ?? 'email';
      return { ownerId, name, email, phone, language, contactRoles, serviceNotices, channel };
    },
    put: (world, id, entry, origin) => {
      const contact = known(world, 'contact', id);
      const isUnsaid = entry.channel === 'email' && !(contact && preferenceOf(world, contact.id));
      // Who never said otherwise hears by e-mail; that needs no record.
      const channel = isUnsaid ? undefined : entry.channel;
      return putContact({ world, origin }, contact, { ...entry, channel }).id;
    },
  },
  sites: {
    read: (world, id) => {
      const site = world.get('site', id);
      if (!site) return undefined;
      const { name, streetAddress, municipality, location, access } = site;
      return { name, streetAddress, municipality, location, access };
    },
    put: (world, id, entry, origin) => putSite({ world, origin }, known(world, 'site', id), entry).id,
  },
  'machine-models': {
    read: (world, id) => {
      const model = world.get('machineModel', id);
      if (!model) return undefined;
      const { code, name, manufacturer, componentTypes, contractPlan } = model;
      return { code, name, manufacturer, componentTypes, ...(contractPlan === undefined ? {} : { contractPlan }) };
    },
    put: (world, id, entry, origin) => putMachineModel({ world, origin }, known(world, 'machineModel', id), entry).id,
  },
  machines: {
    read: (world, id) => {
      const machine = world.get('machine', id);
      if (!machine) return undefined;
      const { machineModelId, tag, serialNumber, commissionedAtMs } = machine;
      const siteId = running(world, 'machinePlacement', { machineId: machine.id })?.siteId ?? null;
      const ownerId = running(world, 'machineOwnership', { machineId: machine.id })?.ownerId ?? null;
      const placed = { machineModelId, tag, serialNumber, commissionedOn: dayOf(commissionedAtMs), siteId, ownerId };
      return { ...placed, ...agreementsOf(world, machine.id, ownerId) };
    },
    put: (world, id, { commissionedOn, ...entry }, origin) => {
      if (!isDay(commissionedOn)) throw new WrongEntry('commissionedOn', 'noDay', `there is no day ${commissionedOn}`);
      const machine = known(world, 'machine', id);
      const startMs = startOfDay(commissionedOn);
      // The hour of the day that an import knew is not lost by a form that shows the day.
      const commissionedAtMs =
        machine && dayOf(machine.commissionedAtMs) === commissionedOn ? machine.commissionedAtMs : startMs;
      return putMachine({ world, origin }, machine, { ...entry, commissionedAtMs }).id;
    },
  },
  points: {
    read: (world, id) => {
      const point = world.get('measurementPoint', id);
      if (!point) return undefined;
      const { machineId, name, role, unit, alarmLimit } = point;
      const feed = running(world, 'pointAssignment', { pointId: point.id });
      const { gatewayId = null, source = '' } = feed ?? {};
      return { machineId, name, role, unit, alarmLimit, gatewayId, source };
    },
    put: (world, id, entry, origin) => {
      const point = known(world, 'measurementPoint', id);
      // What a machine's sensor measured stays that machine's.
      if (point && point.machineId !== entry.machineId)
        throw new WrongEntry('machineId', 'stays', 'a point stays at its machine', 'make a point at the other machine');
      return putPoint({ world, origin }, point, entry).id;
    },
  },
  gateways: {
    read: (world, id) => {
      const gateway = world.get('gateway', id);
      return gateway && { siteId: gateway.siteId, name: gateway.name };
    },
    put: (world, id, entry, origin) => putGateway({ world, origin }, known(world, 'gateway', id), entry).id,
  },
  technicians: {
    read: (world, id) => {
      const technician = world.get('technician', id);
      const person = technician && world.get('person', technician.personId);
      if (!person) return undefined;
      const { name, email, phone, language } = person;
      const { depotId, home, skills, certificates, working, costPerHourCents, costPerKmCents } = technician;
      const { break: rest, overtime, areas, tools, paces } = technician;
      const rules = {
        ...(rest === undefined ? {} : { break: rest }),
        ...(overtime === undefined ? {} : { overtime }),
        ...(areas === undefined ? {} : { areas }),
        ...(tools === undefined ? {} : { tools }),
        ...(paces === undefined ? {} : { paces }),
      };
      const plan = { depotId, home, skills, certificates, working, ...rules, costPerHourCents, costPerKmCents };
      return { name, email, phone, language, ...plan };
    },
    put: (world, id, entry, origin) => {
      const technician = known(world, 'technician', id);
      const person = technician && world.get('person', technician.personId);
      return putTechnician({ world, origin }, { person, technician }, entry).id;
    },
  },
  depots: {
    read: (world, id) => {
      const depot = world.get('depot', id);
      return depot && { name: depot.name, location: depot.location, timeZone: depot.timeZone };
    },
    put: (world, id, entry, origin) => putDepot({ world, origin }, known(world, 'depot', id), entry).id,
  },
  parts: {
    read: (world, id) => {
      const part = world.get('part', id);
      if (!part) return undefined;
      const { number, name, priceCents, supplierLeadTimeDays } = part;
      return { number, name, priceCents, supplierLeadTimeDays };
    },
    put: (world, id, entry, origin) => putPart({ world, origin }, known(world, 'part', id), entry).id,
  },
  kits: {
    read: (world, id) => {
      const kit = world.get('kit', id);
      return kit && { code: kit.code, name: kit.name, lines: kit.lines };
    },
    put: (world, id, entry, origin) => putKit({ world, origin }, known(world, 'kit', id), entry).id,
  },
  stock: {
    read: (world, id) => {
      const { partId, placeId } = stockOf(id);
      const movements = movementsOf(world, partId, placeId);
      return movements.length > 0 ? { partId, placeId, quantity: quantityOf(onShelf(movements)) } : undefined;
    },
    put: (world, id, { partId, placeId, quantity }, origin) => {
      if (id !== null && id !== stockIdOf(partId, placeId))
        throw new WrongEntry('partId', 'stays', 'a count is of one part at one place', 'count the other one');
      countStock({ world, origin }, { partId, place: placeId, quantity });
      return stockIdOf(partId, placeId);
    },
  },
  checklists: {
    read: (world, id) => {
      const checklist = world.get('checklist', id);
      if (!checklist) return undefined;
      const { code, name, machineModelId, failureModeCode } = checklist;
      return { code, name, machineModelId, failureModeCode, items: editionOf(world, id)?.items ?? [] };
    },
    put: (world, id, entry, origin) => putChecklist({ world, origin }, known(world, 'checklist', id), entry).id,
  },
  documents: {
    read: (world, id) => {
      const document = world.get('document', id);
      const newest = document?.editions.at(-1);
      if (!document || !newest) return undefined;
      const { title, number, kind, language, audience, subjects } = document;
      return { title, number, kind, language, audience, subjects, ...newest };
    },
    put: (world, id, entry, origin) => putDocument({ world, origin }, known(world, 'document', id), entry).id,
  },
};

/** The records that make an entry, those of the past among them. */
const recordsOf = (world: World, kind: SetUpKind, id: string): readonly { readonly version: number }[] => {
  switch (kind) {
    case 'owners':
      return world.where('dataLicence', 'ownerId', id);
    case 'contacts':
      return [...world.where('consent', 'contactId', id), ...world.where('messagePreference', 'contactId', id)];
    case 'machines':
      return (['machinePlacement', 'machineOwnership', 'warranty', 'serviceContract'] as const).flatMap((of) =>
        world.where(of, 'machineId', id).map(({ version }) => ({ version })),
      );
    case 'points':
      return world.where('pointAssignment', 'pointId', id);
    case 'checklists':
      return world.where('checklistEdition', 'checklistId', id);
    case 'technicians': {
      const person = world.get('person', world.get('technician', id)?.personId ?? '');
      return person ? [person] : [];
    }
    case 'stock': {
      const { partId, placeId } = stockOf(id);
      return movementsOf(world, partId, placeId);
    }
    default:
      return [];
  }
};

/** The version of an entry: any change of any record that makes it raises the sum. */
export const versionOf = (world: World, kind: SetUpKind, id: string): number =>
  recordsOf(world, kind, id).reduce(
    (sum, { version }) => sum + version,
    world.get(recordOfKind[kind], id)?.version ?? 0,
  );
