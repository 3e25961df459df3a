import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDbTimeSeries } from '@kuluma/cloud/adapters/timeseries-duckdb/duckdb-time-series.ts';
import type { Means } from '@kuluma/cloud/ports.ts';
import { columnsOf, type Sample } from '@kuluma/shared/model/sample.ts';
import { dayMs, hourMs, minuteMs } from '@kuluma/shared/model/units.ts';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { someId } from './some-records.ts';

const root = mkdtempSync(join(tmpdir(), 'kuluma-memory-'));
afterAll(() => rmSync(root, { recursive: true }));

const organisationId = someId('organisation');
const gatewayId = someId('gateway');
const day0 = Date.UTC(2025, 9, 1);

let store: DuckDbTimeSeries;
let seq = 0;
let folder = 0;
beforeEach(async () => {
  store = new DuckDbTimeSeries({ dir: join(root, String(folder++)), memoryLimit: '64MB' });
  await store.start();
});
afterEach(() => store.stop());

const write = (samples: readonly Sample[]) =>
  store.write([
    { organisationId, key: { gatewayId, epoch: 1, class: 'live', seq: seq++ }, samples: columnsOf(samples) },
  ]);

const pointIds = Array.from({ length: 50 }, () => someId('measurementPoint'));
/** A value that tells its point and time. */
const readingOf = (point: number, atMs: number): number => point + (atMs % dayMs) / dayMs;
const samplesOf = (fromMs: number, toMs: number, everyMs: number): Sample[] =>
  Array.from({ length: Math.ceil((toMs - fromMs) / everyMs) }, (_, n) => fromMs + n * everyMs).flatMap((sampledAtMs) =>
    pointIds.map((pointId, i): Sample => ({ pointId, sampledAtMs, value: readingOf(i, sampledAtMs), quality: 'good' })),
  );

const expectMeans = (found: ReadonlyMap<string, Means>, buckets: number, meanOf: (startMs: number) => number): void => {
  expect(found.size).toBe(pointIds.length);
  for (const [i, pointId] of pointIds.entries()) {
    const { startMs, mean } = found.get(pointId) ?? { startMs: [], mean: [] };
    expect(startMs.length).toBe(buckets);
    for (const [n, atMs] of startMs.entries()) expect(mean[n]).toBeCloseTo(i + meanOf(atMs), 9);
  }
};

describe('the embedded time series with little memory', () => {
  it('reads a year of which no day is packed yet', async () => {
    const toMs = day0 + 365 * dayMs;
    await write(samplesOf(day0, toMs, 12 * hourMs));
    const ask = () => store.means(organisationId, pointIds, { fromMs: day0, toMs }, 12 * hourMs);
    // Beside each other, as two jobs do.
    for (const found of await Promise.all([ask(), ask()])) expectMeans(found, 730, (atMs) => readingOf(0, atMs));
  });

  it('takes writes beside reads of all points while a day of many rows is loose', async () => {
    const toMs = day0 + dayMs;
    for (let fromMs = day0; fromMs < toMs; fromMs += 2 * hourMs)
      await write(samplesOf(fromMs, fromMs + 2 * hourMs, 8000));
    const range = { fromMs: day0, toMs };
    let isOver = false;
    const writing = (async () => {
      for (let n = 0; !isOver || n < 5; n++) await write(samplesOf(toMs + n * 100, toMs + (n + 1) * 100, 1));
    })();
    const meanOfHour = (startMs: number): number => readingOf(0, startMs + (hourMs - 8000) / 2);
    const reading = Promise.all([
      store.means(organisationId, pointIds, range, hourMs),
      store.means(organisationId, pointIds, range, hourMs),
      store.means(organisationId, pointIds, { ...range, fromMs: day0 + 1 }, 7 * minuteMs),
      store.hours(organisationId, range),
    ]).finally(() => {
      isOver = true;
    });
    const [[means, again, fine, hours]] = await Promise.all([reading, writing]);
    for (const found of [means, again]) expectMeans(found, 24, meanOfHour);
    expect(fine.size).toBe(pointIds.length);
    expect(hours.length).toBe(24 * pointIds.length);
    expect(new Set(hours.map(({ samples, usable, duplicates }) => [samples, usable, duplicates].join()))).toEqual(
      new Set(['450,450,0']),
    );
    expect(
      hours.map(({ pointId, hourMs: atMs, low }) => [pointId, low === readingOf(pointIds.indexOf(pointId), atMs)]),
    ).toEqual([...pointIds].sort().flatMap((pointId) => Array.from({ length: 24 }, () => [pointId, true])));
  });
});
