import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seededRandom } from '@kuluma/shared/clock.ts';
import { newId } from '@kuluma/shared/model/base.ts';
import { createLogger } from '@kuluma/shared/node/logger.ts';
import { afterAll, expect, it } from 'vitest';
import type { ReceivedLetter } from '../../core/ingest/received-letter.ts';
import { Inbox, type InboxOptions } from './inbox.ts';

const random = seededRandom(11);
const root = mkdtempSync(join(tmpdir(), 'kuluma-inbox-'));
afterAll(() => rmSync(root, { recursive: true }));
const log = createLogger('test', 'silent');

const organisationId = newId('organisation', random);
const letterOf = (n: number, receivedAtMs = 0): ReceivedLetter => ({
  organisationId,
  receivedAtMs,
  payload: Buffer.from([n, 1, 2, 3]),
});
const numbersOf = (letters: readonly ReceivedLetter[]) => letters.map(({ payload }) => payload[0]);

/** An inbox whose store does what `take` says, all that was given to it, and all that was given up. */
const inboxOf = (
  options: Partial<InboxOptions> & { dir: string },
  take = async (_: readonly ReceivedLetter[]): Promise<readonly ReceivedLetter[]> => [],
) => {
  const given: ReceivedLetter[][] = [];
  const givenUp: ReceivedLetter[] = [];
  const handlers = {
    store: (letters: readonly ReceivedLetter[]) => {
      given.push([...letters]);
      return take(letters);
    },
    giveUp: async (letter: ReceivedLetter) => void givenUp.push(letter),
  };
  return { given, givenUp, inbox: new Inbox({ commitMs: 0, ...options }, handlers, log) };
};
const down = () => Promise.reject(new Error('down'));

it('gives the store what was kept, in order and as it came', async () => {
  const { inbox, given } = inboxOf({ dir: join(root, 'order') });
  await inbox.start();
  const letters = [0, 1, 2].map((n) => letterOf(n, 1000 + n));
  for (const letter of letters) await inbox.keep(letter);
  await inbox.settled();
  expect(given.flat()).toEqual(letters);
  expect([inbox.waiting, inbox.lagMs(5000)]).toEqual([0, 0]);
  await inbox.stop();
});

it('gives a letter again until the store takes it, and says how old it is', async () => {
  let refusals = 2;
  const lags: number[] = [];
  const { inbox, given } = inboxOf({ dir: join(root, 'again') }, async () => {
    lags.push(inbox.lagMs(5000));
    if (refusals-- > 0) throw new Error('down');
    return [];
  });
  await inbox.start();
  await inbox.keep(letterOf(0, 1000));
  await inbox.settled();
  expect(given.map(numbersOf)).toEqual([[0], [0], [0]]);
  expect(lags).toEqual([4000, 4000, 4000]);
  await inbox.stop();
});

it('keeps across a restart what the store did not take, and stops while it waits', async () => {
  const dir = join(root, 'restart');
  const failing = inboxOf({ dir }, down);
  await failing.inbox.start();
  await failing.inbox.keep(letterOf(7));
  await failing.inbox.stop();
  const { inbox, given } = inboxOf({ dir });
  await inbox.start();
  await inbox.settled();
  expect(numbersOf(given.flat())).toEqual([7]);
  await inbox.stop();
});

it('goes on behind what the store gives back, and tries that again, after a restart too', async () => {
  const dir = join(root, 'later');
  const first = inboxOf({ dir }, async (letters) => letters.filter(({ payload }) => payload[0] === 1));
  await first.inbox.start();
  for (const n of [1, 2]) await first.inbox.keep(letterOf(n));
  await first.inbox.settled();
  expect(numbersOf(first.given.flat())).toEqual(expect.arrayContaining([1, 2]));
  await first.inbox.stop();
  const { inbox, given } = inboxOf({ dir });
  await inbox.start();
  await expect.poll(() => numbersOf(given.flat())).toEqual([1]);
  await inbox.stop();
});

it('gives up what the store gives back when there is no room to wait', async () => {
  const { inbox, givenUp } = inboxOf({ dir: join(root, 'no-room'), maxBytes: 500 }, async (letters) => letters);
  await inbox.start();
  for (let n = 0; n < 30; n++) {
    await inbox.keep(letterOf(n));
    await inbox.settled();
  }
  expect(givenUp.length).toBeGreaterThan(0);
  expect(givenUp.length).toBeLessThan(30);
  await inbox.stop();
});

it('refuses more than its size, and belongs to one process', async () => {
  const dir = join(root, 'full');
  const { inbox } = inboxOf({ dir, maxBytes: 1000 }, down);
  await inbox.start();
  await expect(inboxOf({ dir }).inbox.start()).rejects.toMatchObject({ code: 'STORE_LOCKED' });
  const fill = async () => {
    for (let n = 0; ; n++) await inbox.keep(letterOf(n));
  };
  await expect(fill()).rejects.toMatchObject({ code: 'OUTBOX_FULL' });
  await inbox.stop();
});
