import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seededRandom } from '@kuluma/shared/clock.ts';
import { newId } from '@kuluma/shared/model/base.ts';
import { createLogger } from '@kuluma/shared/node/logger.ts';
import { encodeBatch } from '@kuluma/shared/wire/sample-batch.ts';
import { afterAll, expect, it } from 'vitest';
import type { ReceivedBatch } from '../../core/ingest/check-batch.ts';
import { Inbox, type InboxOptions } from './inbox.ts';

const random = seededRandom(11);
const root = mkdtempSync(join(tmpdir(), 'kuluma-inbox-'));
afterAll(() => rmSync(root, { recursive: true }));
const log = createLogger('test', 'silent');

const organisationId = newId('organisation', random);
const batchOf = (seq: number) => ({
  gatewayId: newId('gateway', random),
  epoch: 1,
  class: 'live' as const,
  seq,
  samples: [{ pointId: newId('measurementPoint', random), sampledAtMs: 5, value: seq, quality: 'good' as const }],
});

/** An inbox whose store does what `take` says, and all that was given to it. */
const inboxOf = (options: Partial<InboxOptions> & { dir: string }, take = async (): Promise<void> => {}) => {
  const given: ReceivedBatch[][] = [];
  const store = (received: readonly ReceivedBatch[]): Promise<void> => {
    given.push([...received]);
    return take();
  };
  return { given, inbox: new Inbox({ commitMs: 0, ...options }, store, log) };
};

it('gives the store what was kept, in order and as it came', async () => {
  const { inbox, given } = inboxOf({ dir: join(root, 'order') });
  await inbox.start();
  const batches = [0, 1, 2].map(batchOf);
  for (const [i, batch] of batches.entries()) await inbox.keep(organisationId, 1000 + i, encodeBatch(batch));
  await inbox.settled();
  expect(given.flat()).toEqual(batches.map((batch, i) => ({ organisationId, receivedAtMs: 1000 + i, batch })));
  expect(inbox.waiting).toBe(0);
  await inbox.stop();
});

it('gives a batch again until the store takes it', async () => {
  let refusals = 2;
  const { inbox, given } = inboxOf({ dir: join(root, 'again') }, async () => {
    if (refusals-- > 0) throw new Error('down');
  });
  await inbox.start();
  await inbox.keep(organisationId, 0, encodeBatch(batchOf(0)));
  await inbox.settled();
  expect(given.map((g) => g[0]?.batch.seq)).toEqual([0, 0, 0]);
  await inbox.stop();
});

it('keeps across a restart what the store did not take, and stops while it waits', async () => {
  const dir = join(root, 'restart');
  const down = inboxOf({ dir }, () => Promise.reject(new Error('down')));
  await down.inbox.start();
  await down.inbox.keep(organisationId, 0, encodeBatch(batchOf(7)));
  await down.inbox.stop();
  const { inbox, given } = inboxOf({ dir });
  await inbox.start();
  await inbox.settled();
  expect(given.flat().map((r) => r.batch.seq)).toEqual([7]);
  await inbox.stop();
});

it('refuses more than its size, and belongs to one process', async () => {
  const dir = join(root, 'full');
  const { inbox } = inboxOf({ dir, maxBytes: 1000 }, () => Promise.reject(new Error('down')));
  await inbox.start();
  await expect(inboxOf({ dir }).inbox.start()).rejects.toMatchObject({ code: 'STORE_LOCKED' });
  const fill = async () => {
    for (let seq = 0; ; seq++) await inbox.keep(organisationId, 0, encodeBatch(batchOf(seq)));
  };
  await expect(fill()).rejects.toMatchObject({ code: 'OUTBOX_FULL' });
  await inbox.stop();
});
