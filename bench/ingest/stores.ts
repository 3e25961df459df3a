import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDbTimeSeries } from '@kuluma/cloud/adapters/timeseries-duckdb/duckdb-time-series.ts';
import { createInfluxTimeSeries } from '@kuluma/cloud/adapters/timeseries-influx/influx-time-series.ts';
import type { StoredBatch, TimeSeriesStore } from '@kuluma/cloud/ports.ts';
import { seededRandom } from '@kuluma/shared/clock.ts';
import { newId } from '@kuluma/shared/model/base.ts';
import { dayMs, hourMs } from '@kuluma/shared/model/units.ts';
import { serviceAt } from '../../tests/services.ts';
import { startInfluxd } from '../../tests/start-influxd.ts';
import type { Bench, Row } from '../bench.ts';

const random = seededRandom(6);
const organisationId = newId('organisation', random);
const gatewayId = newId('gateway', random);
const startMs = Date.UTC(2026, 9, 1);
const everyMs = 10_000;
const days = 30;
/** Batches of one write, and scans of all points in one batch: what an inbox drains at a time. */
const batchesPerWrite = 128;
const samplesPerBatch = 200;

export const pointsOf = (count: number) => Array.from({ length: count }, () => newId('measurementPoint', random));
type PointIds = ReturnType<typeof pointsOf>;

/** Readings of plant points: a wave of their own with noise, two digits; times as a gateway takes them, a few milliseconds off. */
const batchOf = (pointIds: PointIds, firstSample: number, seq: number): StoredBatch => {
  const point = new Uint32Array(samplesPerBatch);
  const sampledAtMs = new Float64Array(samplesPerBatch);
  const value = new Float64Array(samplesPerBatch);
  for (let i = 0; i < samplesPerBatch; i++) {
    const n = firstSample + i;
    const p = n % pointIds.length;
    const scan = (n - p) / pointIds.length;
    point[i] = p;
    sampledAtMs[i] = startMs + scan * everyMs + Math.floor(random() * 20);
    value[i] = Math.round(100 * (50 + p + 10 * Math.sin(scan / 900 + p) + random())) / 100;
  }
  const samples = {
    pointIds,
    point,
    sampledAtMs,
    value,
    quality: new Uint8Array(samplesPerBatch),
    count: samplesPerBatch,
  };
  return { organisationId, key: { gatewayId, epoch: 1, class: 'live', seq }, samples };
};

function* writesOf(pointIds: PointIds, samples: number): Generator<StoredBatch[]> {
  const batches = Math.ceil(samples / samplesPerBatch);
  for (let seq = 0; seq < batches; seq += batchesPerWrite)
    yield Array.from({ length: Math.min(batchesPerWrite, batches - seq) }, (_, i) =>
      batchOf(pointIds, (seq + i) * samplesPerBatch, seq + i),
    );
}

const cpuS = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

/** Seconds of this process's CPU and of the wall. */
interface Spent {
  readonly cpuS: number;
  readonly wallS: number;
}

const spentOn = async (before: Spent, work: () => Promise<unknown>): Promise<Spent> => {
  const [cpu, wall] = [cpuS(), performance.now()];
  await work();
  return { cpuS: before.cpuS + cpuS() - cpu, wallS: before.wallS + (performance.now() - wall) / 1000 };
};

/** Writes samples with the nightly upkeep of a store that grows day by day; making the samples counts for nothing. */
export const fill = async (store: TimeSeriesStore, pointIds: PointIds, samples: number) => {
  let written: Spent = { cpuS: 0, wallS: 0 };
  let kept: Spent = { cpuS: 0, wallS: 0 };
  let day = 0;
  for (const batches of writesOf(pointIds, samples)) {
    written = await spentOn(written, () => store.write(batches));
    const nowMs = batches[0]?.samples.sampledAtMs[0] ?? startMs;
    if (nowMs < startMs + (day + 1) * dayMs + hourMs) continue;
    day++;
    kept = await spentOn(kept, () => store.maintain(nowMs));
  }
  kept = await spentOn(kept, () => store.maintain(startMs + (days + 2) * dayMs));
  return { written, kept };
};

const medianOf = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

/** Samples of so many points in the time that `fill` fills. */
export const samplesOf = (pointCount: number): number => (pointCount * days * dayMs) / everyMs;

/** Milliseconds of a month of one point in 500 buckets, for many points: of the wall each, of the CPU in the mean. */
const timeReads = async (store: TimeSeriesStore, pointIds: PointIds) => {
  const range = { organisationId, fromMs: startMs, toMs: startMs + days * dayMs };
  const times: number[] = [];
  const cpuBefore = cpuS();
  for (let i = 0; i < 40; i++) {
    const pointId = pointIds[(i * 37) % pointIds.length];
    if (!pointId) continue;
    const before = performance.now();
    const buckets = await store.downsample({ ...range, pointId }, (days * dayMs) / 500);
    times.push(performance.now() - before);
    if (buckets.length !== 500) throw new Error(`500 buckets were asked for, ${buckets.length} came`);
  }
  return { times, cpuMs: (1000 * (cpuS() - cpuBefore)) / times.length };
};

const duckDb = async (dir: string, pointCount: number): Promise<Row[]> => {
  const pointIds = pointsOf(pointCount);
  const samples = samplesOf(pointCount);
  const store = new DuckDbTimeSeries({ dir });
  await store.start();
  const { written, kept } = await fill(store, pointIds, samples);
  const { times, cpuMs } = await timeReads(store, pointIds);
  await store.stop();
  const bytesPerSample = statSync(join(dir, 'samples.duckdb')).size / samples;
  const rowsPerCpuS = Math.round(samples / written.cpuS);
  const medianMs = medianOf(times);
  const figures = { samples, points: pointCount };
  return [
    {
      what: `DuckDB ingest, writes of ${batchesPerWrite * samplesPerBatch} samples`,
      toReach: 'at least 400,000 rows per CPU-second',
      measured: `${rowsPerCpuS.toLocaleString('en')} rows per CPU-second`,
      met: rowsPerCpuS >= 400_000,
      figures: { ...figures, rowsPerCpuS, rowsPerS: Math.round(samples / written.wallS) },
    },
    {
      what: `DuckDB, 30 days of one of ${pointCount} points in 500 buckets after compaction`,
      toReach: '20 ms',
      measured: `median ${medianMs.toFixed(1)} ms, slowest of ${times.length} ${Math.max(...times).toFixed(1)} ms, ${cpuMs.toFixed(1)} ms of CPU`,
      met: medianMs <= 20,
      figures: { ...figures, medianMs, slowestMs: Math.max(...times), cpuMs },
    },
    {
      what: 'DuckDB, a sample on disk after compaction',
      toReach: 'for information',
      measured: `${bytesPerSample.toFixed(2)} bytes; ${(kept.cpuS / (samples / 1e6)).toFixed(2)} CPU-seconds per million to pack`,
      met: true,
      figures: { ...figures, bytesPerSample, packCpuS: kept.cpuS },
    },
  ];
};

const influx = async (samples: number): Promise<Row> => {
  const influxd = await startInfluxd();
  try {
    const store = createInfluxTimeSeries({ url: influxd.url, database: 'bench' });
    await store.start(new AbortController().signal);
    const { written } = await fill(store, pointsOf(200), samples);
    const pointsPerS = Math.round(samples / written.wallS);
    return {
      what: 'InfluxDB ingest through the same port, beside it',
      toReach: 'for information',
      measured: `${pointsPerS.toLocaleString('en')} points/s, of our own CPU ${Math.round(samples / written.cpuS).toLocaleString('en')} per CPU-second`,
      met: true,
      figures: { samples, pointsPerS, rowsPerCpuS: Math.round(samples / written.cpuS) },
    };
  } finally {
    await influxd.stop();
  }
};

/** What the time series stores take in, keep and give back. */
export const stores: Bench = async ({ full }) => {
  const dir = mkdtempSync(join(tmpdir(), 'kuluma-bench-stores-'));
  try {
    const rows = await duckDb(dir, full ? 1000 : 200);
    return serviceAt('influxd') ? [...rows, await influx(full ? 4_000_000 : 1_000_000)] : rows;
  } finally {
    rmSync(dir, { recursive: true });
  }
};
