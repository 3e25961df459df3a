import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { AppError } from '@kuluma/shared/errors.ts';
import { oneOf } from '@kuluma/shared/model/base.ts';
import { PointRole } from '@kuluma/shared/model/machines.ts';
import { parse } from '@kuluma/shared/model/validate.ts';
import { Type } from 'typebox';
import { type CsvRow, csvRows } from './csv.ts';

const FleetHead = Type.Object({
  format: Type.Literal('kuluma-fleet/1'),
  name: Type.String(),
  timeUnit: oneOf(['cycle', 's', 'h', 'd', 'iso']),
  points: Type.Record(
    Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_]*$' }),
    Type.Object({ role: PointRole, unit: Type.Optional(Type.String()) }),
  ),
});

export interface RecordedPoint {
  readonly name: string;
  readonly role: PointRole;
  readonly unit: string | undefined;
}

export interface RecordedMachine {
  readonly key: string;
  /** Values of the points in their order; NaN where nothing was measured. */
  readonly rows: readonly (readonly number[])[];
}

export interface Recording {
  readonly name: string;
  /** The time of the row first, then the columns of the telemetry. */
  readonly points: readonly RecordedPoint[];
  readonly machines: readonly RecordedMachine[];
}

const readText = (dir: string, name: string): { file: string; text: string } => {
  const file = [join(dir, name), join(dir, `${name}.gz`)].find((f) => existsSync(f));
  if (!file) throw new AppError('INPUT_INVALID', `${join(dir, name)} is missing`, { hint: 'give a fleet history' });
  const bytes = readFileSync(file);
  return { file, text: (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8') };
};

const readHead = (dir: string) => {
  const { file, text } = readText(dir, 'fleet.json');
  try {
    return parse(FleetHead, JSON.parse(text), file);
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError('INPUT_INVALID', `${file} is not JSON`, { cause });
  }
};

/** The time of a row as the point under which it is replayed. */
const timePoint = (timeUnit: string): RecordedPoint =>
  timeUnit === 'cycle'
    ? { name: 'cycle', role: 'usage', unit: 'cycle' }
    : { name: 'recordedTime', role: 'usage', unit: timeUnit === 'iso' ? 'ms' : timeUnit };

const refuse = (file: string, path: string, message: string): never => {
  throw new AppError('INPUT_INVALID', `${file} is not a fleet history`, { faults: [{ path, message }] });
};

/** @throws INPUT_INVALID that names file, line and column. */
const valuesOf = (row: CsvRow, columns: readonly string[], isIso: boolean, file: string): number[] =>
  columns.map((column, i) => {
    const text = (row.fields[i + 1] ?? '').trim();
    if (text === '' && i > 0) return Number.NaN;
    const value = i === 0 && isIso ? Date.parse(text) : Number(text);
    // + 0 makes zero of a minus zero, which JSON and some stores do not keep.
    if (text !== '' && !Number.isNaN(value)) return value + 0;
    return refuse(file, `${file}:${row.line}:${column}`, `"${text}" is not a ${isIso && i === 0 ? 'time' : 'number'}`);
  });

/**
 * The machines of a fleet history, all or those named, in the order of the names or of the file.
 * @throws INPUT_INVALID for a file that breaks the format and for a machine that is not in it.
 */
export const readFleet = (dir: string, wanted?: readonly string[]): Recording => {
  const head = readHead(dir);
  const { file, text } = readText(dir, 'telemetry.csv');
  const [header, ...rows] = csvRows(text);
  const columns = header?.fields.slice(2) ?? [];
  if (header?.fields[0] !== 'machine' || header.fields[1] !== 't')
    throw new AppError('INPUT_INVALID', `${file}:1 must begin with machine,t`);
  const points = columns.map((name): RecordedPoint => {
    const known = head.points[name];
    if (!known) throw new AppError('INPUT_INVALID', `${file}:1: fleet.json does not tell the role of ${name}`);
    return { name, role: known.role, unit: known.unit };
  });
  const byKey = new Map<string, number[][]>(wanted?.map((key) => [key, []]));
  for (const row of rows) {
    const key = row.fields[0] ?? '';
    if (row.fields.length !== header.fields.length)
      refuse(file, `${file}:${row.line}`, `has ${row.fields.length} fields, the header ${header.fields.length}`);
    let machineRows = byKey.get(key);
    if (!machineRows) {
      if (wanted) continue;
      machineRows = [];
      byKey.set(key, machineRows);
    }
    const values = valuesOf(row, ['t', ...columns], head.timeUnit === 'iso', file);
    const beforeT = machineRows.at(-1)?.[0] ?? Number.NEGATIVE_INFINITY;
    if ((values[0] ?? Number.NaN) <= beforeT)
      refuse(file, `${file}:${row.line}:t`, `does not rise for machine "${key}"`);
    machineRows.push(values);
  }
  const machines = [...byKey].map(([key, machineRows]) => ({ key, rows: machineRows }));
  const empty = machines.find((m) => m.rows.length === 0);
  if (empty) throw new AppError('INPUT_INVALID', `${file} has no machine "${empty.key}"`);
  return { name: head.name, points: [timePoint(head.timeUnit), ...points], machines };
};
