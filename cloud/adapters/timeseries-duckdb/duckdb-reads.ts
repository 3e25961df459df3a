import type { DuckDBConnection } from '@duckdb/node-api';
import type { Id } from '@kuluma/shared/model/base.ts';
import { type Sample, type SampleQuality, sampleQualities } from '@kuluma/shared/model/sample.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import type { Bucket, Means } from '../../ports.ts';
import { dayOf, inTimes, monthOf, monthTableOf, rollUps, usable, whole } from './tables.ts';

/** A range of one series: `series` is its number in the store. */
export interface SeriesSlice {
  readonly series: number;
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * Where rows may stand: a superset of the truth at the moment of a read, so that a read that overlaps packing sees each
 * row where its snapshot has it.
 */
export interface Layout {
  /** Days with rows that are not packed. */
  readonly looseDays: ReadonlySet<number>;
  /** Tables of packed months. */
  readonly months: ReadonlySet<string>;
}

export type Times = Pick<SeriesSlice, 'fromMs' | 'toMs'>;

export const isLooseIn = ({ looseDays }: Layout, { fromMs, toMs }: Times): boolean => {
  for (const day of looseDays) if (day * dayMs < toMs && (day + 1) * dayMs > fromMs) return true;
  return false;
};

/** Tables of the packed months that a range touches. */
export const monthsIn = ({ months }: Layout, { fromMs, toMs }: Times): string[] =>
  [...months].filter((table) => {
    const month = monthOf(table);
    return month && month.fromMs < toMs && month.toMs > fromMs;
  });

/** Rows (series_id, ts, value, quality) of the series that `wanted` says, one per time, as a subquery; undefined where there can be none. */
const rowsOf = (layout: Layout, times: Times, wanted: string): string | undefined => {
  const where = `${wanted} and ${inTimes(times.fromMs, times.toMs)}`;
  const packed = monthsIn(layout, times)
    .map((table) => `select series_id, ts, value, quality from ${table} where ${where}`)
    .join(' union all ');
  if (!isLooseIn(layout, times)) return packed ? `(${packed})` : undefined;
  const loose = `select series_id, ts, arg_max(value, seq) as value, arg_max(quality, seq) as quality
    from samples where ${where} group by series_id, ts`;
  // A loose row is younger than the packed row of its time.
  return packed
    ? `(with loose as (${loose}) from loose union all (from (${packed}) packed anti join loose using (series_id, ts)))`
    : `(${loose})`;
};

const oneSeries = ({ series }: SeriesSlice): string => `series_id = ${whole(series)}`;

const sampleOf = (pointId: Id<'measurementPoint'>, [ts, value, quality]: readonly unknown[]): Sample => ({
  pointId,
  sampledAtMs: Number(ts),
  value: Number(value),
  quality: sampleQualities[Number(quality)] as SampleQuality,
});

const rowsFrom = async (connection: DuckDBConnection, sql: string) => (await connection.runAndReadAll(sql)).getRows();

export const readSamples = async (
  connection: DuckDBConnection,
  layout: Layout,
  pointId: Id<'measurementPoint'>,
  slice: SeriesSlice,
  options: { limit?: number; anyQuality?: boolean },
): Promise<Sample[]> => {
  const rows = rowsOf(layout, slice, oneSeries(slice));
  if (!rows) return [];
  const where = options.anyQuality ? '' : `where ${usable}`;
  const limit = options.limit === undefined ? '' : `limit ${whole(options.limit)}`;
  const sql = `select ts, value, quality from ${rows} ${where} order by ts ${limit}`;
  return (await rowsFrom(connection, sql)).map((row) => sampleOf(pointId, row));
};

export const readCount = async (connection: DuckDBConnection, layout: Layout, slice: SeriesSlice): Promise<number> => {
  const rows = rowsOf(layout, slice, oneSeries(slice));
  return rows ? Number((await rowsFrom(connection, `select count(*) from ${rows}`))[0]?.[0]) : 0;
};

/** A stretch of time that one source answers. */
interface Stretch extends Times {
  readonly rollUp: string | undefined;
}

/**
 * Splits a range into stretches that a roll-up answers and those that only samples do: loose days, and what the edges
 * leave over. Where the buckets do not fit on whole hours all is the latter.
 */
export const stretchesOf = ({ looseDays }: Layout, { fromMs, toMs }: Times, bucketMs: number): Stretch[] => {
  const rollUp = rollUps.find(({ unitMs }) => bucketMs % unitMs === 0 && fromMs % unitMs === 0);
  if (!rollUp) return [{ fromMs, toMs, rollUp: undefined }];
  const wholeToMs = Math.floor(toMs / rollUp.unitMs) * rollUp.unitMs;
  const stretches: Stretch[] = [];
  let atMs = fromMs;
  const add = (untilMs: number, table: string | undefined) => {
    if (untilMs > atMs) stretches.push({ fromMs: atMs, toMs: untilMs, rollUp: table });
    atMs = Math.max(atMs, untilMs);
  };
  const days = [...looseDays].filter((day) => (day + 1) * dayMs > fromMs && day * dayMs < wholeToMs);
  for (const day of days.sort((a, b) => a - b)) {
    add(day * dayMs, rollUp.table);
    add(Math.min((day + 1) * dayMs, wholeToMs), undefined);
  }
  add(wholeToMs, rollUp.table);
  add(toMs, undefined);
  return stretches;
};

/** What is summed up of each bucket `n` of each series, from the roll-ups where they reach; undefined where there is nothing. */
const bucketSources = (layout: Layout, times: Times, bucketMs: number, wanted: string): string | undefined => {
  const bucket = `series_id, (ts - ${whole(times.fromMs)}) // ${whole(bucketMs)} as n`;
  const sources = stretchesOf(layout, times, bucketMs).flatMap(({ rollUp, fromMs, toMs }) => {
    if (rollUp)
      return `select ${bucket}, low, high, total, usable from ${rollUp}
        where ${wanted} and ${inTimes(fromMs, toMs)} and usable > 0`;
    const rows = rowsOf(layout, { fromMs, toMs }, wanted);
    return rows
      ? `select ${bucket}, min(value) as low, max(value) as high, sum(value) as total, count(*) as usable
          from ${rows} where ${usable} group by series_id, n`
      : [];
  });
  return sources.length > 0 ? sources.join(' union all ') : undefined;
};

export const readBuckets = async (
  connection: DuckDBConnection,
  layout: Layout,
  slice: SeriesSlice,
  bucketMs: number,
): Promise<Bucket[]> => {
  const sources = bucketSources(layout, slice, bucketMs, oneSeries(slice));
  if (!sources) return [];
  const sql = `select n, min(low), max(high), sum(total) / sum(usable), sum(usable)::bigint
    from (${sources}) group by n order by n`;
  return (await rowsFrom(connection, sql)).map(([n, min, max, mean, count]) => ({
    startMs: slice.fromMs + Number(n) * bucketMs,
    min: Number(min),
    max: Number(max),
    mean: Number(mean),
    count: Number(count),
  }));
};

/** Buckets of two stretches of one grid that follow each other; the one that lies in both is put together. */
export const joinBuckets = (old: readonly Bucket[], young: readonly Bucket[]): Bucket[] => {
  const [last, first] = [old.at(-1), young[0]];
  if (!last || !first || last.startMs !== first.startMs) return [...old, ...young];
  const count = last.count + first.count;
  const mean = (last.mean * last.count + first.mean * first.count) / count;
  const both = { startMs: last.startMs, min: Math.min(last.min, first.min), max: Math.max(last.max, first.max), mean };
  return [...old.slice(0, -1), { ...both, count }, ...young.slice(1)];
};

/** Means by bucket of many series at once, by the number of the series. */
export const readMeans = async (
  connection: DuckDBConnection,
  layout: Layout,
  series: readonly number[],
  times: Times,
  bucketMs: number,
): Promise<Map<number, Means>> => {
  const found = new Map<number, Means>();
  const sources = bucketSources(layout, times, bucketMs, `series_id in (${series.map(whole).join()})`);
  if (!sources) return found;
  const sql = `select series_id, n::integer, sum(total) / sum(usable)
    from (${sources}) group by series_id, n order by series_id, n`;
  const [ids, buckets, means] = (await connection.runAndReadAll(sql)).getColumns() as number[][];
  if (!ids || !buckets || !means) return found;
  for (let from = 0; from < ids.length; ) {
    const id = ids[from] as number;
    let to = from;
    while (to < ids.length && ids[to] === id) to++;
    const startMs = Float64Array.from(buckets.slice(from, to), (n) => times.fromMs + n * bucketMs);
    found.set(id, { startMs, mean: Float64Array.from(means.slice(from, to)) });
    from = to;
  }
  return found;
};

/** A series and its newest row. */
export interface Newest {
  readonly series: number;
  readonly atMs: number;
  readonly value: number;
  readonly quality: number;
}

const newestOf = ([series, ts, value, quality]: readonly unknown[]): Newest => ({
  series: Number(series),
  atMs: Number(ts),
  value: Number(value),
  quality: Number(quality),
});

/** The newest packed rows: the daily roll-up knows when, so that one day of a table is read and not all of them. */
const newestPacked = async (connection: DuckDBConnection, { months }: Layout, wanted: string): Promise<Newest[]> => {
  const newest = await rowsFrom(
    connection,
    `select series_id, max(last_ts) from roll_up_day where ${wanted} group by series_id`,
  );
  const byDay = Map.groupBy(
    newest.map(([series, ts]) => ({ series: Number(series), ts: Number(ts) })),
    ({ ts }) => dayOf(ts),
  );
  const found: Newest[] = [];
  for (const [day, rows] of byDay) {
    const table = monthTableOf(day * dayMs);
    if (!months.has(table)) continue;
    const times = inTimes(day * dayMs, (day + 1) * dayMs);
    const sql = `select series_id, ts, value, quality from ${table}
      where ${times} and (series_id, ts) in (${rows.map(({ series, ts }) => `(${series}, ${ts})`).join()})`;
    found.push(...(await rowsFrom(connection, sql)).map(newestOf));
  }
  return found;
};

/** The newest row of each of the series that has one. */
export const readNewest = async (
  connection: DuckDBConnection,
  layout: Layout,
  series: readonly number[],
): Promise<Newest[]> => {
  const wanted = `series_id in (${series.join()})`;
  const loose = await rowsFrom(
    connection,
    `select s.series_id, ts, arg_max(value, seq), arg_max(quality, seq) from samples s
      join (select series_id, max(ts) as ts from samples where ${wanted} group by series_id) newest using (series_id, ts)
      group by s.series_id, ts`,
  );
  return [...(await newestPacked(connection, layout, wanted)), ...loose.map(newestOf)];
};
