import { appendFile, mkdtemp, open as openFile, readdir, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nextEpoch } from '@kuluma/edge/boot-epoch.ts';
import { type LogOutboxOptions, openLogOutbox } from '@kuluma/edge/outbox/log-outbox/log-outbox.ts';
import type { Outbox } from '@kuluma/edge/ports.ts';
import { seededRandom } from '@kuluma/shared/clock.ts';
import { newId } from '@kuluma/shared/model/base.ts';
import { type Sample, samplesOf } from '@kuluma/shared/model/sample.ts';
import { type SampleClass, sampleClasses } from '@kuluma/shared/model/topics.ts';
import { createLogger } from '@kuluma/shared/node/logger.ts';
import { decodeRecord } from '@kuluma/shared/wire/record.ts';
import { withPoints } from '@kuluma/shared/wire/samples-body.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const random = seededRandom(1);
const gatewayId = newId('gateway', random);
const pointId = newId('measurementPoint', random);
const startMs = 1_790_000_000_000;
const sample = (value: number): Sample => ({ pointId, sampledAtMs: startMs + value, value, quality: 'good' });

const trusted = { isTrusted: () => true, isProvisional: () => false };

interface Opening {
  readonly dataDir: string;
  readonly commitSamples?: number;
  readonly maxBytes?: number;
  readonly maxAgeDays?: number;
  readonly whenFull?: 'dropOldest' | 'dropNewest';
  readonly wallNowMs?: number;
  readonly time?: LogOutboxOptions['time'];
}
const implementations: Record<string, (opening: Opening) => Promise<Outbox>> = {
  'segment log': async ({ dataDir, commitSamples = 2, wallNowMs = 0, ...over }) => {
    const { maxBytes = 1e6, maxAgeDays = null, whenFull = 'dropOldest' } = over;
    const policy = { maxBytes, maxAgeDays, whenFull };
    return openLogOutbox({
      epoch: await nextEpoch(dataDir, wallNowMs),
      dataDir,
      gatewayId,
      pointIds: [],
      commitMs: 60_000,
      commitSamples,
      policies: { alarm: policy, live: policy, history: policy },
      time: over.time ?? { now: () => startMs + 1000, ...trusted },
      lastAliveMs: null,
      log: createLogger('test', 'silent'),
    });
  },
};

describe.each(Object.entries(implementations))('outbox on %s', (_, open) => {
  let dataDir = '';
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'kuluma-outbox-'));
  });
  afterEach(() => rm(dataDir, { recursive: true }));

  const storedIn = (outbox: Outbox, of: SampleClass = 'live') => outbox.read(of, 0, 10_000);
  const recordsIn = async (outbox: Outbox, of?: SampleClass) =>
    (await storedIn(outbox, of)).map(({ bytes }) => decodeRecord(bytes));
  const keysIn = async (outbox: Outbox, of?: SampleClass) =>
    (await recordsIn(outbox, of)).map(({ key }) => `${key.epoch}/${key.class}/${key.seq}`);
  const valuesIn = async (outbox: Outbox) =>
    (await recordsIn(outbox)).flatMap((r) => (r.kind === 'samples' ? [...r.samples.value] : []));
  const gapsIn = async (outbox: Outbox) => (await recordsIn(outbox)).flatMap((r) => (r.kind === 'gap' ? [r.gap] : []));
  const ackAll = async (outbox: Outbox) => {
    for (const { position } of await storedIn(outbox)) outbox.ack('live', position);
  };
  const accept = (outbox: Outbox, from: number, to: number) => {
    for (let value = from; value < to; value++) outbox.accept([sample(value)]);
  };
  const liveSegments = async () =>
    (await readdir(join(dataDir, 'outbox/live'))).filter((name) => name.endsWith('.klog1')).sort();

  it('keeps what it accepted in order, numbered without a gap, until it is acknowledged', async () => {
    const outbox = await open({ dataDir });
    accept(outbox, 0, 7);
    await outbox.flush();
    const stored = await storedIn(outbox);
    const samples = stored.flatMap(({ bytes, tableId }) => {
      const record = decodeRecord(bytes);
      return record.kind === 'samples' ? samplesOf(withPoints(record.samples, outbox.table(tableId ?? '') ?? [])) : [];
    });
    expect((await recordsIn(outbox)).map(({ key }) => key.seq)).toEqual([0, 1, 2, 3]);
    expect(samples).toEqual(Array.from({ length: 7 }, (_, value) => sample(value)));
    expect(stored.map((r) => r.samples)).toEqual([2, 2, 2, 1]);
    outbox.ack('live', stored[2]?.position ?? -1);
    outbox.ack('live', stored[0]?.position ?? -1);
    expect((await recordsIn(outbox)).map(({ key }) => key.seq)).toEqual([1, 3]);
    expect(outbox.queue('live').records).toBe(2);
    await outbox.close();
    const after = await open({ dataDir });
    expect((await recordsIn(after)).map(({ key }) => key.seq)).toEqual([1, 3]);
    await after.close();
  });

  it('keeps alarms and waveforms each in a class of its own, and commits them at once', async () => {
    const outbox = await open({ dataDir });
    const alarm = {
      pointId,
      rule: 'hot',
      state: 'raised',
      severity: 'alarm',
      occurredAtMs: 5,
      value: 9,
      limit: 8,
    } as const;
    outbox.acceptAlarms([alarm]);
    const values = new Uint8Array(4 * 100_000).fill(1);
    outbox.acceptWaveform({ pointId, sampledAtMs: 1000, sampleRateHz: 10_000, unit: 'mm/s', trigger: 'alarm', values });
    await outbox.flush();
    expect(await recordsIn(outbox, 'alarm')).toMatchObject([{ key: { class: 'alarm', seq: 0 }, alarms: [alarm] }]);
    const pieces = (await recordsIn(outbox, 'history')).flatMap((r) => (r.kind === 'waveform' ? [r.waveform] : []));
    expect(pieces.map((p) => p.sampledAtMs)).toEqual([1000, 5000, 9000]);
    expect(Buffer.concat(pieces.map((p) => p.values)).equals(values)).toBe(true);
    expect(await keysIn(outbox)).toEqual([]);
    await outbox.close();
  });

  it('gives a record again under its old key and with its table after a restart, and new ones under a higher epoch', async () => {
    const before = await open({ dataDir });
    accept(before, 0, 4);
    await before.flush();
    before.ack('live', 0);
    await before.close();
    const after = await open({ dataDir });
    accept(after, 4, 6);
    await after.flush();
    expect(after.epoch).toBeGreaterThan(before.epoch);
    expect(await keysIn(after)).toEqual([`${before.epoch}/live/1`, `${after.epoch}/live/0`]);
    for (const { tableId } of await storedIn(after)) expect(after.table(tableId ?? '')).toEqual([pointId]);
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

  it('tells when records were added', async () => {
    const outbox = await open({ dataDir });
    let told = 0;
    outbox.onStored(() => told++);
    accept(outbox, 0, 3);
    await outbox.flush();
    expect(told).toBe(1);
    accept(outbox, 3, 4);
    await outbox.flush();
    expect(told).toBe(2);
    await outbox.close();
  });

  it.each(['dropOldest', 'dropNewest'] as const)(
    'above its quota it loses as its policy %s says, and a gap record counts every lost sample',
    async (whenFull) => {
      const outbox = await open({ dataDir, commitSamples: 1, maxBytes: 8000, whenFull });
      accept(outbox, 0, 500);
      await outbox.flush();
      const kept = await valuesIn(outbox);
      const lost = outbox.dropped.outboxFull;
      expect(lost).toBeGreaterThan(100);
      expect(kept.length).toBe(500 - lost);
      const first = whenFull === 'dropOldest' ? lost : 0;
      expect(kept).toEqual(Array.from({ length: kept.length }, (_, i) => first + i));
      const gaps = await gapsIn(outbox);
      expect(gaps.every((gap) => gap.reason === 'outboxFull')).toBe(true);
      expect(gaps.reduce((sum, gap) => sum + (gap.samples ?? 0), 0)).toBe(lost);
      const from = whenFull === 'dropOldest' ? 0 : kept.length;
      expect(Math.min(...gaps.map((gap) => gap.fromMs))).toBe(startMs + from);
      expect(Math.max(...gaps.map((gap) => gap.toMs))).toBe(startMs + from + lost - 1);
      await ackAll(outbox);
      accept(outbox, 999, 1000);
      await outbox.flush();
      expect(await valuesIn(outbox)).toEqual([999]);
      const seqs = (await recordsIn(outbox)).map(({ key }) => key.seq);
      await outbox.close();
      expect(seqs.at(-1)).toBeGreaterThan(0);
    },
  );

  it('gives up what is older than its age limit and says so', async () => {
    let nowMs = startMs;
    const time = { now: () => nowMs, ...trusted };
    const outbox = await open({ dataDir, maxAgeDays: 1, time });
    accept(outbox, 0, 4);
    await outbox.flush();
    nowMs += 2 * 86_400_000;
    await new Promise((resolve) => setTimeout(resolve, 1200));
    outbox.accept([{ ...sample(7), sampledAtMs: nowMs }]);
    await outbox.flush();
    expect(await valuesIn(outbox)).toEqual([7]);
    expect(await gapsIn(outbox)).toEqual([
      { reason: 'aged', fromMs: startMs, toMs: startMs + 3, samples: 4, pointIds: null },
    ]);
    await outbox.close();
  });

  it('leaves a gap record of unknown size after an unclean end, and none after a clean one', async () => {
    const killed = await open({ dataDir, wallNowMs: 1 });
    accept(killed, 0, 4);
    await killed.flush();
    const after = await open({ dataDir, wallNowMs: 2 });
    await after.flush();
    // The last commit less the time for which another record may have been collected beside it.
    const fromMs = startMs + 3 - 60_000;
    const gap = { reason: 'restart', fromMs, toMs: startMs + 1000, samples: null, pointIds: null };
    expect(await gapsIn(after)).toEqual([gap]);
    await ackAll(after);
    await after.close();
    const clean = await open({ dataDir });
    await clean.flush();
    expect(await gapsIn(clean)).toEqual([]);
    await clean.close();
  });

  it('leaves a gap from the start of the first run of which nothing was kept', async () => {
    const at = (ms: number) => ({ now: () => startMs + ms, ...trusted });
    // Killed twice before any commit: a timer that never comes stands for the disk.
    for (const ms of [5, 50]) accept(await open({ dataDir, commitSamples: 9, wallNowMs: ms, time: at(ms) }), 0, 1);
    const after = await open({ dataDir, time: at(100) });
    await after.flush();
    expect((await gapsIn(after)).map(({ fromMs, toMs }) => [fromMs, toMs])).toEqual([
      [startMs + 5 - 60_000, startMs + 100],
    ]);
    await after.close();
  });

  it('tells a gap from its beginning when the run that should have told it was killed, too', async () => {
    const first = await open({ dataDir, wallNowMs: 1 });
    accept(first, 0, 4);
    await first.flush();
    const laterMs = 600_000;
    const unknown = { isTrusted: () => false, isProvisional: () => true };
    const second = await open({ dataDir, wallNowMs: 2, time: { now: () => startMs + laterMs, ...unknown } });
    accept(second, laterMs, laterMs + 4);
    await second.flush();
    expect(await gapsIn(second)).toEqual([]);
    const third = await open({ dataDir, wallNowMs: 3, time: { now: () => startMs + 2 * laterMs, ...trusted } });
    await third.flush();
    expect((await gapsIn(third)).map(({ fromMs, toMs }) => [fromMs, toMs])).toEqual([
      [startMs + 3 - 60_000, startMs + 2 * laterMs],
    ]);
    await third.close();
  });

  it('starts with a torn tail and keeps every record before it', async () => {
    const before = await open({ dataDir });
    accept(before, 0, 6);
    await before.flush();
    const bytes = before.queue('live').bytes;
    const [segment = ''] = await liveSegments();
    await truncate(join(dataDir, 'outbox/live', segment), bytes - 3);
    await appendFile(join(dataDir, 'outbox/live', segment), 'x');
    const after = await open({ dataDir });
    expect((await keysIn(after)).slice(0, 2)).toEqual([`${before.epoch}/live/0`, `${before.epoch}/live/1`]);
    expect(await valuesIn(after)).toEqual([0, 1, 2, 3]);
    await after.close();
    await before.close();
  });

  it('goes on past a record that rotted while it ran, sets it aside and leaves a gap', async () => {
    const outbox = await open({ dataDir });
    accept(outbox, 0, 8);
    await outbox.flush();
    const [segment = ''] = await liveSegments();
    const file = await openFile(join(dataDir, 'outbox/live', segment), 'r+');
    await file.write(Uint8Array.of(0xff, 0xfe), 0, 2, Math.floor(outbox.queue('live').bytes / 4) + 20);
    await file.close();
    expect(await valuesIn(outbox)).toEqual([0, 1, 4, 5, 6, 7]);
    await outbox.flush();
    expect(await gapsIn(outbox)).toEqual([
      { reason: 'damaged', fromMs: startMs + 1, toMs: startMs + 4, samples: null, pointIds: null },
    ]);
    expect(await readdir(join(dataDir, 'outbox/live/quarantine'))).toHaveLength(1);
    await ackAll(outbox);
    expect(sampleClasses.map((of) => outbox.queue(of).records)).toEqual([0, 0, 0]);
    await outbox.close();
  });

  it('says of records that their times are not to be trusted, and of which start they are', async () => {
    let isTrusted = false;
    const time = { now: () => startMs, isTrusted: () => isTrusted, isProvisional: () => !isTrusted };
    const outbox = await open({ dataDir, commitSamples: 9, time });
    accept(outbox, 0, 2);
    isTrusted = true;
    accept(outbox, 2, 4);
    await outbox.flush();
    const stored = await storedIn(outbox);
    expect(stored.map(({ samples, provisionalEpoch }) => [samples, provisionalEpoch])).toEqual([
      [2, outbox.epoch],
      [2, null],
    ]);
    await outbox.close();
  });
});
