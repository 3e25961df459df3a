import { createLogger } from '@kuluma/shared/node/logger.ts';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createJobs, type Jobs } from './cron-jobs.ts';

const everySecond = '* * * * * *';
const abort = new AbortController().signal;
let jobs: Jobs;
beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 22) });
  jobs = createJobs(createLogger('test', 'silent'));
});
afterEach(async () => {
  await jobs.stop();
  vi.useRealTimers();
});

it('runs at each tick between start and stop', async () => {
  const run = vi.fn(async () => {});
  jobs.every('forecast', everySecond, run);
  await vi.advanceTimersByTimeAsync(2000);
  expect(run).not.toHaveBeenCalled();
  await jobs.start(abort);
  await vi.advanceTimersByTimeAsync(3500);
  expect(run).toHaveBeenCalledTimes(3);
  await jobs.stop();
  await vi.advanceTimersByTimeAsync(3000);
  expect(run).toHaveBeenCalledTimes(3);
});

it('never runs a job twice at a time', async () => {
  let end = () => {};
  const run = vi.fn(() => new Promise<void>((resolve) => (end = resolve)));
  jobs.every('plan', everySecond, run);
  await jobs.start(abort);
  await vi.advanceTimersByTimeAsync(3500);
  expect(run).toHaveBeenCalledTimes(1);
  expect(jobs.reports()[0]).toMatchObject({ runs: 1, skips: 2, lastOk: null });
  end();
  await vi.advanceTimersByTimeAsync(1000);
  expect(jobs.reports()[0]).toMatchObject({ runs: 2, lastOk: true });
  end();
});

it('leaves ticks of shared jobs out while it is another process’s turn, and those of its own not', async () => {
  let isMine = false;
  jobs = createJobs(createLogger('test', 'silent'), { isMine: () => isMine });
  const [shared, own] = [vi.fn(async () => {}), vi.fn(async () => {})];
  jobs.every('forecast', everySecond, shared);
  jobs.everyHere('send', everySecond, own);
  await jobs.start(abort);
  await vi.advanceTimersByTimeAsync(2500);
  expect([shared.mock.calls.length, own.mock.calls.length]).toEqual([0, 2]);
  isMine = true;
  await vi.advanceTimersByTimeAsync(1000);
  expect(shared).toHaveBeenCalledTimes(1);
});

it('counts a failure, shows it, and goes on', async () => {
  const run = vi.fn(async () => {}).mockRejectedValueOnce(new Error('no data'));
  jobs.every('forecast', '0 * * * *', run);
  await jobs.runNow('forecast');
  expect(jobs.reports()).toEqual([
    { name: 'forecast', lastStartMs: Date.now(), lastOk: false, lastError: 'no data', runs: 1, failures: 1, skips: 0 },
  ]);
  await jobs.runNow('forecast');
  expect(jobs.reports()[0]).toMatchObject({ lastOk: true, lastError: null, runs: 2, failures: 1 });
});

it('refuses a bad expression, a second job of the name, and an unknown job', async () => {
  expect(() => jobs.every('x', 'often', async () => {})).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
  jobs.every('x', everySecond, async () => {});
  expect(() => jobs.every('x', everySecond, async () => {})).toThrow('two jobs');
  await expect(jobs.runNow('y')).rejects.toMatchObject({ code: 'NOT_FOUND' });
});
