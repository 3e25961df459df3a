import type { DuckDBConnection } from '@duckdb/node-api';
import type { Id } from '@kuluma/shared/model/base.ts';
import { hourMs } from '@kuluma/shared/model/units.ts';
import type { PointHour, PointQuality } from '../../core/quality/point-quality.ts';
import { type Layout, rowsOf, type Wanted } from './layout.ts';
import type { Times } from './loose-rows.ts';
import { askPieces, type Reader, rowsStretch, timesOf } from './pieces.ts';
import { inTimes, quoted, rollUpHour, usable, whole } from './tables.ts';

const numberOf = (value: unknown): number | null => (value === null ? null : Number(value));

/** By series and hour from rows, one per time; `again` are those of a time that had one. */
const hoursOfRows = (layout: Layout, times: Times, wanted: Wanted): string | undefined => {
  const rows = rowsOf(layout, times, wanted, { name: 'again', loose: 'count(*) - 1', packed: '0' });
  return (
    rows &&
    `select series_id, ts // ${hourMs} * ${hourMs} as start, count(*) as samples, count(*) filter (${usable}) as usable,
      min(value) filter (${usable}) as low, max(value) filter (${usable}) as high, sum(again) as duplicates
      from ${rows} group by series_id, start`
  );
};

const hoursRolledUp = ({ fromMs, toMs }: Times, wanted: Wanted): string =>
  `select series_id, ts as start, samples, usable, low, high, null as duplicates
    from roll_up_hour where ${wanted.where} and ${inTimes(fromMs, toMs)}`;

const joined = (a: number | null, b: number | null, join: (a: number, b: number) => number): number | null =>
  a === null || b === null ? (a ?? b) : join(a, b);

/** Two parts of one hour. */
const joinHours = (a: PointHour, b: PointHour): PointHour => ({
  ...a,
  samples: a.samples + b.samples,
  usable: a.usable + b.usable,
  low: joined(a.low, b.low, Math.min),
  high: joined(a.high, b.high, Math.max),
  duplicates: joined(a.duplicates, b.duplicates, (x, y) => x + y),
});

/** @param points id of each point of the organisation by series number. */
export const readHours = async (
  reader: Reader,
  layout: Layout,
  organisationId: string,
  points: ReadonlyMap<number, Id<'measurementPoint'>>,
  range: Times,
): Promise<PointHour[]> => {
  const ofOrganisation = `select series_id from series where organisation_id = ${quoted(organisationId)}`;
  const wanted = { series: [...points.keys()], where: `series_id in (${ofOrganisation})` };
  const stretch = layout.loose.isIn(range) ? rowsStretch(range) : { ...range, rollUp: rollUpHour, rows: 0 };
  const found = new Map<string, PointHour[]>();
  const take = ([number, start, samples, usableCount, low, high, duplicates]: readonly unknown[]) => {
    const pointId = points.get(Number(number));
    // A point that has begun since is for the next time.
    if (!pointId) return;
    const hours = found.get(pointId) ?? [];
    const hour = {
      ...{ pointId, hourMs: Number(start), samples: Number(samples), usable: Number(usableCount) },
      ...{ low: numberOf(low), high: numberOf(high), duplicates: numberOf(duplicates) },
    };
    const last = hours.at(-1);
    // The parts in which rows are asked for may end within an hour.
    if (last?.hourMs === hour.hourMs) hours[hours.length - 1] = joinHours(last, hour);
    else hours.push(hour);
    found.set(pointId, hours);
  };
  await askPieces(reader, layout, wanted, [stretch], async (piece) => {
    const times = timesOf(piece);
    const hours = stretch.rollUp ? hoursRolledUp(times, wanted) : hoursOfRows(layout, times, wanted);
    if (!hours) return;
    for (const row of (await reader.connection.runAndReadAll(`${hours} order by start`)).getRows()) take(row);
  });
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, hours]) => hours);
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
