import { AppError } from '@kuluma/shared/errors.ts';
import type { FleetMeta } from '../../core/history/fleet-history.ts';
import { type CsvTable, checkWidth, csvIn, decimal, type FaultList, openCsv, placeOf, readTime } from './csv-table.ts';
import { GrowingNumbers } from './growing-numbers.ts';

export interface ReadOptions {
  /** False where the texts of times are not written again: of ten million rows they are the larger part. */
  readonly texts?: boolean;
  /** Values, times included, beyond which reading ends rather than to fill the memory. */
  readonly mostValues?: number;
}

/** Two gigabytes. */
const mostValues = 250_000_000;

/** The rows of one machine. */
export interface MachineRows {
  readonly machine: string;
  readonly t: Float64Array;
  readonly columns: readonly Float64Array[];
  readonly texts: readonly string[];
}

interface GrowingRows {
  readonly machine: string;
  readonly t: GrowingNumbers;
  readonly columns: readonly GrowingNumbers[];
  readonly texts: string[];
  lastText: string;
}

const begin = (machine: string, points: readonly string[]): GrowingRows => ({
  machine,
  t: new GrowingNumbers(),
  columns: points.map(() => new GrowingNumbers()),
  texts: [],
  lastText: '',
});

const finish = ({ machine, t, columns, texts }: GrowingRows): MachineRows => ({
  machine,
  t: t.whole(),
  columns: columns.map((column) => column.whole()),
  texts,
});

const openTelemetry = async (folder: string, points: readonly string[], faults: FaultList): Promise<CsvTable> => {
  const path = csvIn(folder, 'telemetry');
  if (!path)
    throw new AppError('INPUT_INVALID', `${folder} is not a fleet history`, {
      faults: [{ path: 'telemetry.csv', message: 'the file is missing' }],
    });
  const table = await openCsv(path, ['machine', 't', ...points], faults);
  for (const [name, i] of table.columns)
    if (name !== 'machine' && name !== 't' && !points.includes(name))
      faults.add({
        path: `${table.file}:1:${i + 1}`,
        message: `the column "${name}" is not in fleet.json`,
        hint: 'add it to points',
      });
  faults.throwIfAny();
  return table;
};

const tooMany = (file: string, most: number): AppError =>
  new AppError('INPUT_INVALID', `${file} holds more than ${most} values, more than can be kept in memory`, {
    faults: [{ path: file, message: `holds more than ${most} values` }],
    hint: 'bring means over longer intervals, fewer points or fewer machines',
  });

/** The number of a field, NaN where it is empty; a text that is none goes to the faults. */
const numberIn = (table: CsvTable, line: number, at: number, field: string, point: string, faults: FaultList) => {
  if (field === '') return Number.NaN;
  if (!decimal.test(field))
    faults.add({
      path: placeOf(table, line, at),
      message: `${point} is "${field}", not a number`,
      hint: 'leave it empty when not measured',
    });
  return Number(field);
};

/** Reads `telemetry.csv` machine by machine. @throws AppError INPUT_INVALID */
export const readTelemetry = async (
  folder: string,
  meta: FleetMeta,
  faults: FaultList,
  options: ReadOptions,
): Promise<{ points: string[]; machines: MachineRows[] }> => {
  const points = Object.keys(meta.points);
  const table = await openTelemetry(folder, points, faults);
  const machineAt = table.columns.get('machine') as number;
  const timeAt = table.columns.get('t') as number;
  const valueAt = points.map((point) => table.columns.get(point) as number);
  const most = options.mostValues ?? mostValues;
  const machines: MachineRows[] = [];
  const seen = new Set<string>();
  let values = 0;
  let current: GrowingRows | undefined;
  for await (const { fields, line } of table.records) {
    if (!checkWidth(table, line, fields.length, faults)) continue;
    const name = fields[machineAt] as string;
    const text = fields[timeAt] as string;
    if (current?.machine !== name) {
      if (seen.has(name) || name === '')
        faults.add({
          path: placeOf(table, line, machineAt),
          message: name === '' ? 'the machine is empty' : `the rows of machine "${name}" do not stand together`,
        });
      if (current) machines.push(finish(current));
      current = begin(name, points);
      seen.add(name);
    }
    const t = readTime(table, line, text, meta.timeUnit, faults);
    if (t === undefined) continue;
    const last = current.t.last();
    if (t <= last)
      faults.add({
        path: placeOf(table, line, timeAt),
        message:
          t === last
            ? `machine "${name}" has two rows at t ${text}`
            : `t of machine "${name}" is ${text} after ${current.lastText}`,
        hint: 'sort the rows of each machine by time, one row a time',
      });
    current.t.push(t);
    current.lastText = text;
    if (options.texts !== false) current.texts.push(text);
    for (let i = 0; i < points.length; i++) {
      const at = valueAt[i] as number;
      const value = numberIn(table, line, at, fields[at] as string, points[i] as string, faults);
      (current.columns[i] as GrowingNumbers).push(value);
    }
    values += points.length + 1;
    if (values > most) throw tooMany(table.file, most);
  }
  if (current) machines.push(finish(current));
  else faults.add({ path: table.file, message: 'holds no rows' });
  return { points, machines };
};
