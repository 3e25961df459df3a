import { createReadStream, existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { AppError, type Fault } from '@kuluma/shared/errors.ts';
import { CsvError, type Info, parse } from 'csv-parse';
import { type TimeUnit, timeOf } from '../../core/history/fleet-history.ts';

const mostFaults = 20;

/** Collects what is wrong with an input; ends the reading when enough is known. */
export class FaultList {
  readonly faults: Fault[] = [];

  /** @throws AppError INPUT_INVALID with all faults once there are 20. */
  add(fault: Fault): void {
    this.faults.push(fault);
    if (this.faults.length >= mostFaults) this.throwIfAny();
  }

  throwIfAny(): void {
    const count = this.faults.length;
    if (count === 0) return;
    const some =
      count >= mostFaults ? `${count} faults, reading stopped there` : `${count} fault${count > 1 ? 's' : ''}`;
    throw new AppError('INPUT_INVALID', `the input is not valid: ${some}`, { faults: this.faults });
  }
}

/** One record with the line on which it ends (1 is the header). */
export interface CsvRecord {
  readonly fields: readonly string[];
  readonly line: number;
}

/** A CSV file: header line first, RFC 4180 quoting, gzipped or not. */
export interface CsvTable {
  readonly file: string;
  /** Position of each column by its name. */
  readonly columns: ReadonlyMap<string, number>;
  readonly records: AsyncGenerator<CsvRecord>;
}

/** `name.csv` or `name.csv.gz` in the folder, whichever is there. */
export const csvIn = (folder: string, name: string): string | undefined =>
  [join(folder, `${name}.csv`), join(folder, `${name}.csv.gz`)].find((path) => existsSync(path));

/** Where a fault is, as file:line:column; a column is counted in fields from 1. */
export const placeOf = (table: Pick<CsvTable, 'file'>, line: number, column?: number): string =>
  column === undefined ? `${table.file}:${line}` : `${table.file}:${line}:${column + 1}`;

const wrongSyntax = (file: string, error: CsvError): AppError =>
  new AppError('INPUT_INVALID', `${file} is not a CSV file`, {
    cause: error,
    faults: [
      { path: `${file}:${String(error['lines'] ?? 1)}:${Number(error['column'] ?? 0) + 1}`, message: error.message },
    ],
  });

async function* recordsOf(path: string): AsyncGenerator<CsvRecord> {
  const parser = parse({ bom: true, info: true, relax_column_count: true, skip_empty_lines: true });
  const file = createReadStream(path);
  const stages = path.endsWith('.gz') ? [file, createGunzip(), parser] : [file, parser];
  // An error of any stage destroys the parser with it, and so reaches the loop below.
  pipeline(stages, () => undefined);
  const source: AsyncIterable<{ record: string[]; info: Info }> = parser;
  try {
    for await (const { record, info } of source) yield { fields: record, line: info.lines };
  } catch (error) {
    if (error instanceof CsvError) throw wrongSyntax(basename(path), error);
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('Z_'))
      throw new AppError('INPUT_INVALID', `${basename(path)} is not a gzip file`, { cause: error });
    throw error;
  } finally {
    file.destroy();
  }
}

/** Opens a CSV file; missing and doubled columns go to `faults`. @throws AppError INPUT_INVALID when there is no such file. */
export const openCsv = async (path: string, needed: readonly string[], faults: FaultList): Promise<CsvTable> => {
  const file = basename(path);
  if (!existsSync(path))
    throw new AppError('INPUT_INVALID', `there is no file ${path}`, {
      faults: [{ path: file, message: 'the file is missing' }],
    });
  const records = recordsOf(path);
  const header = (await records.next()).value as CsvRecord | undefined;
  const columns = new Map<string, number>();
  header?.fields.forEach((name, i) => {
    if (columns.has(name)) faults.add({ path: `${file}:1:${i + 1}`, message: `the column "${name}" stands twice` });
    columns.set(name, i);
  });
  for (const name of needed)
    if (!columns.has(name))
      faults.add({
        path: `${file}:1`,
        message: `the column "${name}" is missing`,
        hint: `the header needs ${needed.join(',')}`,
      });
  return { file, columns, records };
};

/** How numbers may be written. */
export const decimal = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

/** The time of a field, or undefined after a fault. */
export const readTime = (
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

export const checkWidth = (table: CsvTable, line: number, width: number, faults: FaultList): boolean => {
  if (width === table.columns.size) return true;
  faults.add({ path: placeOf(table, line), message: `the row has ${width} fields, the header ${table.columns.size}` });
  return false;
};

/** A field as it must be written in CSV. */
export const csvField = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
