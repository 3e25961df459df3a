import fc from 'fast-check';
import { expect, it } from 'vitest';
import { SampleClock } from './sample-clock.ts';

const startMs = 1_790_000_000_000;
const hourMs = 3_600_000;

/** Time passes by `passMs`, then the machine's clock steps by `stepMs` and the sample clock is told of it. */
const acts = fc.array(
  fc.record({
    passMs: fc.integer({ min: 0, max: 20_000 }),
    stepMs: fc.oneof(fc.constantFrom(0, 0, hourMs, -hourMs), fc.integer({ min: -hourMs, max: hourMs })),
  }),
  { maxLength: 40 },
);

it('never goes back, and stands still at no step, whatever the machine clock does', () => {
  fc.assert(
    fc.property(acts, (steps) => {
      let monotonicMs = 5000.25;
      let wallMs = startMs;
      const clock = new SampleClock(() => monotonicMs, wallMs);
      let beforeMs = clock.now();
      for (const { passMs, stepMs } of steps) {
        for (let i = 0; i < 4; i++) {
          monotonicMs += passMs / 4;
          wallMs += passMs / 4;
          expect(clock.now()).toBeGreaterThanOrEqual(beforeMs + Math.floor(passMs / 8) - 1);
          beforeMs = clock.now();
        }
        wallMs += stepMs;
        clock.steer(wallMs);
        expect(clock.now()).toBeGreaterThanOrEqual(beforeMs);
        beforeMs = clock.now();
      }
      // Given time, it is the machine's time again.
      monotonicMs += 100 * hourMs;
      wallMs += 100 * hourMs;
      clock.steer(wallMs);
      expect(Math.abs(clock.now() - wallMs)).toBeLessThanOrEqual(51);
    }),
  );
});

it('takes a step forward at once and makes up for one back at half speed', () => {
  let monotonicMs = 0;
  const clock = new SampleClock(() => monotonicMs, startMs);
  clock.steer(startMs + hourMs);
  expect([clock.now(), clock.aheadMs]).toEqual([startMs + hourMs, 0]);
  clock.steer(startMs);
  expect([clock.now(), clock.aheadMs]).toEqual([startMs + hourMs, hourMs]);
  monotonicMs = hourMs;
  expect([clock.now(), clock.aheadMs]).toEqual([startMs + 1.5 * hourMs, hourMs / 2]);
  monotonicMs = 3 * hourMs;
  expect([clock.now(), clock.aheadMs]).toEqual([startMs + 3 * hourMs, 0]);
});

it('keeps its pace while the machine clock is slewed by a little', () => {
  const clock = new SampleClock(() => 0, startMs);
  clock.steer(startMs + 40);
  expect(clock.now()).toBe(startMs);
});

it('goes back when it is told that all before is to be corrected', () => {
  const clock = new SampleClock(() => 0, startMs);
  clock.jumpTo(startMs - hourMs);
  expect(clock.now()).toBe(startMs - hourMs);
});
