import type { DuckDBConnection } from '@duckdb/node-api';
import { dayMs, hourMs } from '@kuluma/shared/model/units.ts';
import type { DuckDbFile } from './duckdb-file.ts';
import type { LooseRows } from './loose-rows.ts';
import {
  areRolledUp,
  type Days,
  dropLoose,
  joinDays,
  looseDaysBefore,
  packSlice,
  rowsPerSlice,
  slicesOf,
} from './packing.ts';
import { dayOf, whole } from './tables.ts';

/** How long each class of data is kept. */
export interface Retention {
  readonly sampleDays: number;
  readonly hourYears: number;
  readonly dayYears: number;
}

const yearDays = 365.25;
/** A day is packed when it has been over for so long: what comes later is packed again with the day. */
const settleMs = hourMs;

/** The first day that is not packed yet. */
export const firstOpenDay = (nowMs: number): number => dayOf(nowMs - settleMs);

/** What upkeep has to know of the store; the sets and counts are the store's own and change. */
export interface Kept {
  readonly file: DuckDbFile;
  readonly loose: LooseRows;
  readonly months: ReadonlySet<string>;
  /** Between two writes only: series and rows so far. */
  readonly written: () => { readonly series: number; readonly untilSeq: number };
  /** Packing ends after the slice that runs. */
  readonly isStopping: () => boolean;
}

/** Packs the closed days; each slice is a transaction of its own, so that an end in between loses only the slice that ran. */
const packDays = async ({ file, written, isStopping }: Kept, firstKept: number, endDay: number): Promise<void> => {
  const now = await file.inTurn(async () => written());
  const days = await file.reading((connection) => looseDaysBefore(connection, endDay));
  const fresh: Days[] = [];
  for (const day of days) {
    // The samples of an expired day are gone: rolled up without them, late ones would replace what is known of it.
    const isOver = day.endDay <= firstKept && (await file.reading((connection) => areRolledUp(connection, day)));
    if (isOver) await file.keeping((keeper) => dropLoose(keeper, day, now.untilSeq));
    else fresh.push(day);
  }
  const most = rowsPerSlice(file.packingBytes);
  for (const slice of joinDays(fresh, most).flatMap((some) => slicesOf(some, now, most)))
    if (!isStopping()) await file.keeping((keeper) => packSlice(keeper, slice));
};

/** Between two writes: how many loose rows there are in truth. */
const recountLoose = ({ file, loose }: Kept): Promise<void> =>
  file.inTurn(() => file.reading((connection) => loose.count(connection)));

const removeExpired = async ({ file, months }: Kept, retention: Retention, nowMs: number): Promise<void> => {
  const before = (days: number) => `ts < ${whole(dayOf(nowMs - days * dayMs) * dayMs)}`;
  await file.keeping(async (keeper) => {
    for (const month of months) await keeper.run(`delete from ${month} where ${before(retention.sampleDays)}`);
    for (const table of ['roll_up_hour', 'point_quality'])
      await keeper.run(`delete from ${table} where ${before(retention.hourYears * yearDays)}`);
    await keeper.run(`delete from roll_up_day where ${before(retention.dayYears * yearDays)}`);
  });
};

/** Packs the closed days, one after another, and removes what is older than its class is kept. */
export const keepStore = async (kept: Kept, retention: Retention | undefined, nowMs: number): Promise<void> => {
  const firstKept = retention ? dayOf(nowMs - retention.sampleDays * dayMs) : Number.NEGATIVE_INFINITY;
  await packDays(kept, firstKept, firstOpenDay(nowMs));
  await recountLoose(kept);
  if (retention) await removeExpired(kept, retention, nowMs);
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
    const tables = [...months, 'roll_up_hour', 'roll_up_day', 'point_quality'];
    for (const table of tables) await rewriteWithout(keeper, table, series.join());
  });

export const eraseLoose = async (writer: DuckDBConnection, series: readonly number[]): Promise<void> => {
  await rewriteWithout(writer, 'samples', series.join());
  await writer.run(`delete from series where series_id in (${series.join()})`);
};
