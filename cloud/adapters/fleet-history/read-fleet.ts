import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '@kuluma/shared/errors.ts';
import { faultsOf, isValid } from '@kuluma/shared/model/validate.ts';
import {
  eventKinds,
  type FleetHistory,
  FleetMeta,
  type MachineEvent,
  type TimeUnit,
  timeOf,
} from '../../core/history/fleet-history.ts';
import { type CsvTable, csvIn, FaultList, openCsv, placeOf } from './csv-table.ts';

/** A fleet history with the text of each time as the file has it, for output that repeats the input. */
export interface FleetFolder {
  readonly history: FleetHistory;
  /** For each machine of the history, the text of `t` of each row. */
  readonly timeTexts: readonly (readonly string[])[];
}

interface MachineRows {
  readonly machine: string;
  readonly t: number[];
  readonly texts: string[];
  readonly columns: number[][];
}

const decimal = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

const readMeta = async (folder: string): Promise<FleetMeta> => {
  const path = join(folder, 'fleet.json');
  if (!existsSync(path))
    throw new AppError('INPUT_INVALID', `${folder} is not a fleet history`, {
      faults: [{ path: 'fleet.json', message: 'the file is missing' }],
    });
  let meta: unknown;
  try {
    meta = JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    throw new AppError('INPUT_INVALID', 'fleet.json is not JSON', {
      cause,
      faults: [{ path: 'fleet.json', message: cause instanceof Error ? cause.message : String(cause) }],
    });
  }
  if (!isValid(FleetMeta, meta))
    throw new AppError('INPUT_INVALID', 'fleet.json is not valid', { faults: faultsOf(FleetMeta, meta, 'fleet.json') });
  const twice = meta.targets.flatMap(({ component }, i) =>
    meta.targets.findIndex((other) => other.component === component) < i
      ? [{ path: `fleet.json/targets/${i}/component`, message: `${component} stands twice` }]
      : [],
  );
  if (twice.length > 0) throw new AppError('INPUT_INVALID', 'fleet.json is not valid', { faults: twice });
  return meta;
};

/** The time of a field, or undefined after a fault. */
const readTime = (
  table: CsvTable,
  line: number,
  text: string,
  unit: TimeUnit,
  faults: FaultList,
): number | undefined => {
  const t = unit === 'iso' || decimal.test(text) ? timeOf(text, unit) : Number.NaN;
  if (Number.isFinite(t)) return t;
  const wanted = unit === 'iso' ? 'an ISO 8601 instant' : `a number in the unit "${unit}"`;
  faults.add({ path: placeOf(table, line, table.columns.get('t')), message: `t is "${text}", not ${wanted}` });
  return undefined;
};

const checkWidth = (table: CsvTable, line: number, width: number, faults: FaultList): boolean => {
  if (width === table.columns.size) return true;
  faults.add({ path: placeOf(table, line), message: `the row has ${width} fields, the header ${table.columns.size}` });
  return false;
};

const readTelemetry = async (folder: string, meta: FleetMeta, faults: FaultList) => {
  const points = Object.keys(meta.points);
  const path = csvIn(folder, 'telemetry');
  if (!path)
    throw new AppError('INPUT_INVALID', `${folder} is not a fleet history`, {
      faults: [{ path: 'telemetry.csv', message: 'the file is missing' }],
    });
  const table = await openCsv(path, ['machine', 't', ...points], faults);
  for (const [name, i] of table.columns)
    if (name !== 'machine' && name !== 't' && !Object.hasOwn(meta.points, name))
      faults.add({
        path: `${table.file}:1:${i + 1}`,
        message: `the column "${name}" is not in fleet.json`,
        hint: 'add it to points',
      });
  faults.throwIfAny();
  const machineAt = table.columns.get('machine') as number;
  const timeAt = table.columns.get('t') as number;
  const valueAt = points.map((point) => table.columns.get(point) as number);
  const machines = new Map<string, MachineRows>();
  let current: MachineRows | undefined;
  for await (const { fields, line } of table.records) {
    if (!checkWidth(table, line, fields.length, faults)) continue;
    const name = fields[machineAt] as string;
    const text = fields[timeAt] as string;
    if (current?.machine !== name) {
      if (machines.has(name) || name === '')
        faults.add({
          path: placeOf(table, line, machineAt),
          message: name === '' ? 'the machine is empty' : `the rows of machine "${name}" do not stand together`,
        });
      current = machines.get(name) ?? { machine: name, t: [], texts: [], columns: points.map(() => []) };
      machines.set(name, current);
    }
    const t = readTime(table, line, text, meta.timeUnit, faults);
    if (t === undefined) continue;
    if (t <= (current.t.at(-1) ?? Number.NEGATIVE_INFINITY))
      faults.add({
        path: placeOf(table, line, timeAt),
        message: `t of machine "${name}" is ${text} after ${current.texts.at(-1)}`,
        hint: 'sort the rows of each machine by time, one row a time',
      });
    current.t.push(t);
    current.texts.push(text);
    for (let i = 0; i < valueAt.length; i++) {
      const at = valueAt[i] as number;
      const field = fields[at] as string;
      if (field !== '' && !decimal.test(field))
        faults.add({
          path: placeOf(table, line, at),
          message: `${points[i]} is "${field}", not a number`,
          hint: 'leave it empty when not measured',
        });
      (current.columns[i] as number[]).push(field === '' ? Number.NaN : Number(field));
    }
  }
  if (machines.size === 0) faults.add({ path: table.file, message: 'holds no rows' });
  return { points, machines };
};

const readEvents = async (
  folder: string,
  meta: FleetMeta,
  machines: ReadonlyMap<string, MachineRows>,
  faults: FaultList,
) => {
  const events = new Map<string, MachineEvent[]>();
  const path = csvIn(folder, 'events');
  if (!path) return events;
  const table = await openCsv(path, ['machine', 't', 'kind', 'component', 'code'], faults);
  faults.throwIfAny();
  const field = (fields: readonly string[], name: string) => fields[table.columns.get(name) as number] as string;
  for await (const { fields, line } of table.records) {
    if (!checkWidth(table, line, fields.length, faults)) continue;
    const kind = eventKinds.find((known) => known === field(fields, 'kind'));
    if (!kind)
      faults.add({
        path: placeOf(table, line, table.columns.get('kind')),
        message: `kind is "${field(fields, 'kind')}"`,
        hint: `allowed: ${eventKinds.join(', ')}`,
      });
    const t = readTime(table, line, field(fields, 't'), meta.timeUnit, faults);
    if (t === undefined || !kind) continue;
    const machine = field(fields, 'machine');
    const list = events.get(machine) ?? [];
    list.push({ t, kind, component: field(fields, 'component'), code: field(fields, 'code') });
    events.set(machine, list);
  }
  const [first] = events.keys();
  if (first !== undefined && ![...events.keys()].some((machine) => machines.has(machine)))
    faults.add({
      path: placeOf(table, 2, table.columns.get('machine')),
      message: `no machine of this file is in telemetry; the first is "${first}"`,
      hint: 'write the machines as telemetry does',
    });
  return events;
};

const readAttributes = async (folder: string, faults: FaultList) => {
  const attributes = new Map<string, Record<string, string>>();
  const path = csvIn(folder, 'machines');
  if (!path) return attributes;
  const table = await openCsv(path, ['machine', 'model'], faults);
  faults.throwIfAny();
  const machineAt = table.columns.get('machine') as number;
  for await (const { fields, line } of table.records) {
    if (!checkWidth(table, line, fields.length, faults)) continue;
    const machine = fields[machineAt] as string;
    if (attributes.has(machine))
      faults.add({ path: placeOf(table, line, machineAt), message: `the machine "${machine}" stands twice` });
    attributes.set(
      machine,
      Object.fromEntries(
        [...table.columns].filter(([, i]) => i !== machineAt).map(([name, i]) => [name, fields[i] as string]),
      ),
    );
  }
  return attributes;
};

/**
 * Reads a fleet history folder (`fleet.json`, `telemetry.csv`, and where present `machines.csv` and `events.csv`, each
 * `.csv` gzipped or not) as a stream.
 * @throws AppError INPUT_INVALID with up to 20 faults, each with its file, line and column.
 */
export const readFleet = async (folder: string): Promise<FleetFolder> => {
  const meta = await readMeta(folder);
  const faults = new FaultList();
  const { points, machines } = await readTelemetry(folder, meta, faults);
  const events = await readEvents(folder, meta, machines, faults);
  const attributes = await readAttributes(folder, faults);
  faults.throwIfAny();
  const rows = [...machines.values()];
  return {
    history: {
      meta,
      points,
      machines: rows.map(({ machine, t, columns }) => ({
        machine,
        t: Float64Array.from(t),
        columns: columns.map((column) => Float64Array.from(column)),
        events: events.get(machine) ?? [],
        attributes: attributes.get(machine) ?? {},
      })),
    },
    timeTexts: rows.map(({ texts }) => texts),
  };
};
