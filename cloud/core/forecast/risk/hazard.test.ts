import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hazardOf, marginOf, spanEnds, spanHazards } from './hazard.ts';

test('a hazard and its log-odds are two sides of one probability', () => {
  fc.assert(
    fc.property(fc.double({ min: -20, max: 200, noNaN: true }), (margin) => {
      expect(marginOf(hazardOf(margin))).toBeCloseTo(margin, 4);
    }),
  );
  expect(1 - Math.exp(-hazardOf(Math.log(0.2 / 0.8)))).toBeCloseTo(0.2, 12);
});

test('log-odds stay finite where nothing is at risk', () => {
  expect(Number.isFinite(marginOf(0))).toBe(true);
});

test('spans end at all horizons, and between those that lie far apart', () => {
  expect(spanEnds([1, 3, 7], 1)).toEqual([1, 2, 3, 7]);
  expect(spanEnds([7, 14, 28, 56], 1)).toEqual([7, 14, 28, 56]);
  expect(spanEnds([30], 1)).toEqual([30]);
  expect(spanEnds([1, 3], 5)).toEqual([1, 3]);
});

test('hazards of spans add up to those of the steps', () => {
  const steps = [0.1, 0.2, 0.4, 0.8];
  expect(spanHazards(steps, 2, [2, 5, 8])).toEqual([0.1, 0.2 + 0.2, 0.2 + 0.8].map((v) => expect.closeTo(v, 12)));
});

test('the probability of a failure rises with the horizon', () => {
  const hazards = fc.array(fc.double({ min: 0, max: 3, noNaN: true }), { minLength: 12, maxLength: 12 });
  fc.assert(
    fc.property(hazards, fc.uniqueArray(fc.integer({ min: 1, max: 12 }), { minLength: 2 }), (steps, days) => {
      const ends = days.sort((a, b) => a - b);
      let sum = 0;
      const margins = spanHazards(steps, 1, ends).map((hazard) => {
        sum += hazard;
        return marginOf(sum);
      });
      margins.forEach((margin, i) => {
        if (i > 0) expect(margin).toBeGreaterThanOrEqual(margins[i - 1] as number);
      });
    }),
  );
});
