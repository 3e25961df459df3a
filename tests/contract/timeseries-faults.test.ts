import { type ChildProcess, execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { DuckDbTimeSeries } from '@kuluma/cloud/adapters/timeseries-duckdb/duckdb-time-series.ts';
import { seededRandom } from '@kuluma/shared/clock.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { needs, serviceAt } from '../services.ts';
import {
  type Order,
  type Report,
  samplesPerBatch,
  seriesBatch,
  seriesRange,
  seriesStartMs,
} from './series-child-orders.ts';

const root = mkdtempSync(join(tmpdir(), 'kuluma-series-faults-'));
const children = new Set<ChildProcess>();
const endAll = async () => {
  for (const child of children) {
    if (child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    }
    children.delete(child);
  }
};
afterEach(endAll);
afterAll(() => rmSync(root, { recursive: true }));

const startChild = async (dir: string): Promise<ChildProcess> => {
  const child = fork(fileURLToPath(new URL('./series-child.ts', import.meta.url)), [dir], {
    execPath: process.execPath,
  });
  children.add(child);
  await once(child, 'message');
  return child;
};

const carryOut = async (child: ChildProcess, order: Order): Promise<Report> => {
  child.send(order);
  const [report] = (await once(child, 'message')) as [Report];
  return report;
};

const nowMs = seriesStartMs + 9 * dayMs;

/** How many batches stand in the folder; each whole, and none of them twice. */
const batchesIn = async (dir: string): Promise<Set<number>> => {
  const store = new DuckDbTimeSeries({ dir });
  await store.start();
  const counts = new Map<number, number>();
  for (const { value } of await store.read(seriesRange)) counts.set(value, (counts.get(value) ?? 0) + 1);
  expect([...counts.values()].every((count) => count === samplesPerBatch)).toBe(true);
  const days = await store.downsample(seriesRange, dayMs);
  expect(days.reduce((sum, { count }) => sum + count, 0)).toBe(counts.size * samplesPerBatch);
  // What it has, it knows to have.
  const known = await store.write([...counts.keys()].map(seriesBatch));
  expect(known).toEqual({ stored: 0, duplicates: counts.size * samplesPerBatch });
  await store.stop();
  return new Set(counts.keys());
};

describe('the embedded time series', () => {
  it('keeps what it stored and packs what is closed, however often it is killed', async () => {
    const dir = join(root, 'killed');
    const random = seededRandom(3);
    const acknowledged = new Set<number>();
    let next = 0;
    // On a slow machine a round may end before the first batch is stored.
    for (let round = 0; round < 10 || acknowledged.size <= 10; round++) {
      const child = await startChild(dir);
      child.on('message', (report: Report) => {
        expect(report.failed).toBe(null);
        if (report.kind === 'write') acknowledged.add(report.seq);
        if (child.connected) child.send(report.kind === 'write' ? { kind: 'write', seq: next++ } : report);
      });
      child.send({ kind: 'write', seq: next++ } satisfies Order);
      child.send({ kind: 'maintain', nowMs } satisfies Order);
      await pause(30 + random() * 250);
      await endAll();
      const stored = await batchesIn(dir);
      expect([...acknowledged].filter((seq) => !stored.has(seq))).toEqual([]);
    }
  });

  const { skip, title } = needs('prlimit', 'goes on by itself after a disk that was full');
  it.skipIf(skip)(title, async () => {
    const dir = join(root, 'full');
    const child = await startChild(dir);
    const allow = (bytes: string) =>
      execFileSync(serviceAt('prlimit') as string, ['--pid', String(child.pid), `--fsize=${bytes}:unlimited`]);
    expect(await carryOut(child, { kind: 'write', seq: 0 })).toMatchObject({ failed: null });
    allow('20000');
    // DuckDB gives up a database whose checkpoint fails; a write only fails.
    expect((await carryOut(child, { kind: 'maintain', nowMs })).failed).toMatch('STORE_UNAVAILABLE');
    for (let seq = 1; seq < 5; seq++)
      expect((await carryOut(child, { kind: 'write', seq })).failed).toMatch('STORE_UNAVAILABLE');
    allow('unlimited');
    for (let seq = 1; seq < 5; seq++) expect((await carryOut(child, { kind: 'write', seq })).failed).toBe(null);
    expect((await carryOut(child, { kind: 'maintain', nowMs })).failed).toBe(null);
    await endAll();
    expect(await batchesIn(dir)).toEqual(new Set([0, 1, 2, 3, 4]));
  });
});
