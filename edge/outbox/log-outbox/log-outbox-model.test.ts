import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newId } from '@kuluma/shared/model/base.ts';
import { createLogger } from '@kuluma/shared/node/logger.ts';
import { decodeRecord, type WireRecord } from '@kuluma/shared/wire/record.ts';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Outbox } from '../../ports.ts';
import { openLogOutbox } from './log-outbox.ts';

let root = '';
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'kuluma-model-'));
});
afterAll(() => rm(root, { recursive: true }));

const startMs = 1_790_000_000_000;
const gatewayId = newId('gateway', () => 0.5);
const pointId = newId('measurementPoint', () => 0.5);

const acts = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({ kind: fc.constant('accept' as const), count: fc.integer({ min: 1, max: 60 }) }),
    },
    // Which of those that wait are acknowledged: their positions modulo 5.
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('ack' as const), those: fc.subarray([0, 1, 2, 3, 4]) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart' as const) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('kill' as const) }) },
  ),
  { maxLength: 14 },
);

/** An outbox that is used, restarted and killed, and what the cloud got from it, each key once. */
class Run {
  readonly #whenFull: 'dropOldest' | 'dropNewest';
  readonly #abandoned: Outbox[] = [];
  readonly got = new Map<string, WireRecord>();
  #dataDir = '';
  #epoch = 0;
  #outbox: Outbox | undefined;
  accepted = 0;
  /** Samples that the cloud got and whose acknowledgement may have died with a killed run. */
  unsure = 0;
  #acked = 0;

  constructor(whenFull: 'dropOldest' | 'dropNewest') {
    this.#whenFull = whenFull;
  }

  async open(dataDir: string): Promise<Outbox> {
    this.#dataDir = dataDir;
    const policy = { maxBytes: 4000, maxAgeDays: null, whenFull: this.#whenFull };
    this.#outbox = await openLogOutbox({
      dataDir,
      gatewayId,
      pointIds: [pointId],
      commitMs: 60_000,
      commitSamples: 5,
      policies: { alarm: policy, live: policy, history: policy },
      epoch: ++this.#epoch,
      time: { now: () => startMs + this.accepted, isTrusted: () => true, isProvisional: () => false },
      lastAliveMs: null,
      log: createLogger('test', 'silent'),
    });
    return this.#outbox;
  }

  get #running(): Outbox {
    if (!this.#outbox) throw new Error('not open');
    return this.#outbox;
  }

  async accept(count: number): Promise<void> {
    for (let i = 0; i < count; i++) {
      const value = this.accepted++;
      this.#running.accept([{ pointId, sampledAtMs: startMs + value, value, quality: 'good' }]);
    }
    await this.#running.flush();
  }

  async ack(isWanted: (position: number) => boolean): Promise<void> {
    for (const { position, bytes } of await this.#running.read('live', 0, 10_000)) {
      if (!isWanted(position)) continue;
      const record = decodeRecord(bytes);
      this.got.set(`${record.key.epoch}/${record.key.seq}`, record);
      this.#running.ack('live', position);
      if (record.kind === 'samples') this.#acked += record.samples.count;
    }
  }

  async restart(): Promise<void> {
    await this.#running.close();
    this.#acked = 0;
    await this.open(this.#dataDir);
  }

  /** What is on the disk at this moment is what the next start finds. */
  async kill(): Promise<void> {
    const copy = await mkdtemp(join(root, 'killed-'));
    await cp(this.#dataDir, copy, { recursive: true });
    this.#abandoned.push(this.#running);
    this.unsure += this.#acked;
    this.#acked = 0;
    await this.open(copy);
  }

  async end(): Promise<void> {
    await this.#running.flush();
    await this.ack(() => true);
    for (const outbox of [...this.#abandoned, this.#running]) await outbox.close();
  }
}

it.each(['dropOldest', 'dropNewest'] as const)(
  'gives every sample to the cloud or counts it in a gap, whatever is acknowledged, restarted and killed (%s)',
  async (whenFull) => {
    await fc.assert(
      fc.asyncProperty(acts, async (steps) => {
        const run = new Run(whenFull);
        await run.open(await mkdtemp(join(root, 'run-')));
        for (const step of steps) {
          if (step.kind === 'accept') await run.accept(step.count);
          else if (step.kind === 'ack') await run.ack((position) => step.those.includes(position % 5));
          else if (step.kind === 'restart') await run.restart();
          else await run.kill();
        }
        await run.end();
        const records = [...run.got.values()];
        const values = records.flatMap((r) => (r.kind === 'samples' ? [...r.samples.value] : []));
        const gaps = records.flatMap((r) => (r.kind === 'gap' && r.gap.reason !== 'restart' ? [r.gap] : []));
        expect(new Set(values).size).toBe(values.length);
        const lost = gaps.reduce((sum, gap) => sum + (gap.samples ?? Number.NaN), 0);
        // What was acknowledged just before a kill is counted as lost if it is dropped after.
        expect(values.length + lost).toBeGreaterThanOrEqual(run.accepted);
        expect(values.length + lost).toBeLessThanOrEqual(run.accepted + run.unsure);
        const missing = Array.from({ length: run.accepted }, (_, i) => i).filter((i) => !values.includes(i));
        for (const value of missing)
          expect(gaps.some((gap) => gap.fromMs <= startMs + value && startMs + value <= gap.toMs)).toBe(true);
      }),
      { numRuns: 15 },
    );
  },
  30_000,
);
