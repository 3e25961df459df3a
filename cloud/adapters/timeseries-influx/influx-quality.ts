import { escape as escaped } from '@influxdata/influxdb-client';
import type { Id } from '@kuluma/shared/model/base.ts';
import { type PointHour, type PointQuality, scoreOf } from '../../core/quality/point-quality.ts';
import type { ResultSeries } from './influx-query.ts';

export type Query = (statement: string, params: Readonly<Record<string, string>>) => Promise<readonly ResultSeries[]>;

export interface Times {
  readonly fromMs: number;
  readonly toMs: number;
}

/** InfluxDB counts time in nanoseconds; a number of JavaScript cannot hold them, its text can. */
export const inTimes = ({ fromMs, toMs }: Times): string => `time >= ${fromMs}000000 and time < ${toMs}000000`;

/**
 * A line of a judgement: `judged` is all of it. As fields of their own, what is null now would leave the value of an
 * earlier line standing. `score` is there for people who draw it.
 */
export const qualityLine = (organisationId: string, hour: PointQuality): string =>
  `point_quality,organisation_id=${escaped.tag(organisationId)},point_id=${escaped.tag(hour.pointId)} ` +
  `score=${scoreOf(hour)},judged=${escaped.quoted(JSON.stringify(hour))} ${hour.hourMs}`;

export const qualityOf = (series: readonly ResultSeries[]): PointQuality[] =>
  series.flatMap(({ values }) => values.map(([, judged]) => JSON.parse(String(judged)) as PointQuality));

/** All samples by the hour, and the usable ones; the server counts one per time and cannot tell of others. */
export const readHours = async (
  query: Query,
  organisationId: string,
  range: Times,
  usable: string,
): Promise<PointHour[]> => {
  const from = `from telemetry where organisation_id = $organisation and ${inTimes(range)}`;
  const byHour = 'group by point_id, time(1h) fill(none)';
  const params = { organisation: organisationId };
  const hours = new Map<string, PointHour>();
  for (const { tags, values } of await query(`select count(value) ${from} ${byHour}`, params))
    for (const [hourMs, samples] of values) {
      const pointId = String(tags?.['point_id']) as Id<'measurementPoint'>;
      const none = { usable: 0, low: null, high: null, duplicates: null };
      hours.set(`${pointId} ${hourMs}`, { pointId, hourMs: Number(hourMs), samples: Number(samples), ...none });
    }
  const statement = `select count(value), min(value), max(value) ${from} and ${usable} ${byHour}`;
  for (const { tags, values } of await query(statement, params))
    for (const [hourMs, count, low, high] of values) {
      const key = `${tags?.['point_id']} ${hourMs}`;
      const hour = hours.get(key);
      if (hour) hours.set(key, { ...hour, usable: Number(count), low: Number(low), high: Number(high) });
    }
  return [...hours.values()];
};
