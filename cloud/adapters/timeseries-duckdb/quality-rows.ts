import type { DuckDBConnection } from '@duckdb/node-api';
import type { Id } from '@kuluma/shared/model/base.ts';
import { hourMs } from '@kuluma/shared/model/units.ts';
import type { PointHour, PointQuality } from '../../core/quality/point-quality.ts';
import { isLooseIn, type Layout, monthsIn, type Times } from './duckdb-reads.ts';
import { inTimes, usable, whole } from './tables.ts';

const numberOf = (value: unknown): number | null => (value === null ? null : Number(value));

/** By series and hour from the rows of all series, one per time; `again` are those of a time that had one. */
const hoursOfRows = (layout: Layout, range: Times): string => {
  const where = inTimes(range.fromMs, range.toMs);
  const packed = monthsIn(layout, range)
    .map((table) => `select series_id, ts, value, quality, 0 as again from ${table} where ${where}`)
    .join(' union all ');
  const loose = `select series_id, ts, arg_max(value, seq) as value, arg_max(quality, seq) as quality, count(*) - 1 as again
    from samples where ${where} group by series_id, ts`;
  const rows = packed
    ? `with loose as (${loose}) from loose union all (from (${packed}) packed anti join loose using (series_id, ts))`
    : loose;
  return `select series_id, ts // ${hourMs} * ${hourMs} as start, count(*) as samples, count(*) filter (${usable}) as usable,
    min(value) filter (${usable}) as low, max(value) filter (${usable}) as high, sum(again) as duplicates
    from (${rows}) group by series_id, start`;
};

const hoursRolledUp = ({ fromMs, toMs }: Times): string =>
  `select series_id, ts as start, samples, usable, low, high, null as duplicates
    from roll_up_hour where ${inTimes(fromMs, toMs)}`;

export const readHours = async (
  connection: DuckDBConnection,
  layout: Layout,
  organisationId: string,
  range: Times,
): Promise<PointHour[]> => {
  const hours = isLooseIn(layout, range) ? hoursOfRows(layout, range) : hoursRolledUp(range);
  const sql = `select point_id, start, samples, usable, low, high, duplicates
    from (${hours}) join series using (series_id) where organisation_id = $organisationId order by point_id, start`;
  const rows = (await connection.runAndReadAll(sql, { organisationId })).getRows();
  return rows.map(([pointId, start, samples, usableCount, low, high, duplicates]) => ({
    pointId: String(pointId) as Id<'measurementPoint'>,
    hourMs: Number(start),
    samples: Number(samples),
    usable: Number(usableCount),
    low: numberOf(low),
    high: numberOf(high),
    duplicates: numberOf(duplicates),
  }));
};

/** Replaces what was said of the same hours. Within a transaction. */
export const storeQuality = async (
  connection: DuckDBConnection,
  judged: readonly { readonly series: number; readonly hour: PointQuality }[],
): Promise<void> => {
  for (const [atMs, ofHour] of Map.groupBy(judged, ({ hour }) => hour.hourMs))
    await connection.run(
      `delete from point_quality where ts = ${whole(atMs)} and series_id in (${ofHour.map(({ series }) => series).join()})`,
    );
  const appender = await connection.createAppender('point_quality');
  const double = (value: number | null) => (value === null ? appender.appendNull() : appender.appendDouble(value));
  const integer = (value: number | null) => (value === null ? appender.appendNull() : appender.appendInteger(value));
  for (const { series, hour } of judged) {
    integer(series);
    appender.appendBigInt(BigInt(hour.hourMs));
    integer(hour.samples);
    integer(hour.usable);
    double(hour.low);
    double(hour.high);
    integer(hour.duplicates);
    double(hour.completeness);
    double(hour.knownMissing);
    appender.appendBoolean(hour.isStuck);
    appender.appendBoolean(hour.isOutOfRange);
    double(hour.latenessMs);
    double(hour.aheadMs);
    appender.endRow();
  }
  appender.closeSync();
};

/** @param points id of the point by series number. */
export const readQuality = async (
  connection: DuckDBConnection,
  points: ReadonlyMap<number, Id<'measurementPoint'>>,
  { fromMs, toMs }: Times,
): Promise<PointQuality[]> => {
  const sql = `from point_quality where series_id in (${[...points.keys()].join()}) and ${inTimes(fromMs, toMs)}
    order by series_id, ts`;
  return (await connection.runAndReadAll(sql)).getRows().map((row) => {
    const [series, ts, samples, usableCount, low, high, duplicates, completeness, knownMissing] = row;
    const [isStuck, isOutOfRange, latenessMs, aheadMs] = row.slice(9);
    return {
      pointId: points.get(Number(series)) as Id<'measurementPoint'>,
      hourMs: Number(ts),
      samples: Number(samples),
      usable: Number(usableCount),
      low: numberOf(low),
      high: numberOf(high),
      duplicates: numberOf(duplicates),
      completeness: numberOf(completeness),
      knownMissing: Number(knownMissing),
      isStuck: isStuck === true,
      isOutOfRange: isOutOfRange === true,
      latenessMs: numberOf(latenessMs),
      aheadMs: Number(aheadMs),
    };
  });
};
