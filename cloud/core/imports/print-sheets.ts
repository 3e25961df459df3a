import type { WorkCalendar } from '@kuluma/shared/model/calendar.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { onShelf } from '../planning/parts.ts';
import { running } from '../set-up/period.ts';
import { agreementsOf } from '../set-up/put-agreements.ts';
import { editionOf } from '../set-up/put-checklists.ts';
import { aboutNotices, preferenceOf } from '../set-up/put-people.ts';
import { quantityOf } from '../set-up/put-places.ts';
import type { ImportKind, World } from '../set-up/world.ts';
import { asWord, weekdays } from './cells.ts';
import { disarmed } from './formula-cells.ts';
import type { MachineModelsFile } from './machine-models.ts';
import { allSheets } from './plan-import.ts';

/** A file that an import reads, as rows of cells that a spreadsheet may open. */
export interface PrintedSheet {
  readonly name: string;
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export interface PrintedSetUp {
  readonly sheets: readonly PrintedSheet[];
  readonly machineModels: MachineModelsFile;
  /** Machines that a file cannot tell of: they stand at no site or are nobody's. */
  readonly leftOut: readonly RecordOf<'machine'>[];
}

type Row = Readonly<Record<string, string | number | null | undefined>>;

const euros = (cents: number): string => (cents / 100).toFixed(2);
const instant = (ms: number | undefined): string => (ms === undefined ? '' : new Date(ms).toISOString());
const list = (words: readonly string[] = []): string => words.map(asWord).join(' ');
const pairs = (values: readonly (readonly [string, string | number])[]): string =>
  values.map(([name, value]) => `${asWord(name)}:${value}`).join(' ');
const standing = <R extends object>(records: readonly R[]): R[] => records.filter((each) => !('endedAtMs' in each));

const calendar = ({ timeZone, hours, closedOn }: WorkCalendar): Row => ({
  time_zone: timeZone,
  ...Object.fromEntries(
    weekdays.map((name, i) => [
      name,
      hours
        .filter(({ weekday }) => weekday === i + 1)
        .map(({ from, to }) => `${from}-${to}`)
        .join(' '),
    ]),
  ),
  closed_on: list(closedOn),
});
const localName = ({ fi, sv, en }: RecordOf<'part'>['name']): Row => ({ name_fi: fi, name_sv: sv, name_en: en });

/**
 * The set-up of an organisation as the files that an import reads: read in again under the same system they change
 * nothing, read into another organisation they make the same there. A record has the key that the system gave it, else
 * its id; parts and kits have their numbers. What has ended is left out.
 */
export const printSetUp = (world: World, system: string): PrintedSetUp => {
  const keyOf = <K extends ImportKind>(kind: K, id: string): string => {
    const record = world.get(kind, id);
    if (record && 'number' in record && kind === 'part') return String(record.number);
    if (record && 'code' in record && kind === 'kit') return String(record.code);
    return record?.externalIds.find((external) => external.system === system)?.value ?? id;
  };
  const siteAndOwner = ({ id: machineId }: RecordOf<'machine'>) => ({
    place: running(world, 'machinePlacement', { machineId }),
    ownership: running(world, 'machineOwnership', { machineId }),
  });
  const allMachines = standing(world.all('machine'));
  const leftOut = allMachines.filter((machine) => {
    const { place, ownership } = siteAndOwner(machine);
    return !place || !ownership;
  });
  const machines = allMachines.filter((machine) => !leftOut.includes(machine));

  const rows: Readonly<Record<string, () => Row[]>> = {
    depots: () =>
      standing(world.all('depot')).map(({ id, name, location, timeZone }) => ({
        ...{ key: keyOf('depot', id), name, ...location, time_zone: timeZone },
      })),
    parts: () =>
      standing(world.all('part')).map(({ number, name, priceCents, supplierLeadTimeDays }) => ({
        ...{ key: number, ...localName(name), price: euros(priceCents), lead_time_days: supplierLeadTimeDays },
      })),
    kits: () =>
      standing(world.all('kit')).map(({ code, name, lines }) => ({
        ...{ key: code, ...localName(name) },
        parts: pairs(lines.map(({ partId, quantity }) => [keyOf('part', partId), quantity])),
      })),
    owners: () =>
      standing(world.all('owner')).map(({ id: ownerId, name, language, serviceLevel: level }) => {
        const licence = running(world, 'dataLicence', { ownerId });
        return {
          ...{ key: keyOf('owner', ownerId), name, language },
          ...{ data_licence: list(licence?.purposes), licence_from: instant(licence?.period.fromMs) },
          service_level: level && `${level.withinDays} ${euros(level.breachCents)}`,
        };
      }),
    contacts: () =>
      standing(world.all('contact')).map(({ id, ownerId, name, email, phone, language, contactRoles }) => {
        const notices = running(world, 'consent', aboutNotices(id));
        return {
          ...{ key: keyOf('contact', id), owner: keyOf('owner', ownerId), name, email, phone, language },
          ...{ roles: list(contactRoles), channel: preferenceOf(world, id)?.channel },
          ...{ service_notices: notices?.legalBasis, notices_from: instant(notices?.period.fromMs) },
        };
      }),
    sites: () =>
      standing(world.all('site')).map(({ id, name, streetAddress, municipality, location, access }) => ({
        ...{ key: keyOf('site', id), name, street_address: streetAddress, municipality },
        ...location,
        ...calendar(access),
      })),
    machines: () =>
      machines.map((machine) => {
        const { place, ownership } = siteAndOwner(machine);
        const { warranty, contract } = agreementsOf(world, machine.id, ownership?.ownerId ?? null);
        return {
          ...{ key: keyOf('machine', machine.id), model: keyOf('machineModel', machine.machineModelId) },
          ...{ site: place && keyOf('site', place.siteId), owner: ownership && keyOf('owner', ownership.ownerId) },
          ...{ tag: machine.tag, serial_number: machine.serialNumber, commissioned: instant(machine.commissionedAtMs) },
          ...{ placed_from: instant(place?.period.fromMs), owned_from: instant(ownership?.period.fromMs) },
          ...(warranty && {
            ...{ warranty_from: warranty.fromOn, warranty_until: warranty.untilOn },
            ...{ warranty_covers: list(warranty.covers), warranty_terms: warranty.terms },
          }),
          ...(contract && {
            ...{ contract: contract.number, contract_from: contract.fromOn, contract_until: contract.untilOn },
            ...{ contract_covers: list(contract.covers), contract_terms: contract.terms },
            ...{ contract_per_month: euros(contract.monthlyCents), contract_per_visit: euros(contract.visitCents) },
          }),
        };
      }),
    gateways: () =>
      standing(world.all('gateway')).map(({ id, siteId, name }) => ({
        ...{ key: keyOf('gateway', id), site: keyOf('site', siteId), name },
      })),
    points: () =>
      standing(world.all('measurementPoint'))
        .filter(({ machineId }) => machines.some(({ id }) => id === machineId))
        .map(({ id, machineId, name, role, unit, alarmLimit }) => {
          const feed = running(world, 'pointAssignment', { pointId: id });
          return {
            ...{ key: keyOf('measurementPoint', id), machine: keyOf('machine', machineId), name, role, unit },
            ...{ alarm_limit: alarmLimit, gateway: feed && keyOf('gateway', feed.gatewayId), source: feed?.source },
          };
        }),
    technicians: () =>
      standing(world.all('technician')).map((technician) => {
        const { id, personId, depotId, home, skills, certificates, working, overtime, areas, tools, paces } =
          technician;
        const person = world.get('person', personId);
        const pause = technician.break;
        return {
          ...{ key: keyOf('technician', id), name: person?.name, email: person?.email, phone: person?.phone },
          ...{ language: person?.language, depot: keyOf('depot', depotId), ...home, ...calendar(working) },
          skills: pairs(skills.map(({ skill, level }) => [skill, level])),
          certificates: pairs(certificates.map(({ code, validUntilOn }) => [code, validUntilOn])),
          break: pause && `${pause.minutes} ${pause.from}-${pause.to}`,
          overtime: overtime && `${overtime.minutes} ${euros(overtime.extraPerHourCents)}`,
          ...{ areas: areas?.join('/'), tools: list(tools) },
          paces: pairs((paces ?? []).map(({ kind, factor }) => [kind, factor])),
          cost_per_hour: euros(technician.costPerHourCents),
          cost_per_km: euros(technician.costPerKmCents),
        };
      }),
    stock: () =>
      standing(world.all('part')).flatMap(({ id: partId, number }) => {
        const movements = world.where('stockMovement', 'partId', partId);
        return [...new Set(movements.map(({ place }) => place))].flatMap((place) => {
          const quantity = quantityOf(onShelf(movements.filter((each) => each.place === place)));
          const kind = world.get('depot', place) ? 'depot' : 'technician';
          const key = keyOf(kind, place);
          return quantity > 0 ? [{ key: `${number}@${key}`, part: number, [kind]: key, quantity }] : [];
        });
      }),
    batches: () =>
      machines.flatMap(({ id }) =>
        world.where('component', 'machineId', id).flatMap(({ componentCode: component, period, batch }) => {
          if (!batch || period.toMs !== null) return [];
          const machine = keyOf('machine', id);
          return [{ key: `${machine}/${component}`, machine, component, batch }];
        }),
      ),
    checklists: () =>
      standing(world.all('checklist')).flatMap(({ id, code: checklist, name, machineModelId, failureModeCode }) =>
        (editionOf(world, id)?.items ?? []).map(({ kind, label, unit, min, max, photo }, at) => ({
          ...{ key: `${checklist}/${at + 1}`, checklist, kind, unit, min, max, photo: photo ? 'yes' : 'no' },
          ...{ question_fi: label.fi, question_sv: label.sv, question_en: label.en },
          ...(at === 0 && {
            ...{ ...localName(name), failure_mode: failureModeCode },
            machine_model: machineModelId && keyOf('machineModel', machineModelId),
          }),
        })),
      ),
    orders: () =>
      machines.flatMap(({ id }) =>
        world.where('component', 'machineId', id).flatMap(({ componentCode, period, endedBy }) => {
          if (endedBy === null || period.toMs === null) return [];
          const machine = keyOf('machine', id);
          const at = instant(period.toMs);
          return [{ key: `${machine}/${componentCode}/${at}`, machine, component: componentCode, at, kind: endedBy }];
        }),
      ),
  };

  return {
    leftOut,
    sheets: allSheets.map(({ name, columns }) => {
      const header = Object.keys(columns);
      const printed = rows[name]?.() ?? [];
      return { name, header, rows: printed.map((row) => header.map((column) => disarmed(String(row[column] ?? '')))) };
    }),
    machineModels: standing(world.all('machineModel')).map(({ id, code, name, manufacturer, componentTypes }) => ({
      ...{ key: keyOf('machineModel', id), code, name, manufacturer },
      componentTypes: componentTypes.map(({ bom, kitId, ...component }) => ({
        ...component,
        ...(kitId ? { kit: keyOf('kit', kitId) } : {}),
        bom: bom.map(({ partId, ...line }) => ({ ...line, part: keyOf('part', partId) })),
      })),
    })),
  };
};
