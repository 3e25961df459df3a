import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '@kuluma/shared/errors.ts';
import { faultsOf, isValid } from '@kuluma/shared/model/validate.ts';
import { eventKinds, type FleetHistory, FleetMeta, type MachineEvent } from '../../core/history/fleet-history.ts';
import { checkWidth, csvIn, FaultList, openCsv, placeOf, readTime } from './csv-table.ts';
import { type ReadOptions, readTelemetry } from './read-telemetry.ts';

/** A fleet history with the text of each time as the file has it, for output that repeats the input. */
export interface FleetFolder {
  readonly history: FleetHistory;
  /** For each machine of the history, the text of `t` of each row; empty when read without texts. */
  readonly timeTexts: readonly (readonly string[])[];
}

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

const readEvents = async (folder: string, meta: FleetMeta, machines: ReadonlySet<string>, faults: FaultList) => {
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
 * @throws AppError INPUT_INVALID with up to 20 faults, each with its file, line and column, or when there are more values than memory should hold.
 */
export const readFleet = async (folder: string, options: ReadOptions = {}): Promise<FleetFolder> => {
  const meta = await readMeta(folder);
  const faults = new FaultList();
  const { points, machines } = await readTelemetry(folder, meta, faults, options);
  const events = await readEvents(folder, meta, new Set(machines.map(({ machine }) => machine)), faults);
  const attributes = await readAttributes(folder, faults);
  faults.throwIfAny();
  return {
    history: {
      meta,
      points,
      machines: machines.map(({ machine, t, columns }) => ({
        machine,
        t,
        columns,
        events: events.get(machine) ?? [],
        attributes: attributes.get(machine) ?? {},
      })),
    },
    timeTexts: machines.map(({ texts }) => texts),
  };
};
