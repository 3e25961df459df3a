import type { DuckDBConnection } from '@duckdb/node-api';
import { dayMs } from '@kuluma/shared/model/units.ts';
import { inTimes, monthTableOf, rollUps, usable, whole } from './tables.ts';

/** Part of a day that is packed in one transaction: series [firstSeries, endSeries), rows written up to `untilSeq`. */
export interface DaySlice {
  readonly day: number;
  readonly firstSeries: number;
  readonly endSeries: number;
  readonly untilSeq: number;
}

/** Rows of one transaction: sorting them takes some 200 MB. */
const rowsPerSlice = 4_000_000;

/** Cuts a day so that a slice is about so many rows, whatever the day holds. */
export const slicesOf = (
  day: { readonly day: number; readonly rows: number; readonly untilSeq: number },
  seriesCount: number,
): DaySlice[] => {
  const step = Math.ceil(seriesCount / Math.max(1, Math.ceil(day.rows / rowsPerSlice)));
  return Array.from({ length: Math.ceil(seriesCount / Math.max(1, step)) }, (_, i) => ({
    day: day.day,
    untilSeq: day.untilSeq,
    firstSeries: i * step,
    endSeries: Math.min(seriesCount, (i + 1) * step),
  }));
};

const timesOfDay = (day: number): string => inTimes(day * dayMs, (day + 1) * dayMs);

export const countLoose = async (connection: DuckDBConnection, day: number): Promise<number> => {
  const counted = await connection.runAndReadAll(`select count(*) from samples where ${timesOfDay(day)}`);
  return Number(counted.getRows()[0]?.[0]);
};

/**
 * Moves loose rows into their month, sorted by series and time, the youngest of each time only, and rolls them up. Rows
 * that were packed before and got company of late ones are packed again with them. To be run in a transaction.
 */
export const packSlice = async (connection: DuckDBConnection, slice: DaySlice): Promise<void> => {
  const { day, firstSeries, endSeries, untilSeq } = slice;
  const month = monthTableOf(day * dayMs);
  const part = `series_id >= ${whole(firstSeries)} and series_id < ${whole(endSeries)} and ${timesOfDay(day)}`;
  const loose = `${part} and seq <= ${whole(untilSeq)}`;
  await connection.run(`insert into samples select series_id, ts, value, quality, -1 from ${month} where ${part}
    and series_id in (select distinct series_id from samples where ${loose})`);
  await connection.run(`delete from ${month} where ${part}
    and series_id in (select distinct series_id from samples where ${loose})`);
  await connection.run(`insert into ${month}
    select series_id, ts, arg_max(value, seq), arg_max(quality, seq) from samples where ${loose}
    group by series_id, ts order by series_id, ts`);
  await connection.run(`delete from samples where ${loose}`);
  for (const { table, unitMs } of rollUps) {
    await connection.run(`delete from ${table} where ${part}`);
    await connection.run(`insert into ${table}
      select series_id, ts // ${unitMs} * ${unitMs} as start, count(*), count(*) filter (${usable}),
        min(value) filter (${usable}), max(value) filter (${usable}), sum(value) filter (${usable}), max(ts)
      from ${month} where ${part} group by series_id, start order by series_id, start`);
  }
};

/** Whether samples of the day were rolled up before. */
export const isRolledUp = async (connection: DuckDBConnection, day: number): Promise<boolean> =>
  (await connection.runAndReadAll(`select 1 from roll_up_day where ts = ${whole(day * dayMs)} limit 1`)).getRows()
    .length > 0;

export const dropLoose = async (connection: DuckDBConnection, { day, untilSeq }: DaySlice): Promise<void> => {
  await connection.run(`delete from samples where ${timesOfDay(day)} and seq <= ${whole(untilSeq)}`);
};
