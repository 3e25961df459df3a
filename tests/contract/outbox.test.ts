import { mkdtemp, readdir, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nextEpoch } from '@kuluma/edge/boot-epoch.ts';
import { openLogOutbox } from '@kuluma/edge/outbox/log-outbox.ts';
import type { Outbox } from '@kuluma/edge/ports.ts';
import { seededRandom } from '@kuluma/shared/clock.ts';
import { newId } from '@kuluma/shared/model/base.ts';
import type { Sample } from '@kuluma/shared/model/sample.ts';
import { createLogger } from '@kuluma/shared/node/logger.ts';
import { decodeBatch } from '@kuluma/shared/wire/sample-batch.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const random = seededRandom(1);
const gatewayId = newId('gateway', random);
const pointId = newId('measurementPoint', random);
const sample = (value: number): Sample => ({ pointId, sampledAtMs: 1_790_000_000_000 + value, value, quality: 'good' });

interface Opening {
  readonly dataDir: string;
  readonly commitSamples?: number;
  readonly maxBytes?: number;
  readonly wallNowMs?: number;
}
const implementations: Record<string, (opening: Opening) => Promise<Outbox>> = {
  'segment log': async ({ dataDir, commitSamples = 2, maxBytes = 1e6, wallNowMs = 0 }) =>
    openLogOutbox({
      epoch: await nextEpoch(dataDir, wallNowMs),
      dataDir,
      gatewayId,
      commitMs: 60_000,
      commitSamples,
      maxBytes,
      log: createLogger('test', 'silent'),
    }),
};

describe.each(Object.entries(implementations))('outbox on %s', (_, open) => {
  let dataDir = '';
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'kuluma-outbox-'));
  });
  afterEach(() => rm(dataDir, { recursive: true }));

  const batchesIn = async (outbox: Outbox) =>
    (await outbox.read(outbox.depth.cursor, 1000)).map(({ payload }) => decodeBatch(payload));
  const keysIn = async (outbox: Outbox) => (await batchesIn(outbox)).map((b) => `${b.epoch}/${b.class}/${b.seq}`);

  it('keeps what it accepted in order, numbered without a gap, until it is acknowledged', async () => {
    const outbox = await open({ dataDir });
    for (let value = 0; value < 7; value++) outbox.accept([sample(value)]);
    await outbox.flush();
    const batches = await batchesIn(outbox);
    expect(batches.map((b) => b.seq)).toEqual([0, 1, 2, 3]);
    expect(batches.flatMap((b) => b.samples)).toEqual(Array.from({ length: 7 }, (_, value) => sample(value)));
    await outbox.ack(outbox.depth.cursor + 1);
    expect((await batchesIn(outbox)).map((b) => b.seq)).toEqual([2, 3]);
    await outbox.close();
  });

  it('gives a batch again under its old key after a restart, and new ones under a higher epoch', async () => {
    const before = await open({ dataDir });
    before.accept([sample(0), sample(1)]);
    before.accept([sample(2), sample(3)]);
    await before.flush();
    await before.ack(before.depth.cursor);
    await before.close();
    const after = await open({ dataDir });
    after.accept([sample(4), sample(5)]);
    await after.flush();
    expect(after.epoch).toBeGreaterThan(before.epoch);
    expect(await keysIn(after)).toEqual([`${before.epoch}/live/1`, `${after.epoch}/live/0`]);
    await after.close();
  });

  it('never uses an epoch again, even on a new disk', async () => {
    const old = await open({ dataDir, wallNowMs: 1_790_000_000_000 });
    await old.close();
    await rm(dataDir, { recursive: true });
    const fresh = await open({ dataDir, wallNowMs: 1_790_000_060_000 });
    expect(fresh.epoch).toBeGreaterThan(old.epoch);
    await fresh.close();
  });

  it('tells when batches were added', async () => {
    const outbox = await open({ dataDir });
    let told = 0;
    outbox.onStored(() => told++);
    outbox.accept([sample(0), sample(1), sample(2)]);
    await outbox.flush();
    expect(told).toBe(1);
    await outbox.close();
  });

  it('counts what does not fit its quota, keeps what it has, and leaves no hole in the numbers', async () => {
    const outbox = await open({ dataDir, commitSamples: 1, maxBytes: 1200 });
    for (let value = 0; value < 50; value++) outbox.accept([sample(value)]);
    await outbox.flush();
    const kept = await batchesIn(outbox);
    expect(kept.length).toBeGreaterThan(0);
    expect(outbox.depth.droppedSamples).toBe(50 - kept.length);
    await outbox.ack(outbox.depth.end - 1);
    outbox.accept([sample(99)]);
    await outbox.flush();
    expect(await batchesIn(outbox)).toMatchObject([{ seq: kept.length, samples: [sample(99)] }]);
    await outbox.close();
  });

  it('starts with a torn tail and keeps every batch before it', async () => {
    const before = await open({ dataDir });
    for (let value = 0; value < 6; value++) before.accept([sample(value)]);
    await before.close();
    const dir = join(dataDir, 'outbox');
    const [segment = ''] = (await readdir(dir)).filter((name) => name.endsWith('.klog1'));
    await truncate(join(dir, segment), before.depth.bytes - 3);
    const after = await open({ dataDir });
    expect(await keysIn(after)).toEqual([`${before.epoch}/live/0`, `${before.epoch}/live/1`]);
    await after.close();
  });
});
