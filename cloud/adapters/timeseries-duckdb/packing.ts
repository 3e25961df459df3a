import type { DuckDBConnection } from '@duckdb/node-api';
import { dayMs } from '@kuluma/shared/model/units.ts';
import { inTimes, monthTableOf, rollUps, usable, whole } from './tables.ts';

/** Days [firstDay, endDay) of one month. */
export interface Days {
  readonly firstDay: number;
  readonly endDay: number;
  /** Loose rows in them. */
  readonly rows: number;
}

/** What is packed in one transaction: the series [firstSeries, endSeries) of the days, rows written up to `untilSeq`. */
export interface Slice extends Days {
  readonly firstSeries: number;
  readonly endSeries: number;
  readonly untilSeq: number;
}

/** Rows of one transaction at most, and what one takes: measured 88 bytes. */
const mostRows = 4_000_000;
const bytesPerRow = 100;

/** Rows that one transaction may pack in so much memory. */
export const rowsPerSlice = (bytes: number): number => Math.min(mostRows, Math.ceil(bytes / bytesPerRow));

/** Joins days that follow each other in a month as long as one slice may hold them; late and imported samples are few a day. */
export const joinDays = (days: readonly Days[], most: number): Days[] => {
  const joined: Days[] = [];
  for (const next of days) {
    const last = joined.at(-1);
    const fits =
      last?.endDay === next.firstDay &&
      last.rows + next.rows <= most &&
      monthTableOf(last.firstDay * dayMs) === monthTableOf(next.firstDay * dayMs);
    if (fits) joined[joined.length - 1] = { ...last, endDay: next.endDay, rows: last.rows + next.rows };
    else joined.push(next);
  }
  return joined;
};

/** Cuts days by series, so that a slice is about as large as it may be, whatever the days hold. */
export const slicesOf = (
  days: Days,
  written: { readonly series: number; readonly untilSeq: number },
  most: number,
): Slice[] => {
  const step = Math.ceil(written.series / Math.ceil(days.rows / most));
  return Array.from({ length: Math.ceil(written.series / step) }, (_, i) => ({
    ...days,
    untilSeq: written.untilSeq,
    firstSeries: i * step,
    endSeries: Math.min(written.series, (i + 1) * step),
  }));
};

const timesOf = ({ firstDay, endDay }: Days): string => inTimes(firstDay * dayMs, endDay * dayMs);
const dayOfRow = `ts // ${dayMs}`;

/** The loose days before `endDay`, by rising day. */
export const looseDaysBefore = async (connection: DuckDBConnection, endDay: number): Promise<Days[]> => {
  const sql = `select ${dayOfRow} as day, count(*) from samples where ts < ${whole(endDay * dayMs)}
    group by day order by day`;
  return (await connection.runAndReadAll(sql)).getRows().map(([day, rows]) => ({
    firstDay: Number(day),
    endDay: Number(day) + 1,
    rows: Number(rows),
  }));
};

/**
 * Moves loose rows into their month, sorted by day, series and time, the youngest of each time only, and rolls them up.
 * Rows that were packed before and got company of late ones are packed again with them. To be run in a transaction.
 */
export const packSlice = async (connection: DuckDBConnection, slice: Slice): Promise<void> => {
  const month = monthTableOf(slice.firstDay * dayMs);
  const part = `series_id >= ${whole(slice.firstSeries)} and series_id < ${whole(slice.endSeries)} and ${timesOf(slice)}`;
  const loose = `${part} and seq <= ${whole(slice.untilSeq)}`;
  const again = `${part} and (series_id, ${dayOfRow}) in (select distinct series_id, ${dayOfRow} from samples where ${loose})`;
  await connection.run(`insert into samples select series_id, ts, value, quality, -1 from ${month} where ${again}`);
  await connection.run(`delete from ${month} where ${again}`);
  await connection.run(`insert into ${month}
    select series_id, ts, arg_max(value, seq), arg_max(quality, seq) from samples where ${loose}
    group by series_id, ts order by ${dayOfRow}, series_id, ts`);
  await connection.run(`delete from samples where ${loose}`);
  for (const { table, unitMs } of rollUps) {
    await connection.run(`delete from ${table} where ${part}`);
    await connection.run(`insert into ${table}
      select series_id, ts // ${unitMs} * ${unitMs} as start, count(*), count(*) filter (${usable}),
        min(value) filter (${usable}), max(value) filter (${usable}), sum(value) filter (${usable}), max(ts)
      from ${month} where ${part} group by series_id, start order by start // ${dayMs}, series_id, start`);
  }
};

/** Whether samples of the days were rolled up before. */
export const areRolledUp = async (connection: DuckDBConnection, days: Days): Promise<boolean> =>
  (await connection.runAndReadAll(`select 1 from roll_up_day where ${timesOf(days)} limit 1`)).getRows().length > 0;

export const dropLoose = async (connection: DuckDBConnection, days: Days, untilSeq: number): Promise<void> => {
  await connection.run(`delete from samples where ${timesOf(days)} and seq <= ${whole(untilSeq)}`);
};
