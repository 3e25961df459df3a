import type { ContractEntry, WarrantyEntry } from '@kuluma/shared/model/agreements.ts';
import { mostBatchLetters, pointRoles } from '@kuluma/shared/model/machines.ts';
import { priceKinds } from '@kuluma/shared/model/money.ts';
import { canonicalUnits } from '@kuluma/shared/model/units.ts';
import { putGateway, putMachine, putPoint } from '../set-up/put-machines.ts';
import { WrongEntry } from '../set-up/wrong-entry.ts';
import { day, euros, instant, listOf, number, or, text, textUpTo, wordOf } from './cells.ts';
import { defineSheet } from './sheet.ts';

interface AgreedCells {
  readonly warranty_from: string | null;
  readonly warranty_until: string | null;
  readonly warranty_covers: WarrantyEntry['covers'];
  readonly warranty_terms: string;
  readonly contract: string | null;
  readonly contract_from: string | null;
  readonly contract_until: string | null;
  readonly contract_covers: ContractEntry['covers'];
  readonly contract_per_month: number;
  readonly contract_per_visit: number;
  readonly contract_terms: string;
}

const filled = (value: string | null, column: string): string => {
  if (value === null) throw new WrongEntry(column, 'gone', `${column} is empty`, 'an agreement needs its days');
  return value;
};

/** What a row says of warranty and contract; absent where it says nothing. @throws WrongEntry */
const agreed = (row: AgreedCells): { warranty?: WarrantyEntry; contract?: ContractEntry } => ({
  ...(row.warranty_from === null && row.warranty_until === null
    ? {}
    : {
        warranty: {
          fromOn: filled(row.warranty_from, 'warranty_from'),
          untilOn: filled(row.warranty_until, 'warranty_until'),
          covers: row.warranty_covers,
          terms: row.warranty_terms,
        },
      }),
  ...(row.contract === null
    ? {}
    : {
        contract: {
          number: row.contract,
          fromOn: filled(row.contract_from, 'contract_from'),
          untilOn: row.contract_until,
          covers: row.contract_covers,
          monthlyCents: row.contract_per_month,
          visitCents: row.contract_per_visit,
          terms: row.contract_terms,
        },
      }),
});

export const machines = defineSheet(
  'machines',
  {
    key: text,
    model: text,
    site: text,
    owner: text,
    tag: text,
    serial_number: or(text, ''),
    commissioned: instant,
    /** Since when it stands at this site; empty: since it was commissioned, or now if it moved. */
    placed_from: or(instant, null),
    owned_from: or(instant, null),
    /** Empty: as before. */
    warranty_from: or(day, null),
    warranty_until: or(day, null),
    warranty_covers: listOf(wordOf(priceKinds)),
    warranty_terms: or(text, ''),
    /** Its number; empty: as before. */
    contract: or(text, null),
    contract_from: or(day, null),
    contract_until: or(day, null),
    contract_covers: listOf(wordOf(priceKinds)),
    contract_per_month: or(euros, 0),
    contract_per_visit: or(euros, 0),
    contract_terms: or(text, ''),
  },
  (row, { world, origin, named }) => {
    const { key, tag, serial_number: serialNumber, commissioned: commissionedAtMs } = row;
    const model = named('machineModel', row.model, 'model');
    const siteId = named('site', row.site, 'site').id;
    const ownerId = named('owner', row.owner, 'owner').id;
    const given = { machineModelId: model.id, tag, serialNumber, commissionedAtMs, siteId, ownerId, ...agreed(row) };
    const since = { placedFromMs: row.placed_from, ownedFromMs: row.owned_from };
    putMachine({ world, origin, key }, world.byKey('machine', key), given, since);
  },
);

export const gateways = defineSheet('gateways', { key: text, site: text, name: text }, (row, work) => {
  const { world, origin, named } = work;
  const { key, name } = row;
  const siteId = named('site', row.site, 'site').id;
  putGateway({ world, origin, key }, world.byKey('gateway', key), { siteId, name });
});

export const points = defineSheet(
  'points',
  {
    key: text,
    machine: text,
    /** As the device profile and the fleet history call it. */
    name: text,
    role: or(wordOf(pointRoles), 'sensor'),
    unit: wordOf(Object.values(canonicalUnits)),
    alarm_limit: or(number(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY), null),
    gateway: or(text, null),
    /** Device and register name as the gateway's configuration spells them; empty: `machine/name`. */
    source: or(text, ''),
  },
  (row, { world, origin, named }) => {
    const { key, name, role, unit, alarm_limit: alarmLimit } = row;
    const machine = named('machine', row.machine, 'machine');
    const gatewayId = row.gateway === null ? undefined : named('gateway', row.gateway, 'gateway').id;
    const given = { machineId: machine.id, name, role, unit, alarmLimit, gatewayId, source: row.source };
    putPoint({ world, origin, key }, world.byKey('measurementPoint', key), given);
  },
);

/** The batch of a part as it is in a machine now, by machine and component. */
export const batches = defineSheet(
  'batches',
  { key: text, machine: text, component: text, batch: textUpTo(mostBatchLetters) },
  (row, { world, origin, named }) => {
    const machine = named('machine', row.machine, 'machine');
    const installed = world
      .where('component', 'machineId', machine.id)
      .find(({ componentCode, period }) => componentCode === row.component && period.toMs === null);
    if (!installed)
      throw new WrongEntry('component', 'gone', `machine "${row.machine}" has no component "${row.component}" now`);
    world.change('component', installed, { batch: row.batch }, origin);
  },
);

/** Past orders that ended the life of a component, from which forecasts learn. */
export const orders = defineSheet(
  'orders',
  { key: text, machine: text, component: text, at: instant, kind: wordOf(['failure', 'replacement']) },
  (row, { world, origin, named }) => {
    const { component: componentCode, at: atMs, kind: endedBy } = row;
    const machine = named('machine', row.machine, 'machine');
    const lives = world
      .where('component', 'machineId', machine.id)
      .filter((component) => component.componentCode === componentCode);
    if (lives.length === 0)
      throw new WrongEntry(
        'component',
        'gone',
        `the model of machine "${row.machine}" has no component "${componentCode}"`,
      );
    if (atMs > world.nowMs) throw new WrongEntry('at', 'future', 'it lies in the future');
    if (lives.some(({ period }) => period.toMs === atMs)) return;
    const life = lives.find(({ period }) => period.fromMs < atMs && (period.toMs === null || period.toMs > atMs));
    if (!life)
      throw new WrongEntry(
        'at',
        'gone',
        `no "${componentCode}" was in machine "${row.machine}" then`,
        'see its commissioning day',
      );
    // The order stands within a life that was thought to be one: the later part keeps how that one ended.
    const { period, endedBy: ended, machineId, batch } = life;
    world.change('component', life, { period: { fromMs: period.fromMs, toMs: atMs }, endedBy }, origin);
    const rest = { fromMs: atMs, toMs: period.toMs };
    const later = { machineId, componentCode, period: rest, endedBy: ended };
    world.insert('component', batch === undefined ? later : { ...later, batch }, origin);
  },
);
