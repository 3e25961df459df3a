import { cp, mkdtemp, readdir, rm, stat, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Inbox } from '@kuluma/cloud/adapters/inbox/inbox.ts';
import type { ReceivedLetter } from '@kuluma/cloud/core/ingest/received-letter.ts';
import { openLogOutbox } from '@kuluma/edge/outbox/log-outbox/log-outbox.ts';
import { seededRandom } from '@kuluma/shared/clock.ts';
import { newId } from '@kuluma/shared/model/base.ts';
import { createLogger } from '@kuluma/shared/node/logger.ts';
import { decodeRecord } from '@kuluma/shared/wire/record.ts';
import { afterAll, beforeAll, expect, it } from 'vitest';

const random = seededRandom(1);
const gatewayId = newId('gateway', random);
const organisationId = newId('organisation', random);
const pointId = newId('measurementPoint', random);
const log = createLogger('test', 'silent');
const records = 3;
let root = '';
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'kuluma-torn-'));
});
afterAll(() => rm(root, { recursive: true }));

const lastSegment = async (dir: string): Promise<{ file: string; bytes: number }> => {
  const name =
    (await readdir(dir))
      .filter((entry) => entry.endsWith('.klog1'))
      .sort()
      .at(-1) ?? '';
  return { file: name, bytes: (await stat(join(dir, name))).size };
};

/** A copy of a folder whose last segment, in `sub`, ends after `bytes` bytes: what a torn write leaves. */
const tornCopy = async (dir: string, sub: string, bytes: number): Promise<string> => {
  const torn = `${dir}-${bytes}`;
  await cp(dir, torn, { recursive: true });
  await truncate(join(torn, sub, (await lastSegment(join(torn, sub))).file), bytes);
  return torn;
};

const openOutbox = (dataDir: string, epoch: number) => {
  const policy = { maxBytes: 1e6, maxAgeDays: null, whenFull: 'dropOldest' } as const;
  return openLogOutbox({
    dataDir,
    gatewayId,
    pointIds: [pointId],
    commitMs: 60_000,
    commitSamples: 1,
    policies: { alarm: policy, live: policy, history: policy },
    epoch,
    time: { now: () => 5000, isTrusted: () => true, isProvisional: () => false },
    lastAliveMs: null,
    log,
  });
};

it('an outbox torn at any byte of its last segment keeps every record before, says what it lost, and goes on', async () => {
  const dir = join(root, 'outbox');
  const first = await openOutbox(dir, 1);
  for (let value = 0; value < records; value++) {
    first.accept([{ pointId, sampledAtMs: 1000 + value, value, quality: 'good' }]);
    await first.flush();
  }
  // As a kill leaves it: the copies are made of what is on the disk now.
  const { bytes } = await lastSegment(join(dir, 'outbox/live'));
  const kept: number[] = [];
  for (let cut = 0; cut <= bytes; cut++) {
    const torn = await tornCopy(dir, 'outbox/live', cut);
    const outbox = await openOutbox(torn, 2);
    outbox.accept([{ pointId, sampledAtMs: 6000, value: 100, quality: 'good' }]);
    await outbox.flush();
    const found = (await outbox.read('live', 0, 100)).map((record) => decodeRecord(record.bytes));
    const values = found.flatMap((record) => (record.kind === 'samples' ? [...record.samples.value] : []));
    expect(values, `cut at ${cut}`).toEqual([...Array.from({ length: values.length - 1 }, (_, n) => n), 100]);
    expect(
      found.some((record) => record.kind === 'gap' && record.gap.reason === 'restart'),
      `cut at ${cut}`,
    ).toBe(true);
    kept.push(values.length - 1);
    await outbox.close();
    await rm(torn, { recursive: true });
  }
  expect([...new Set(kept)]).toEqual(Array.from({ length: records + 1 }, (_, n) => n));
  await first.close();
});

it('an inbox torn at any byte of its last segment gives the store every letter before, and goes on', async () => {
  const dir = join(root, 'inbox');
  const letterOf = (n: number): ReceivedLetter => ({ organisationId, receivedAtMs: n, payload: Buffer.from([n, 7]) });
  const isDown = () => Promise.reject(new Error('down'));
  const first = new Inbox({ dir, commitMs: 0 }, { store: isDown, giveUp: async () => undefined }, log);
  await first.start();
  for (let n = 0; n < records; n++) await first.keep(letterOf(n));
  const [sub = ''] = (await readdir(dir, { recursive: true })).filter((name) => name.endsWith('.klog1'));
  const folder = sub.split('/').slice(0, -1).join('/');
  const { bytes } = await lastSegment(join(dir, folder));
  const kept: number[] = [];
  for (let cut = 0; cut <= bytes; cut++) {
    const torn = await tornCopy(dir, folder, cut);
    await rm(join(torn, 'lock'), { force: true });
    const given: number[] = [];
    const store = async (letters: readonly ReceivedLetter[]) => {
      given.push(...letters.map(({ payload }) => payload[0] as number));
      return [];
    };
    const inbox = new Inbox({ dir: torn, commitMs: 0 }, { store, giveUp: async () => undefined }, log);
    await inbox.start();
    await inbox.keep(letterOf(100));
    await inbox.settled();
    await inbox.stop();
    expect(given, `cut at ${cut}`).toEqual([...Array.from({ length: given.length - 1 }, (_, n) => n), 100]);
    kept.push(given.length - 1);
    await rm(torn, { recursive: true });
  }
  expect([...new Set(kept)]).toEqual(Array.from({ length: records + 1 }, (_, n) => n));
  await first.stop();
});
