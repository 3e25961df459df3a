import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { DuckDbTimeSeries } from '@kuluma/cloud/adapters/timeseries-duckdb/duckdb-time-series.ts';
import type { Bucket, SeriesRange } from '@kuluma/cloud/ports.ts';
import { seededRandom } from '@kuluma/shared/clock.ts';
import type { Id } from '@kuluma/shared/model/base.ts';
import { columnsOf, type Sample, sampleQualities } from '@kuluma/shared/model/sample.ts';
import { dayMs, hourMs, minuteMs } from '@kuluma/shared/model/units.ts';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { someId } from './some-records.ts';

const root = mkdtempSync(join(tmpdir(), 'kuluma-upkeep-'));
afterAll(() => rmSync(root, { recursive: true }));

const day0 = Date.UTC(2026, 9, 30);
const random = seededRandom(5);
const organisationId = someId('organisation');
const gatewayId = someId('gateway');
const retention = { sampleDays: 100, hourYears: 1, dayYears: 2 };

let dir: string;
let store: DuckDbTimeSeries;
let seq = 0;
let folder = 0;

const write = (samples: readonly Sample[]) =>
  store.write([
    { organisationId, key: { gatewayId, epoch: 1, class: 'live', seq: seq++ }, samples: columnsOf(samples) },
  ]);

const restart = async () => {
  await store.stop();
  store = new DuckDbTimeSeries({ dir, retention });
  await store.start();
};

beforeEach(async () => {
  dir = join(root, String(folder++));
  store = new DuckDbTimeSeries({ dir, retention });
  await store.start();
});
afterEach(() => store.stop());

const someSamples = (pointId: Id<'measurementPoint'>, fromMs: number, toMs: number, count: number): Sample[] =>
  Array.from({ length: count }, () => ({
    pointId,
    sampledAtMs: fromMs + Math.floor(random() * (toMs - fromMs)),
    value: Math.round(random() * 1e6) / 1e3,
    quality: sampleQualities[Math.floor(random() * 4)] ?? 'good',
  }));

/** What a store must answer, from all that was written to it. */
const lastOfEachTime = (written: readonly Sample[]): Sample[] =>
  [...new Map(written.map((sample) => [sample.sampledAtMs, sample])).values()].sort(
    (a, b) => a.sampledAtMs - b.sampledAtMs,
  );

const bucketsOf = (written: readonly Sample[], { fromMs, toMs }: SeriesRange, bucketMs: number): Bucket[] => {
  const usable = lastOfEachTime(written).filter(
    ({ sampledAtMs, quality }) =>
      fromMs <= sampledAtMs && sampledAtMs < toMs && (quality === 'good' || quality === 'uncertain'),
  );
  const groups = Map.groupBy(usable, ({ sampledAtMs }) => Math.floor((sampledAtMs - fromMs) / bucketMs));
  return [...groups].map(([n, samples]) => {
    const values = samples.map(({ value }) => value);
    return {
      startMs: fromMs + n * bucketMs,
      min: Math.min(...values),
      max: Math.max(...values),
      mean: values.reduce((sum, value) => sum + value, 0) / values.length,
      count: values.length,
    };
  });
};

/** Everything to the last bit but the mean, which depends on the order of adding up: 1e-12 of it at most. */
const expectBuckets = (found: readonly Bucket[], wanted: readonly Bucket[]): void => {
  const withoutMean = ({ startMs, min, max, count }: Bucket) => ({ startMs, min, max, count });
  expect(found.map(withoutMean)).toEqual(wanted.map(withoutMean));
  for (const [i, { mean }] of found.entries()) {
    const error = Math.abs(mean - (wanted[i]?.mean ?? Number.NaN));
    expect(error).toBeLessThanOrEqual(1e-12 * Math.abs(mean));
  }
};

const expectAnswers = async (pointId: Id<'measurementPoint'>, written: readonly Sample[]): Promise<void> => {
  const whole = { organisationId, pointId, fromMs: day0, toMs: day0 + 6 * dayMs };
  const all = lastOfEachTime(written);
  expect(await store.read(whole, { anyQuality: true })).toEqual(all);
  expect(await store.count(whole)).toBe(all.length);
  expect((await store.latest(organisationId, [pointId])).get(pointId)).toEqual(all.at(-1));
  const ranges = [
    whole,
    { ...whole, fromMs: day0 + 5 * hourMs, toMs: day0 + 3 * dayMs + 7 * hourMs + 1 },
    { ...whole, fromMs: day0 + dayMs, toMs: day0 + 3 * dayMs - 1 },
    { ...whole, fromMs: day0 + 17 * minuteMs + 3 },
  ];
  for (const range of ranges)
    for (const bucketMs of [hourMs, 5 * hourMs, dayMs, 2 * dayMs, 7 * minuteMs, 90 * minuteMs])
      expectBuckets(await store.downsample(range, bucketMs), bucketsOf(written, range, bucketMs));
};

/** Days of which the table of rows as they came still has some. */
const looseDays = async (): Promise<number[]> => {
  await store.stop();
  const instance = await DuckDBInstance.create(join(dir, 'samples.duckdb'));
  const connection = await instance.connect();
  const sql = `select distinct (ts - ${day0}::bigint) // ${dayMs} as day from samples order by day`;
  const rows = (await connection.runAndReadAll(sql)).getRows();
  connection.closeSync();
  instance.closeSync();
  await restart();
  return rows.map(([day]) => Number(day));
};

describe('packing of days', () => {
  it('changes no answer, and late samples join their day', async () => {
    const [pointId, other] = [someId('measurementPoint'), someId('measurementPoint')];
    const written: Sample[] = [];
    const writeMore = async (samples: Sample[]) => {
      written.push(...samples);
      await write([...samples, ...samples.map((sample) => ({ ...sample, pointId: other, value: -sample.value }))]);
    };
    for (let i = 0; i < 8; i++) await writeMore(someSamples(pointId, day0, day0 + 4 * dayMs, 400));
    await writeMore(written.slice(3, 30).map((sample) => ({ ...sample, value: sample.value + 1 })));
    await expectAnswers(pointId, written);
    await store.maintain(day0 + 3 * dayMs);
    expect(await looseDays()).toEqual([2, 3]);
    await expectAnswers(pointId, written);
    await store.maintain(day0 + 3 * dayMs + hourMs);
    expect(await looseDays()).toEqual([3]);
    await expectAnswers(pointId, written);

    await writeMore(someSamples(pointId, day0, day0 + dayMs, 50));
    await writeMore(written.slice(60, 90).map((sample) => ({ ...sample, value: sample.value + 2 })));
    await expectAnswers(pointId, written);
    await restart();
    await expectAnswers(pointId, written);
    await store.maintain(day0 + 4 * dayMs + hourMs);
    expect(await looseDays()).toEqual([]);
    await expectAnswers(pointId, written);
    await store.maintain(day0 + 5 * dayMs);
    await expectAnswers(pointId, written);
  });

  it('sums up what it had read before together with what came since, late and corrected samples too', async () => {
    const pointId = someId('measurementPoint');
    const written: Sample[] = [];
    const range = { organisationId, pointId, fromMs: day0 + 3 * hourMs + 1, toMs: day0 + 2 * dayMs };
    let atMs = day0;
    for (let n = 0; n < 40; n++) {
      const inOrder = Array.from({ length: 20 }, (): Sample => {
        atMs += Math.floor(random() * 5 * minuteMs);
        return { pointId, sampledAtMs: atMs, value: random(), quality: sampleQualities[n % 4] ?? 'good' };
      });
      const late = n % 5 === 4 ? someSamples(pointId, day0, atMs, 5) : [];
      const corrected = n % 7 === 6 ? written.slice(-10, -5).map((sample) => ({ ...sample, value: -1 })) : [];
      const samples = [...inOrder, ...late, ...corrected];
      written.push(...samples);
      await Promise.all([write(samples), store.downsample(range, 7 * minuteMs)]);
      // Of earlier times than what was read before, and of later ones.
      const fromMs = day0 + ((n * 7) % 24) * hourMs;
      for (const asked of [range, { ...range, fromMs }, { ...range, toMs: atMs }])
        expectBuckets(await store.downsample(asked, 7 * minuteMs), bucketsOf(written, asked, 7 * minuteMs));
      if (n === 25) await Promise.all([store.maintain(day0 + dayMs + hourMs), store.downsample(range, hourMs)]);
    }
  });

  it('sums up a series with more rows than it keeps', async () => {
    const pointId = someId('measurementPoint');
    const range = { organisationId, pointId, fromMs: day0, toMs: day0 + dayMs };
    const samples = Array.from({ length: 30_000 }, (_, n): Sample => {
      return { pointId, sampledAtMs: day0 + 2000 * n, value: n, quality: 'good' };
    });
    for (let from = 0; from < samples.length; from += 10_000) {
      await write(samples.slice(from, from + 10_000));
      const written = samples.slice(0, from + 10_000);
      expectBuckets(await store.downsample(range, 7 * minuteMs), bucketsOf(written, range, 7 * minuteMs));
    }
  });

  it('still knows which batches it had', async () => {
    const pointId = someId('measurementPoint');
    const batchOf = (n: number) => ({
      organisationId,
      key: { gatewayId, epoch: 7, class: 'history' as const, seq: n },
      samples: columnsOf([{ pointId, sampledAtMs: day0 + n, value: n, quality: 'good' }]),
    });
    await store.write([1, 2, 3, 7].map(batchOf));
    await store.maintain(day0 + 2 * dayMs);
    await restart();
    expect(await store.write([2, 7, 8].map(batchOf))).toEqual({ stored: 1, duplicates: 2 });
    await restart();
    expect(await store.write([1, 3, 4, 8].map(batchOf))).toEqual({ stored: 1, duplicates: 3 });
    // So many that what is remembered is folded.
    const many = Array.from({ length: 50_001 }, (_, n) => batchOf(100 + n));
    await store.write(many);
    await store.write([batchOf(60_000), batchOf(60_002)]);
    await restart();
    const wanted = { stored: 1, duplicates: 4 };
    expect(await store.write([4, 100, 50_100, 60_001, 60_002].map(batchOf))).toEqual(wanted);
  });

  it('goes on beside writes and reads, and loses nothing', async () => {
    const pointId = someId('measurementPoint');
    const written: Sample[] = [];
    const writeMore = (samples: Sample[]) => {
      written.push(...samples);
      return write(samples);
    };
    await writeMore(someSamples(pointId, day0, day0 + 3 * dayMs, 20_000));
    let isDone = false;
    const maintained = store.maintain(day0 + 6 * dayMs).finally(() => {
      isDone = true;
    });
    const range = { organisationId, pointId, fromMs: day0, toMs: day0 + 6 * dayMs };
    let rounds = 0;
    for (; !isDone || rounds < 3; rounds++) {
      await writeMore(someSamples(pointId, day0, day0 + 3 * dayMs, 20));
      expect(await store.count(range)).toBe(lastOfEachTime(written).length);
      expectBuckets(await store.downsample(range, dayMs), bucketsOf(written, range, dayMs));
    }
    await maintained;
    await expectAnswers(pointId, written);
  });
});

describe('retention', () => {
  it('removes samples before hours and hours before days', async () => {
    const pointId = someId('measurementPoint');
    const written = someSamples(pointId, day0, day0 + 2 * dayMs, 500);
    await write(written);
    const range = { organisationId, pointId, fromMs: day0, toMs: day0 + 2 * dayMs };
    await store.maintain(day0 + (retention.sampleDays + 1) * dayMs);
    const left = written.filter(({ sampledAtMs }) => sampledAtMs >= day0 + dayMs);
    expect(await store.read(range, { anyQuality: true })).toEqual(lastOfEachTime(left));
    expectBuckets(await store.downsample(range, hourMs), bucketsOf(written, range, hourMs));
    await store.maintain(day0 + 500 * dayMs);
    expect(await store.count(range)).toBe(0);
    expect(await store.downsample(range, hourMs)).toEqual([]);
    expectBuckets(await store.downsample(range, dayMs), bucketsOf(written, range, dayMs));
    await store.maintain(day0 + 800 * dayMs);
    expect(await store.downsample(range, dayMs)).toEqual([]);
  });

  it('keeps the sums of a day whose samples are gone when a late sample comes', async () => {
    const pointId = someId('measurementPoint');
    const written = someSamples(pointId, day0, day0 + dayMs, 100);
    await write(written);
    const range = { organisationId, pointId, fromMs: day0, toMs: day0 + dayMs };
    const muchLater = day0 + 200 * dayMs;
    await store.maintain(muchLater);
    await write(someSamples(pointId, day0, day0 + dayMs, 3));
    await store.maintain(muchLater);
    expect(await store.count(range)).toBe(0);
    expectBuckets(await store.downsample(range, hourMs), bucketsOf(written, range, hourMs));
  });
});

describe('erasing', () => {
  it('leaves no row of a point in any table, packed, loose or rolled up', async () => {
    const [gone, kept] = [someId('measurementPoint'), someId('measurementPoint')];
    for (const pointId of [gone, kept]) await write(someSamples(pointId, day0, day0 + 2 * dayMs, 300));
    await store.maintain(day0 + dayMs + hourMs);
    await write(someSamples(gone, day0, day0 + 2 * dayMs, 30));
    const said = { hourMs: day0, samples: 1, usable: 1, low: 1, high: 1, duplicates: 0, completeness: 1 };
    const rest = { knownMissing: 0, isStuck: false, isOutOfRange: false, latenessMs: null, aheadMs: 0 };
    await store.writeQuality(
      organisationId,
      [gone, kept].map((pointId) => ({ pointId, ...said, ...rest })),
    );
    await store.erase(organisationId, [gone]);
    expect(await store.latest(organisationId, [gone])).toEqual(new Map());
    expect(await store.count({ organisationId, pointId: gone, fromMs: 0, toMs: day0 * 2 })).toBe(0);
    expect(await store.count({ organisationId, pointId: kept, fromMs: 0, toMs: day0 * 2 })).toBeGreaterThan(290);
    await store.stop();
    const instance = await DuckDBInstance.create(join(dir, 'samples.duckdb'));
    const connection = await instance.connect();
    const tables = await connection.runAndReadAll(
      `select table_name from duckdb_columns() where column_name = 'series_id'`,
    );
    expect(tables.getRows().length).toBeGreaterThanOrEqual(6);
    for (const [table] of tables.getRows()) {
      const series = await connection.runAndReadAll(`select distinct series_id from ${table}`);
      expect([String(table), series.getRows()]).toEqual([String(table), [[1]]]);
    }
    connection.closeSync();
    instance.closeSync();
    await restart();
    await write(someSamples(gone, day0, day0 + dayMs, 1));
    expect(await store.count({ organisationId, pointId: gone, fromMs: 0, toMs: day0 * 2 })).toBe(1);
  });
});
