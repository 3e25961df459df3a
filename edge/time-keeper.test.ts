import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '@kuluma/shared/node/logger.ts';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { TimeKeeper, type TimeKeeperOptions } from './time-keeper.ts';

const trueMs = 1_790_000_000_000;
const hourMs = 3_600_000;
let dataDir = '';
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'kuluma-time-'));
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
});
afterEach(async () => {
  vi.useRealTimers();
  await rm(dataDir, { recursive: true });
});

/** A machine whose clocks go on with `pass` and whose wall clock is set with `set`. */
const machineAt = (wallMs: number, bootId = 'boot 1', uptimeMs = 10_000) => {
  let wall = wallMs;
  let up = uptimeMs;
  let synchronised: boolean | undefined;
  return {
    bootId,
    wallMs: () => wall,
    monotonicMs: () => up,
    uptimeMs: () => up,
    isSynchronised: () => synchronised,
    pass(ms: number) {
      wall += ms;
      up += ms;
      vi.advanceTimersByTime(ms);
    },
    set(ms: number) {
      wall = ms;
    },
    synchronise(isSet: boolean) {
      synchronised = isSet;
    },
  };
};
const open = (machine: TimeKeeperOptions['machine'], epoch: number, over: Partial<TimeKeeperOptions> = {}) =>
  TimeKeeper.open({ dataDir, epoch, machine, log: createLogger('test', 'silent'), ...over });

it('trusts a machine clock that is past all it knows, and follows its steps without going back', async () => {
  const machine = machineAt(trueMs);
  const keeper = await open(machine, 1);
  await keeper.start();
  expect([keeper.isTrusted, keeper.clock.now(), keeper.state.state]).toEqual([true, trueMs, 'trusted']);
  machine.set(trueMs + hourMs);
  machine.pass(1000);
  expect(keeper.clock.now()).toBe(trueMs + hourMs + 1000);
  machine.set(trueMs + 1000);
  machine.pass(1000);
  expect(keeper.clock.now()).toBe(trueMs + hourMs + 2000);
  expect(keeper.state).toEqual({ state: 'catchingUp', aheadMs: hourMs });
  await keeper.stop();
});

it('does not trust a clock that was never set, and corrects its records once the cloud has told the time', async () => {
  const machine = machineAt(5000);
  const keeper = await open(machine, 7);
  await keeper.start();
  const provisionalMs = keeper.clock.now();
  expect([keeper.isTrusted, keeper.restampOf(7)]).toEqual([false, undefined]);
  machine.pass(60_000);
  expect(keeper.clock.now()).toBe(provisionalMs + 60_000);
  keeper.hearCloud(trueMs);
  expect([keeper.isTrusted, keeper.clock.now()]).toEqual([true, trueMs]);
  expect(keeper.restampOf(7)).toBe(trueMs - provisionalMs - 60_000);
  // A scan that was under way brings times of before.
  expect([provisionalMs + 59_000, trueMs, trueMs - 500].map((ms) => keeper.isProvisional(ms))).toEqual([
    true,
    false,
    false,
  ]);
  machine.pass(5000);
  keeper.hearCloud(trueMs + 15_000);
  expect(keeper.clock.now()).toBe(trueMs + 15_000);
  await keeper.stop();
});

it('goes on from the newest time that it ever knew, so that samples of before are not overtaken', async () => {
  const keeper = await open(machineAt(trueMs), 1);
  await keeper.stop();
  const later = await open(machineAt(trueMs - hourMs), 2);
  expect([later.isTrusted, later.clock.now(), later.lastAliveMs]).toEqual([false, trueMs, trueMs]);
});

it('waits for the service that sets the clock, where the machine has one', async () => {
  const machine = machineAt(trueMs);
  machine.synchronise(false);
  const keeper = await open(machine, 1);
  await keeper.start();
  let told = 0;
  keeper.onTrusted(() => told++);
  machine.pass(3000);
  expect(keeper.isTrusted).toBe(false);
  machine.synchronise(true);
  machine.set(trueMs + 3200);
  machine.pass(1000);
  expect([keeper.isTrusted, told]).toEqual([true, 1]);
  // A fifth of a second off: its times were right.
  expect(keeper.restampOf(1)).toBeNull();
  await keeper.stop();
});

it('corrects the records of an earlier start of the agent too, unless the machine itself was off in between', async () => {
  const other = await open(machineAt(1000, 'boot 0'), 1);
  expect(other.isTrusted).toBe(false);
  const machine = machineAt(1000, 'boot 1');
  const killed = await open(machine, 2);
  const provisionalMs = killed.clock.now();
  machine.pass(90_000);
  machine.set(trueMs);
  const keeper = await open(machine, 3);
  expect(keeper.isTrusted).toBe(true);
  expect([1, 2, 9].map((epoch) => keeper.restampOf(epoch))).toEqual([0, trueMs - provisionalMs - 90_000, 0]);
  await keeper.stop();
});

it('takes the time of a demo as it is, and stretches corrections no further', async () => {
  const machine = machineAt(trueMs);
  const keeper = await open(machine, 1, { demo: { epochMs: trueMs, rate: 60 } });
  machine.pass(1000);
  expect([keeper.clock.now(), keeper.clock.rate, keeper.isTrusted]).toEqual([trueMs + 60_000, 60, true]);
  await keeper.stop();
});

it('starts with a damaged file as with none', async () => {
  await writeFile(join(dataDir, 'time.json'), '{"newestMs":');
  const keeper = await open(machineAt(trueMs), 1);
  expect([keeper.isTrusted, keeper.lastAliveMs]).toEqual([true, null]);
});
