import fc from 'fast-check';
import { expect, it } from 'vitest';
import { CounterTime } from './counter-time.ts';

it('gives the times at which values were taken, however late their blocks arrive', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(800), { minLength: 20, maxLength: 60 }), (lateness) => {
      const time = new CounterTime();
      for (const [i, lateMs] of [0, ...lateness].entries()) {
        const end = 100 * (i + 1);
        time.arrived(end, 1000, 5000 + end + lateMs);
        expect(Math.abs(time.at(end) - (5000 + end))).toBeLessThanOrEqual(2);
      }
    }),
  );
});

it('follows a device whose clock runs slow or fast', () => {
  for (const drift of [-1e-4, 1e-4]) {
    const time = new CounterTime();
    const trueMs = (end: number) => 5000 + end * (1 + drift);
    for (let end = 100; end <= 3_600_000; end += 100) time.arrived(end, 1000, Math.ceil(trueMs(end)));
    expect(Math.abs(time.at(3_600_000) - trueMs(3_600_000))).toBeLessThan(3);
  }
});

it('begins anew where a clock was set or the device started again', () => {
  const time = new CounterTime();
  time.arrived(1000, 1000, 50_000);
  time.arrived(2000, 1000, 51_000 + 3_600_000);
  expect(time.at(2000)).toBe(51_000 + 3_600_000);
  time.arrived(100, 1000, 52_000);
  expect(time.at(100)).toBe(52_000);
});
