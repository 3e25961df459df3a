import fc from 'fast-check';
import { expect, it } from 'vitest';
import { seededRandom } from '../clock.ts';
import { statisticsOf } from './statistics.ts';

const sine = Float64Array.from({ length: 1000 }, (_, i) => 3 * Math.sin((2 * Math.PI * 8 * i) / 1000));

it('gives the known figures of a sine, whatever it rides on', () => {
  const { mean, rms, peak, crest, kurtosis, skewness } = statisticsOf(sine.map((x) => x + 100));
  expect(mean).toBeCloseTo(100, 9);
  expect(rms).toBeCloseTo(3 / Math.SQRT2, 9);
  expect(peak).toBeCloseTo(3, 3);
  expect(crest).toBeCloseTo(Math.SQRT2, 3);
  expect(kurtosis).toBeCloseTo(1.5, 9);
  expect(skewness).toBeCloseTo(0, 9);
});

it('gives the figures of a small set by hand', () => {
  // Mean 2; deviations -2, -1, 0, 3: squares 4, 1, 0, 9; cubes -8, -1, 0, 27; fourth powers 16, 1, 0, 81.
  const { rms, peak, kurtosis, skewness } = statisticsOf([0, 1, 2, 5]);
  expect(rms ** 2).toBeCloseTo(14 / 4, 12);
  expect(peak).toBe(3);
  expect(kurtosis).toBeCloseTo(98 / 4 / (14 / 4) ** 2, 12);
  expect(skewness).toBeCloseTo(18 / 4 / (14 / 4) ** 1.5, 12);
});

it('grows with the signal where it has a unit and not where it has none', () => {
  fc.assert(
    fc.property(
      fc.integer(),
      fc.double({ min: 1e-3, max: 1e3, noNaN: true }),
      fc.double({ min: -5, max: 5, noNaN: true }),
      (seed, factor, offset) => {
        const random = seededRandom(seed);
        const values = Float64Array.from({ length: 256 }, () => random() ** 3);
        const before = statisticsOf(values);
        const after = statisticsOf(values.map((x) => factor * (x + offset)));
        expect(after.rms / factor).toBeCloseTo(before.rms, 9);
        expect(after.peak / factor).toBeCloseTo(before.peak, 9);
        for (const name of ['crest', 'kurtosis', 'skewness'] as const) expect(after[name]).toBeCloseTo(before[name], 6);
      },
    ),
  );
});

it('has no shape where nothing moves, and says so of what is no number', () => {
  expect(statisticsOf([2, 2, 2])).toEqual({
    mean: 2,
    rms: 0,
    peak: 0,
    crest: Number.NaN,
    kurtosis: Number.NaN,
    skewness: Number.NaN,
  });
  expect(statisticsOf([1, Number.NaN, 2]).peak).toBeNaN();
});
