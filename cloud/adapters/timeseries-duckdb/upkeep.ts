import type { DuckDBConnection } from '@duckdb/node-api';
import { dayMs, hourMs } from '@kuluma/shared/model/units.ts';
import type { DuckDbFile } from './duckdb-file.ts';
import { countLoose, type DaySlice, dropLoose, isRolledUp, packSlice, slicesOf } from './packing.ts';
import { dayOf, inTimes, whole } from './tables.ts';

/** How long each class of data is kept. */
export interface Retention {
  readonly sampleDays: number;
  readonly hourYears: number;
  readonly dayYears: number;
}

const yearDays = 365.25;
/** A day is packed when it has been over for so long: what comes later is packed again with the day. */
const settleMs = hourMs;

/** What upkeep has to know of the store; the sets are the store's own and change. */
export interface Kept {
  readonly file: DuckDbFile;
  readonly looseDays: Set<number>;
  readonly months: ReadonlySet<string>;
  /** Between two writes only: series and rows so far. */
  readonly written: () => { readonly series: number; readonly untilSeq: number };
}

const hasLoose = async (connection: DuckDBConnection, day: number): Promise<boolean> => {
  const sql = `select 1 from samples where ${inTimes(day * dayMs, (day + 1) * dayMs)} limit 1`;
  return (await connection.runAndReadAll(sql)).getRows().length > 0;
};

/** Packs one closed day; each slice is a transaction of its own, so that a stop in between loses only the slice that ran. */
const packDay = async ({ file, looseDays, written }: Kept, day: number, isExpired: boolean): Promise<void> => {
  const { series, untilSeq } = await file.inTurn(async () => written());
  const whole: DaySlice = { day, firstSeries: 0, endSeries: series, untilSeq };
  const [rows, wasRolledUp] = await file.reading(async (c) => [await countLoose(c, day), await isRolledUp(c, day)]);
  // Its samples are gone: rolled up without them, late ones would replace what the roll-ups still know.
  if (isExpired && wasRolledUp) await file.keeping((keeper) => dropLoose(keeper, whole));
  else
    for (const slice of slicesOf({ day, rows, untilSeq }, series))
      await file.keeping((keeper) => packSlice(keeper, slice));
  await file.inTurn(async () => {
    if (!(await file.reading((connection) => hasLoose(connection, day)))) looseDays.delete(day);
  });
};

const removeExpired = async ({ file, months }: Kept, retention: Retention, nowMs: number): Promise<void> => {
  const before = (days: number) => `ts < ${whole(dayOf(nowMs - days * dayMs) * dayMs)}`;
  await file.keeping(async (keeper) => {
    for (const month of months) await keeper.run(`delete from ${month} where ${before(retention.sampleDays)}`);
    await keeper.run(`delete from roll_up_hour where ${before(retention.hourYears * yearDays)}`);
    await keeper.run(`delete from roll_up_day where ${before(retention.dayYears * yearDays)}`);
  });
};

/** Packs the closed days, one after another, and removes what is older than its class is kept. */
export const keepStore = async (kept: Kept, retention: Retention, nowMs: number): Promise<void> => {
  const firstKept = dayOf(nowMs - retention.sampleDays * dayMs);
  const closed = [...kept.looseDays].filter((day) => day < dayOf(nowMs - settleMs)).sort((a, b) => a - b);
  for (const day of closed) await packDay(kept, day, day < firstKept);
  await removeExpired(kept, retention, nowMs);
};

/** Writes a table anew without some series: deleted rows would stay in its blocks. */
const rewriteWithout = async (connection: DuckDBConnection, table: string, series: string): Promise<void> => {
  await connection.run(`create table rewritten as from ${table} where series_id not in (${series})`);
  await connection.run(`drop table ${table}`);
  await connection.run(`alter table rewritten rename to ${table}`);
};

/** Removes the rows of series from all that is packed; what is loose goes between two writes, by `eraseLoose`. */
export const erasePacked = ({ file, months }: Kept, series: readonly number[]): Promise<void> =>
  file.keeping(async (keeper) => {
    const tables = [...months, 'roll_up_hour', 'roll_up_day'];
    for (const table of tables) await rewriteWithout(keeper, table, series.join());
  });

export const eraseLoose = async (writer: DuckDBConnection, series: readonly number[]): Promise<void> => {
  await rewriteWithout(writer, 'samples', series.join());
  await writer.run(`delete from series where series_id in (${series.join()})`);
};
