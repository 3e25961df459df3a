import { seededRandom } from '@kuluma/shared/clock.ts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hazardUpTo, kaplanMeier, learnWeibull, survivalAt, type WatchedLife } from './survival-curves.ts';

const life = (exit: number, failed: boolean, entry = 0): WatchedLife => ({ entry, exit, failed });

test('Kaplan and Meier tell what can be worked out by hand', () => {
  // At 3 one of five fails, at 5 one of four (the other at 5 is cut short), at 8 one of two.
  const steps = kaplanMeier([life(3, true), life(5, true), life(5, false), life(8, true), life(10, false)]);
  expect([2, 3, 5, 7, 8].map((age) => survivalAt(steps, age))).toEqual(
    [1, 4 / 5, (4 / 5) * (3 / 4), (4 / 5) * (3 / 4), (4 / 5) * (3 / 4) * (1 / 2)].map((p) => expect.closeTo(p, 12)),
  );
});

test('a component that came under watch late was at no risk before', () => {
  const steps = kaplanMeier([life(4, true), life(9, true, 6), life(9, false)]);
  expect(survivalAt(steps, 4)).toBeCloseTo(1 / 2, 12);
  expect(survivalAt(steps, 9)).toBeCloseTo(1 / 4, 12);
});

test('a Weibull law is found again from lives that were cut short and from lives that were joined late', () => {
  const random = seededRandom(3);
  const lives = Array.from({ length: 4000 }, () => {
    const full = 100 * (-Math.log(1 - random())) ** (1 / 2.5);
    const entry = 60 * random() ** 2;
    const end = 40 + 120 * random();
    return life(Math.min(full, end), full <= end, entry);
  }).filter(({ entry, exit }) => exit > entry);
  const law = learnWeibull(lives);
  expect(law).toEqual({ law: 'weibull', shape: expect.any(Number), scale: expect.any(Number) });
  if (law.law !== 'weibull') return;
  expect(law.shape).toBeGreaterThan(2.35);
  expect(law.shape).toBeLessThan(2.65);
  expect(law.scale).toBeGreaterThan(97);
  expect(law.scale).toBeLessThan(103);
});

test('the hazard of a law rises with the age, also beyond what was seen', () => {
  const lives = fc.array(
    fc
      .record({ exit: fc.integer({ min: 1, max: 50 }), failed: fc.boolean() })
      .map(({ exit, failed }) => life(exit, failed)),
    { minLength: 2, maxLength: 30 },
  );
  fc.assert(
    fc.property(lives, (list) => {
      const some = [...list, life(20, true)];
      for (const law of [learnWeibull(some), kaplanMeier(some)]) {
        const hazards = Array.from({ length: 80 }, (_, age) => hazardUpTo(law, age));
        hazards.forEach((hazard, i) => {
          expect(Number.isFinite(hazard)).toBe(true);
          if (i > 0) expect(hazard).toBeGreaterThanOrEqual(hazards[i - 1] as number);
        });
        expect(hazards.at(-1)).toBeGreaterThan(hazards[51] as number);
      }
    }),
    { numRuns: 40 },
  );
});
