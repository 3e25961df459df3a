import { dayMs, hourMs } from '@kuluma/shared/model/units.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nowMs } from './fixtures/messages.ts';
import { type Arm, answerRate, armAt, bestTime, type Trial } from './timing.ts';

const zone = 'Europe/Helsinki';
const trials = (arm: Arm, answered: number, ignored: number): Trial[] => [
  ...Array.from({ length: answered }, () => ({ arm, isAnswered: true })),
  ...Array.from({ length: ignored }, () => ({ arm, isAnswered: false })),
];
/** Monday 10:00 in Helsinki. */
const monday: Arm = '1 1 email';
const tuesday: Arm = '2 0 email';
const always = {
  ...{ own: [], segment: [], channel: 'email' as const, timeZone: zone, fromMs: nowMs },
  ...{ untilMs: nowMs + 2 * dayMs, mayWrite: () => true },
};

describe('where a letter falls', () => {
  it('is a weekday and a part of the day in the zone of the contact, and nothing at night', () => {
    expect(armAt(nowMs, zone, 'email')).toBe(monday);
    expect(armAt(nowMs, 'Europe/London', 'sms')).toBe('1 0 sms');
    expect(armAt(nowMs + 11 * hourMs, zone, 'email')).toBeUndefined();
  });
});

describe('the answer rate', () => {
  it('of who is not known is that of their segment, and that of a segment that is not known is a half', () => {
    expect(answerRate([], [], monday)).toBe(0.5);
    const segment = trials(monday, 90, 10);
    expect(answerRate([], segment, monday)).toBeCloseTo(0.9, 1);
    expect(answerRate([], segment, tuesday)).toBeCloseTo(0.9, 1);
  });

  it('moves from the segment to the person as they answer', () => {
    const segment = trials(monday, 90, 10);
    const rates = [0, 4, 16, 64].map((count) => answerRate(trials(monday, 0, count), segment, monday));
    expect(rates).toEqual(rates.toSorted((a, b) => b - a));
    expect(rates.at(-1)).toBeLessThan(0.15);
  });
});

describe('the time to write', () => {
  it('is now for who is not known', () => {
    expect(bestTime(always)).toBe(nowMs);
  });

  it('is the part of the week in which the contact answers, if it is near', () => {
    const own = [...trials(tuesday, 12, 0), ...trials(monday, 0, 12)];
    expect(new Date(bestTime({ ...always, own })).toISOString()).toBe('2026-11-24T05:00:00.000Z');
    expect(bestTime({ ...always, own, untilMs: nowMs + 4 * hourMs })).toBeLessThanOrEqual(nowMs + 4 * hourMs);
  });

  it('is never one at which the contact may not be written to, and never past its end, whatever was learnt', () => {
    const arm = fc.tuple(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 0, max: 3 }));
    const trial = fc.record({ arm: arm.map(([day, part]): Arm => `${day} ${part} email`), isAnswered: fc.boolean() });
    const hours = fc.uniqueArray(fc.integer({ min: 0, max: 47 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(
        fc.array(trial, { maxLength: 30 }),
        fc.array(trial, { maxLength: 30 }),
        hours,
        (own, segment, open) => {
          const mayWrite = (atMs: number) => open.includes(Math.floor((atMs - nowMs) / hourMs));
          const atMs = bestTime({ ...always, own, segment, mayWrite });
          const couldWrite = open.some((hour) => armAt(nowMs + hour * hourMs, zone, 'email') !== undefined);
          expect(atMs).toBeLessThanOrEqual(always.untilMs);
          if (couldWrite) expect(mayWrite(atMs)).toBe(true);
          else expect(atMs).toBe(nowMs);
        },
      ),
      { seed: 7, numRuns: 60 },
    );
  });

  it('does not change with what is learnt of another way', () => {
    expect(bestTime({ ...always, own: trials('2 0 sms', 30, 0) })).toBe(nowMs);
  });
});
