import type { DuckDBConnection } from '@duckdb/node-api';
import type { Id } from '@kuluma/shared/model/base.ts';
import { type Sample, type SampleQuality, sampleQualities } from '@kuluma/shared/model/sample.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import type { Bucket, Means } from '../../ports.ts';
import { type Layout, rowsOf, type Wanted } from './layout.ts';
import type { Times } from './loose-rows.ts';
import { askPieces, type Piece, type Reader, rowsStretch, stretchesOf, timesOf } from './pieces.ts';
import { dayOf, inTimes, monthTableOf, usable, whole } from './tables.ts';

/** A range of one series: `series` is its number in the store. */
export interface SeriesSlice extends Times {
  readonly series: number;
}

const oneSeries = ({ series }: SeriesSlice): Wanted => ({ series: [series], where: `series_id = ${whole(series)}` });

const sampleOf = (pointId: Id<'measurementPoint'>, [ts, value, quality]: readonly unknown[]): Sample => ({
  pointId,
  sampledAtMs: Number(ts),
  value: Number(value),
  quality: sampleQualities[Number(quality)] as SampleQuality,
});

const rowsFrom = async (connection: DuckDBConnection, sql: string) => (await connection.runAndReadAll(sql)).getRows();

/** Asks for the rows of a slice, in parts of rising time; `sqlOf` is given them as a subquery. */
const askRows = (
  reader: Reader,
  layout: Layout,
  slice: SeriesSlice,
  sqlOf: (rows: string) => string,
  take: (rows: readonly (readonly unknown[])[]) => void,
): Promise<void> => {
  const wanted = oneSeries(slice);
  return askPieces(reader, layout, wanted, [rowsStretch(slice)], async (piece) => {
    const rows = rowsOf(layout, timesOf(piece), wanted);
    if (rows) take(await rowsFrom(reader.connection, sqlOf(rows)));
  });
};

export const readSamples = async (
  reader: Reader,
  layout: Layout,
  pointId: Id<'measurementPoint'>,
  slice: SeriesSlice,
  options: { limit?: number; anyQuality?: boolean },
): Promise<Sample[]> => {
  const samples: Sample[] = [];
  const where = options.anyQuality ? '' : `where ${usable}`;
  const limit = () => (options.limit === undefined ? '' : `limit ${whole(options.limit - samples.length)}`);
  const sqlOf = (rows: string) => `select ts, value, quality from ${rows} ${where} order by ts ${limit()}`;
  await askRows(reader, layout, slice, sqlOf, (rows) => {
    for (const row of rows) samples.push(sampleOf(pointId, row));
  });
  return samples;
};

export const readCount = async (reader: Reader, layout: Layout, slice: SeriesSlice): Promise<number> => {
  let count = 0;
  const sqlOf = (rows: string) => `select count(*) from ${rows}`;
  await askRows(reader, layout, slice, sqlOf, ([row]) => {
    count += Number(row?.[0]);
  });
  return count;
};

/** What is summed up of each bucket `n` of each series, from the roll-ups where they reach; undefined where there is nothing. */
const bucketSources = (
  layout: Layout,
  piece: Piece,
  grid: { readonly fromMs: number; readonly bucketMs: number },
  wanted: Wanted,
): string | undefined => {
  const bucket = `series_id, (ts - ${whole(grid.fromMs)}) // ${whole(grid.bucketMs)} as n`;
  const sources = piece.flatMap((stretch) => {
    if (stretch.rollUp)
      return `select ${bucket}, low, high, total, usable from ${stretch.rollUp.table}
        where ${wanted.where} and ${inTimes(stretch.fromMs, stretch.toMs)} and usable > 0`;
    const rows = rowsOf(layout, stretch, wanted);
    return rows
      ? `select ${bucket}, min(value) as low, max(value) as high, sum(value) as total, count(*) as usable
          from ${rows} where ${usable} group by series_id, n`
      : [];
  });
  return sources.length > 0 ? sources.join(' union all ') : undefined;
};

/** Asks for sums of buckets, in parts of rising time: the last bucket of one may be the first of the next. */
const askBuckets = async (
  reader: Reader,
  layout: Layout,
  wanted: Wanted,
  slice: Times & { readonly bucketMs: number },
  sqlOf: (sources: string) => string,
  take: (columns: readonly (readonly number[])[]) => void,
): Promise<void> =>
  askPieces(reader, layout, wanted, stretchesOf(layout, slice, slice.bucketMs), async (piece) => {
    const sources = bucketSources(layout, piece, slice, wanted);
    if (sources) take((await reader.connection.runAndReadAll(sqlOf(sources))).getColumns() as number[][]);
  });

export const readBuckets = async (
  reader: Reader,
  layout: Layout,
  slice: SeriesSlice,
  bucketMs: number,
): Promise<Bucket[]> => {
  let found: readonly Bucket[] = [];
  const sqlOf = (
    sources: string,
  ) => `select n::double, min(low), max(high), sum(total) / sum(usable), sum(usable)::double
    from (${sources}) group by n order by n`;
  await askBuckets(reader, layout, oneSeries(slice), { ...slice, bucketMs }, sqlOf, ([n = [], ...columns]) => {
    const [min = [], max = [], mean = [], count = []] = columns;
    const more = n.map((bucket, i) => ({
      startMs: slice.fromMs + bucket * bucketMs,
      min: min[i] as number,
      max: max[i] as number,
      mean: mean[i] as number,
      count: count[i] as number,
    }));
    found = joinBuckets(found, more);
  });
  return [...found];
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

interface Sums {
  readonly n: number[];
  readonly total: number[];
  readonly usable: number[];
}

/** Means by bucket of many series at once, by the number of the series. */
export const readMeans = async (
  reader: Reader,
  layout: Layout,
  series: readonly number[],
  times: Times,
  bucketMs: number,
): Promise<Map<number, Means>> => {
  const sums = new Map<number, Sums>();
  const wanted = { series, where: `series_id in (${series.map(whole).join()})` };
  const sqlOf = (sources: string) => `select series_id, n::double, sum(total), sum(usable)::double
    from (${sources}) group by series_id, n order by series_id, n`;
  await askBuckets(reader, layout, wanted, { ...times, bucketMs }, sqlOf, ([ids = [], ...columns]) => {
    const [buckets = [], totals = [], counts = []] = columns;
    for (const [row, id] of ids.entries()) {
      const known = sums.get(id);
      const of = known ?? { n: [], total: [], usable: [] };
      if (!known) sums.set(id, of);
      const n = buckets[row] as number;
      const at = of.n.at(-1) === n ? of.n.length - 1 : of.n.length;
      of.n[at] = n;
      of.total[at] = (of.total[at] ?? 0) + (totals[row] as number);
      of.usable[at] = (of.usable[at] ?? 0) + (counts[row] as number);
    }
  });
  return new Map(
    [...sums].map(([id, { n, total, usable: count }]) => [
      id,
      {
        startMs: Float64Array.from(n, (bucket) => times.fromMs + bucket * bucketMs),
        mean: Float64Array.from(total, (sum, i) => sum / (count[i] as number)),
      },
    ]),
  );
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
const newestPacked = async (
  connection: DuckDBConnection,
  months: ReadonlySet<string>,
  wanted: string,
): Promise<Newest[]> => {
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
  months: ReadonlySet<string>,
  series: readonly number[],
): Promise<Newest[]> => {
  const wanted = `series_id in (${series.join()})`;
  const loose = await rowsFrom(
    connection,
    `select s.series_id, ts, arg_max(value, seq), arg_max(quality, seq) from samples s
      join (select series_id, max(ts) as ts from samples where ${wanted} group by series_id) newest using (series_id, ts)
      group by s.series_id, ts`,
  );
  return [...(await newestPacked(connection, months, wanted)), ...loose.map(newestOf)];
};
