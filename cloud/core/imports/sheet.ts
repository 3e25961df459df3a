import type { Fault } from '@kuluma/shared/errors.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import type { ImportKind, Origin, World } from '../set-up/world.ts';
import { WrongEntry } from '../set-up/wrong-entry.ts';
import type { Cell, DecimalSign } from './cells.ts';
import { rearmed } from './formula-cells.ts';

/** Rows of one file as they were read: cells by the position of their column. */
export interface SheetRows {
  /** As the person calls the file: `sites.csv`. */
  readonly file: string;
  readonly decimalSign: DecimalSign;
  readonly header: readonly string[];
  readonly rows: readonly { readonly line: number; readonly cells: readonly string[] }[];
}

type Columns = Readonly<Record<string, Cell<unknown>>>;
export type RowOf<C extends Columns> = { readonly [N in keyof C]: C[N] extends Cell<infer T> ? T : never };

/** A row of a file as its cells were read; one with a fault is worked into nothing. */
export interface ReadRow {
  readonly cells: Readonly<Record<string, unknown>>;
  readonly isWrong: boolean;
}

export interface RowWork {
  readonly world: World;
  readonly origin: Origin;
  /** The record that another row or an earlier import gave this key. @throws WrongEntry when there is none. */
  readonly named: <K extends ImportKind>(kind: K, key: string, column: string) => RecordOf<K>;
  /** All rows of the file, for a sheet of which several make one record. */
  readonly rows: readonly ReadRow[];
}

/** One kind of file: its columns, and what a row does to the records. Every sheet has a column `key`. */
export interface Sheet {
  readonly name: string;
  readonly columns: Columns;
  readonly apply: (cells: Readonly<Record<string, unknown>>, work: RowWork) => void;
}

export const defineSheet = <const C extends Columns>(
  name: string,
  columns: C,
  apply: (row: RowOf<C> & { readonly key: string }, work: RowWork) => void,
): Sheet => ({
  name,
  columns,
  // The cells were read by these columns.
  apply: (cells, work) => apply(cells as RowOf<C> & { readonly key: string }, work),
});

const headerFaults = ({ columns }: Sheet, { file, header }: SheetRows): Fault[] => [
  ...header.flatMap((name, i) => {
    const path = `${file}:1:${i + 1}`;
    if (header.indexOf(name) < i)
      return [{ path, message: `the column "${name}" stands twice`, code: 'columnTwice', field: name }];
    if (Object.hasOwn(columns, name)) return [];
    const known = Object.keys(columns).join(', ');
    return [
      {
        ...{ path, message: `the column "${name}" is unknown`, hint: `known are ${known}` },
        ...{ code: 'columnUnknown', field: name, limit: known },
      },
    ];
  }),
  ...Object.entries(columns)
    .filter(([name, { empty }]) => !empty && !header.includes(name))
    .map(([name]) => ({
      ...{ path: `${file}:1`, message: `the column "${name}" is missing` },
      ...{ code: 'columnMissing', field: name },
    })),
];

/** Works the rows of a file into the world. A row with a fault changes nothing; all faults are told. */
export const applySheet = (sheet: Sheet, given: SheetRows, world: World): Fault[] => {
  const { file, header, decimalSign } = given;
  const wrongHeader = headerFaults(sheet, given);
  if (wrongHeader.length > 0) return wrongHeader;
  const positions = new Map(header.map((name, i) => [name, i]));
  const lineOfKey = new Map<string, number>();
  const placeIn = (line: number, column: string) => `${file}:${line}:${(positions.get(column) ?? 0) + 1}`;
  const readRow = ({ line, cells }: SheetRows['rows'][number]) => {
    const faults: Fault[] = [];
    const placeOf = (column: string) => placeIn(line, column);
    if (cells.length !== header.length)
      faults.push({
        path: `${file}:${line}`,
        message: `the row has ${cells.length} cells, the header ${header.length}`,
        ...{ code: 'cellCount', value: String(cells.length), limit: header.length },
      });
    const row: Record<string, unknown> = {};
    for (const [name, { read, wanted, form, limit, empty }] of Object.entries(sheet.columns)) {
      const given = rearmed(cells[positions.get(name) ?? -1] ?? '').trim();
      const value = given === '' ? empty?.value : read(given, decimalSign);
      row[name] = value;
      if (value === undefined && !(given === '' && empty))
        faults.push({
          path: placeOf(name),
          field: name,
          ...(given === ''
            ? { message: `${name} is empty`, code: 'missing' }
            : {
                ...{ message: `${name} is "${given}", not ${wanted}`, code: `cell.${form}`, value: given },
                ...(limit === undefined ? {} : { limit }),
              }),
        });
    }
    const key = String(row['key']);
    const earlier = lineOfKey.get(key);
    if (earlier !== undefined)
      faults.push({
        ...{ path: placeOf('key'), message: `the key "${key}" stands on line ${earlier} too` },
        ...{ code: 'keyTwice', field: 'key', value: key, limit: earlier },
      });
    lineOfKey.set(key, line);
    return { line, key, cells: row, faults, isWrong: faults.length > 0 };
  };
  const rows = given.rows.map(readRow);
  for (const { line, key, cells: row, faults, isWrong } of rows) {
    if (isWrong) continue;
    const named: RowWork['named'] = (kind, wanted, column) => {
      const record = world.byKey(kind, wanted);
      if (!record) throw new WrongEntry(column, 'gone', `there is no ${kind} with the key "${wanted}"`);
      return record;
    };
    try {
      sheet.apply(row, { world, origin: { sheet: file, line, key }, named, rows });
    } catch (error) {
      if (!(error instanceof WrongEntry)) throw error;
      const { field: column, message, hint, code } = error;
      faults.push({ path: placeIn(line, column), message, code, field: column, ...(hint ? { hint } : {}) });
    }
  }
  return rows.flatMap(({ faults }) => faults);
};
