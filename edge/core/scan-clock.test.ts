import { seededRandom } from '@kuluma/shared/clock.ts';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { backoffMs } from './backoff.ts';
import { ScanClock } from './scan-clock.ts';

it('keeps deadlines on the grid of its start, however late each scan is, and counts those left out', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1000 }), fc.array(fc.nat(5000)), (intervalMs, durations) => {
      const scans = new ScanClock(100, intervalMs);
      for (const durationMs of durations) {
        const before = scans.deadlineMs;
        const overAtMs = before + durationMs;
        scans.advance(overAtMs);
        expect((scans.deadlineMs - 100) % intervalMs).toBe(0);
        expect(scans.deadlineMs).toBeGreaterThan(before);
        expect(scans.deadlineMs).toBeGreaterThanOrEqual(overAtMs);
        expect(scans.deadlineMs - overAtMs).toBeLessThanOrEqual(intervalMs);
      }
      expect(scans.deadlineMs).toBe(100 + (durations.length + scans.skipped) * intervalMs);
    }),
  );
});

it('pauses to the first deadline that is late enough without counting what it leaves out', () => {
  const scans = new ScanClock(0, 100);
  scans.pauseUntil(250);
  expect([scans.deadlineMs, scans.skipped]).toEqual([300, 0]);
  scans.pauseUntil(120);
  expect(scans.deadlineMs).toBe(300);
});

it('backs off twice as long each time, up to a bound, with up to half of it left to chance', () => {
  expect([1, 2, 3, 10, 2000].map((n) => backoffMs(n, () => 0.999_999))).toEqual(
    [1000, 2000, 4000, 60_000, 60_000].map((ms) => expect.closeTo(ms, 0)),
  );
  const random = seededRandom(1);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 50 }), (failures) => {
      const ms = backoffMs(failures, random);
      expect(ms).toBeGreaterThanOrEqual(500);
      expect(ms).toBeLessThanOrEqual(60_000);
    }),
  );
});
