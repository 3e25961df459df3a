import { createLogger } from '@kuluma/shared/node/logger.ts';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Leases } from '../../ports.ts';
import { JobLease } from './job-lease.ts';

const log = createLogger('test', 'silent');
let held: { holder: string; untilMs: number } | undefined;
let isAway = false;

/** As the records keep it. */
const leases: Leases = {
  async holdLease(_name, holder, forMs) {
    if (isAway) throw new Error('no connection');
    if (held && held.holder !== holder && held.untilMs >= Date.now()) return false;
    held = { holder, untilMs: Date.now() + forMs };
    return true;
  },
  async leaveLease(_name, holder) {
    if (held?.holder === holder) held = undefined;
  },
};

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
  [held, isAway] = [undefined, false];
});
afterEach(() => {
  vi.useRealTimers();
});

it('is one process’s at a time, and the next one’s as soon as that stops', async () => {
  const [one, other] = [new JobLease(leases, log), new JobLease(leases, log)];
  await one.start();
  await other.start();
  expect([one.isMine(), other.isMine()]).toEqual([true, false]);
  await vi.advanceTimersByTimeAsync(60_000);
  expect([one.isMine(), other.isMine()]).toEqual([true, false]);
  await one.stop();
  await vi.advanceTimersByTimeAsync(4_000);
  expect([one.isMine(), other.isMine()]).toEqual([false, true]);
  await other.stop();
});

it('is let go by a process that cannot renew it before another may take it', async () => {
  const lease = new JobLease(leases, log);
  await lease.start();
  isAway = true;
  const freeAtMs = held?.untilMs ?? 0;
  await vi.advanceTimersByTimeAsync(freeAtMs - 1);
  expect(lease.isMine()).toBe(false);
  isAway = false;
  await vi.advanceTimersByTimeAsync(4_000);
  expect(lease.isMine()).toBe(true);
  await lease.stop();
});
