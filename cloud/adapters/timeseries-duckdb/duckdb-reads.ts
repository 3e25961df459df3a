import type { DuckDBConnection } from '@duckdb/node-api';
import type { Id } from '@kuluma/shared/model/base.ts';
import { type Sample, type SampleQuality, sampleQualities } from '@kuluma/shared/model/sample.ts';
import type { Bucket } from '../../ports.ts';

/** A range of one series: `series` is its number in the store. */
export interface SeriesSlice {
  readonly series: number;
  readonly fromMs: number;
  readonly toMs: number;
}

/** Quality is stored as its place in the list of the model; `good` and `uncertain` are usable. */
export const qualityCode = (quality: SampleQuality): number => sampleQualities.indexOf(quality);
const usable = `quality <= ${qualityCode('uncertain')}`;

/** One row per time: what was written last counts. */
const newest = `(select ts, arg_max(value, seq) as value, arg_max(quality, seq) as quality from samples
  where series_id = $series and ts >= $fromMs::bigint and ts < $toMs::bigint group by ts)`;

const paramsOf = ({ series, fromMs, toMs }: SeriesSlice) => ({
  series,
  fromMs: BigInt(fromMs),
  toMs: BigInt(toMs),
});

const sampleOf = (pointId: Id<'measurementPoint'>, ts: unknown, value: unknown, quality: unknown): Sample => ({
  pointId,
  sampledAtMs: Number(ts),
  value: Number(value),
  quality: sampleQualities[Number(quality)] as SampleQuality,
});

export const readSamples = async (
  connection: DuckDBConnection,
  pointId: Id<'measurementPoint'>,
  slice: SeriesSlice,
  options: { limit?: number; anyQuality?: boolean },
): Promise<Sample[]> => {
  const where = options.anyQuality ? '' : `where ${usable}`;
  const limit = options.limit === undefined ? '' : `limit ${Math.trunc(options.limit)}`;
  const sql = `select ts, value, quality from ${newest} ${where} order by ts ${limit}`;
  const rows = (await connection.runAndReadAll(sql, paramsOf(slice))).getRows();
  return rows.map(([ts, value, quality]) => sampleOf(pointId, ts, value, quality));
};

export const readBuckets = async (
  connection: DuckDBConnection,
  slice: SeriesSlice,
  bucketMs: number,
): Promise<Bucket[]> => {
  const sql = `select (ts - $fromMs::bigint) // $bucketMs::bigint as n, min(value), max(value), avg(value), count(*)
    from ${newest} where ${usable} group by n order by n`;
  const rows = (await connection.runAndReadAll(sql, { ...paramsOf(slice), bucketMs: BigInt(bucketMs) })).getRows();
  return rows.map(([n, min, max, mean, count]) => ({
    startMs: slice.fromMs + Number(n) * bucketMs,
    min: Number(min),
    max: Number(max),
    mean: Number(mean),
    count: Number(count),
  }));
};

export const readCount = async (connection: DuckDBConnection, slice: SeriesSlice): Promise<number> => {
  const rows = (await connection.runAndReadAll(`select count(*) from ${newest}`, paramsOf(slice))).getRows();
  return Number(rows[0]?.[0]);
};

/** @param points id of the point by series number. */
export const readLatest = async (
  connection: DuckDBConnection,
  points: ReadonlyMap<number, Id<'measurementPoint'>>,
): Promise<Map<string, Sample>> => {
  const sql = `select s.series_id, ts, arg_max(value, seq), arg_max(quality, seq)
    from samples s join (select series_id, max(ts) as ts from samples where series_id in (${[...points.keys()].join()})
      group by series_id) newest using (series_id, ts)
    group by s.series_id, ts`;
  const rows = points.size > 0 ? (await connection.runAndReadAll(sql)).getRows() : [];
  return new Map(
    rows.map(([series, ts, value, quality]) => {
      const pointId = points.get(Number(series)) as Id<'measurementPoint'>;
      return [pointId, sampleOf(pointId, ts, value, quality)];
    }),
  );
};
