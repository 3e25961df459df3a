import { InfluxDB } from '@influxdata/influxdb-client';
import { AppError } from '@kuluma/shared/errors.ts';
import type { Id } from '@kuluma/shared/model/base.ts';
import { type Sample, type SampleQuality, sampleQualities } from '@kuluma/shared/model/sample.ts';
import type { Part } from '@kuluma/shared/node/lifecycle.ts';
import { type RefusedSample, SamplesRefused } from '../../core/ingest/samples-refused.ts';
import type { PointQuality } from '../../core/quality/point-quality.ts';
import type { Bucket, Means, Restorable, SeriesRange, StoredBatch, TimeSeriesStore } from '../../ports.ts';
import { dumpInflux, loadInflux } from './influx-dump.ts';
import { linesOf } from './influx-lines.ts';
import { inTimes, qualityLine, qualityOf, readHours } from './influx-quality.ts';
import { type InfluxOptions, influxHeaders, influxQuery, type ResultSeries } from './influx-query.ts';
import { type RefusedLines, sendLines, writeLines } from './influx-write.ts';

const linesPerRequest = 20_000;
const pointsPerQuery = 200;

const qualityCode = (quality: SampleQuality): number => sampleQualities.indexOf(quality);
const usable = `quality <= ${qualityCode('uncertain')}`;

const sampleOf = (pointId: string, [ms, value, quality]: readonly unknown[]): Sample => ({
  pointId: pointId as Id<'measurementPoint'>,
  sampledAtMs: Number(ms),
  value: Number(value),
  quality: sampleQualities[Number(quality)] as SampleQuality,
});

const inRange = (range: SeriesRange): string =>
  `organisation_id = $organisation and point_id = $point and ${inTimes(range)}`;
const paramsOf = ({ organisationId, pointId }: SeriesRange) => ({ organisation: organisationId, point: pointId });

const anyOf = (pointIds: readonly string[]) => ({
  condition: `(${pointIds.map((_, i) => `point_id = $p${i}`).join(' or ')})`,
  params: Object.fromEntries(pointIds.map((id, i) => [`p${i}`, id])),
});

/** `linesPerRequest` and `pointsPerQuery` at a time. */
const chunksOf = <T>(items: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));

/**
 * Time series on an InfluxDB server. A sample with the same point and time overwrites the one before: redelivery
 * changes nothing, and the store cannot tell how much of a write it had, so `duplicates` is 0. A write of many samples
 * is several requests; when one fails the caller writes all again.
 */
export const createInfluxTimeSeries = (options: InfluxOptions): TimeSeriesStore & Part & Restorable => {
  const client = new InfluxDB({
    url: options.url,
    timeout: options.timeoutMs ?? 30_000,
    headers: { ...influxHeaders(options.token) },
  });
  const query = (statement: string, params: Readonly<Record<string, string>>): Promise<readonly ResultSeries[]> =>
    influxQuery(options, statement, params);

  return {
    name: 'time series (InfluxDB)',
    async start() {
      try {
        await influxQuery(options, `create database "${options.database.replace(/["\\]/g, '\\$&')}"`);
      } catch (refused) {
        // A user of this database alone makes none, and finds the one that was made for it.
        await influxQuery(options, 'show measurements limit 1').catch(() => {
          throw refused;
        });
      }
    },
    async stop() {},
    async write(batches: readonly StoredBatch[]) {
      const notFinite: RefusedSample[] = [];
      const refused: RefusedLines[] = [];
      let stored = 0;
      for (const lines of linesOf(batches, linesPerRequest, (place) => notFinite.push(place))) {
        refused.push(...(await writeLines(client, options, lines, batches)));
        stored += lines.text.length;
      }
      const places = [...notFinite, ...refused.flatMap((one) => one.places)];
      if (places.length > 0) throw new SamplesRefused(refused[0]?.why ?? 'they are not finite', places);
      return { stored, duplicates: 0 };
    },
    async read(range, { limit, anyQuality } = {}) {
      const filter = anyQuality ? '' : `and ${usable}`;
      const bound = limit === undefined ? '' : `limit ${Math.trunc(limit)}`;
      const statement = `select value, quality from telemetry where ${inRange(range)} ${filter} order by time ${bound}`;
      const series = await query(statement, paramsOf(range));
      return (series[0]?.values ?? []).map((row) => sampleOf(range.pointId, row));
    },
    async downsample(range, bucketMs): Promise<Bucket[]> {
      // The server's own edges count from 1970: shifted by what `fromMs` is off them, they are ours.
      const offsetMs = range.fromMs % bucketMs;
      const statement = `select min(value), max(value), mean(value), count(value) from telemetry
        where ${inRange(range)} and ${usable} group by time(${bucketMs}ms, ${offsetMs}ms) fill(none)`;
      const series = await query(statement, paramsOf(range));
      return (series[0]?.values ?? []).map(([startMs, min, max, mean, count]) => ({
        startMs: Number(startMs),
        min: Number(min),
        max: Number(max),
        mean: Number(mean),
        count: Number(count),
      }));
    },
    async means(organisationId, pointIds, range, bucketMs) {
      const found = new Map<string, Means>();
      const offsetMs = range.fromMs % bucketMs;
      for (const chunk of chunksOf(pointIds, pointsPerQuery)) {
        const { condition, params } = anyOf(chunk);
        const statement = `select mean(value) from telemetry where organisation_id = $organisation and ${condition}
          and ${inTimes(range)} and ${usable} group by point_id, time(${bucketMs}ms, ${offsetMs}ms) fill(none)`;
        for (const { tags, values } of await query(statement, { ...params, organisation: organisationId })) {
          const pointId = tags?.['point_id'];
          if (!pointId || values.length === 0) continue;
          const startMs = Float64Array.from(values, ([ms]) => Number(ms));
          found.set(pointId, { startMs, mean: Float64Array.from(values, ([, mean]) => Number(mean)) });
        }
      }
      return found;
    },
    async latest(organisationId, pointIds) {
      const found = new Map<string, Sample>();
      for (const chunk of chunksOf(pointIds, pointsPerQuery)) {
        const { condition, params } = anyOf(chunk);
        const statement = `select value, quality from telemetry where organisation_id = $organisation and ${condition}
          group by point_id order by time desc limit 1`;
        for (const { tags, values } of await query(statement, { ...params, organisation: organisationId })) {
          const pointId = tags?.['point_id'];
          if (pointId && values[0]) found.set(pointId, sampleOf(pointId, values[0]));
        }
      }
      return found;
    },
    async count(range) {
      const series = await query(`select count(value) from telemetry where ${inRange(range)}`, paramsOf(range));
      return Number(series[0]?.values[0]?.[1] ?? 0);
    },
    hours: (organisationId, range) => readHours(query, organisationId, range, usable),
    async writeQuality(organisationId, hours) {
      for (const chunk of chunksOf(hours, linesPerRequest))
        await sendLines(
          client,
          options,
          chunk.map((hour) => qualityLine(organisationId, hour)),
        );
    },
    async readQuality(organisationId, pointIds, range) {
      const found: PointQuality[] = [];
      for (const chunk of chunksOf(pointIds, pointsPerQuery)) {
        const { condition, params } = anyOf(chunk);
        const statement = `select judged from point_quality where organisation_id = $organisation and ${condition}
          and ${inTimes(range)} group by point_id order by time`;
        found.push(...qualityOf(await query(statement, { ...params, organisation: organisationId })));
      }
      return found;
    },
    dump: (dir) => dumpInflux(query, dir),
    async load(dir) {
      const count = async () => Number((await query('select count(value) from telemetry', {}))[0]?.values[0]?.[1] ?? 0);
      if ((await count()) > 0)
        throw new AppError('CONFLICT', 'the time series database is not empty', { hint: 'name another database' });
      await loadInflux(dir, (lines) => sendLines(client, options, lines), count);
    },
    // The server sorts its data itself, and its retention policy says how long it keeps them.
    async maintain() {},
    async erase(organisationId, pointIds) {
      for (const chunk of chunksOf(pointIds, pointsPerQuery)) {
        const { condition, params } = anyOf(chunk);
        for (const measurement of ['telemetry', 'point_quality']) {
          const statement = `delete from ${measurement} where organisation_id = $organisation and ${condition}`;
          await query(statement, { ...params, organisation: organisationId });
        }
      }
    },
  };
};
