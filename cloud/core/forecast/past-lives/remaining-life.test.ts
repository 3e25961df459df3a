import { describe, expect, it } from 'vitest';
import {
  cellMiddles,
  failureWithin,
  lifeEdges,
  logDensityAt,
  normalised,
  pointOf,
  quantileOf,
  quantilesOf,
} from './remaining-life.ts';

const edges = lifeEdges(1, 1000);
/** Remaining life with a constant hazard: mean 50. */
const exponential = normalised(
  edges,
  Float64Array.from(
    { length: edges.length - 1 },
    (_, c) => Math.exp(-(edges[c] as number) / 50) - Math.exp(-(edges[c + 1] as number) / 50),
  ),
);

describe('remaining life on a grid', () => {
  it('gives back the quantiles, probabilities and mean of the law it was made from', () => {
    for (const level of [0.05, 0.5, 0.95]) {
      const exact = -50 * Math.log(1 - level);
      expect(quantileOf(exponential, level)).toBeCloseTo(exact, 0);
      expect(failureWithin(exponential, exact)).toBeCloseTo(level, 2);
    }
    expect(pointOf(exponential, Number.POSITIVE_INFINITY, null)).toBeCloseTo(50, 0);
  });

  it('orders quantiles and holds them to the cap', () => {
    const quantiles = quantilesOf(exponential, [0.05, 0.1, 0.5, 0.9, 0.95], 60);
    expect(quantiles).toEqual([...quantiles].sort((a, b) => a - b));
    expect(quantiles.at(-1)).toBe(60);
  });

  it('takes as point the value whose squared error beside the remaining life is least', () => {
    const point = pointOf(exponential, Number.POSITIVE_INFINITY, 5);
    const middles = cellMiddles(edges);
    const loss = (f: number) =>
      exponential.probability.reduce(
        (sum, p, c) => sum + (p * (f - (middles[c] as number)) ** 2) / ((middles[c] as number) + 5),
        0,
      );
    expect(loss(point)).toBeLessThan(loss(point * 1.05));
    expect(loss(point)).toBeLessThan(loss(point / 1.05));
  });

  it('knows longer than can be told when nothing has any weight', () => {
    const none = normalised(edges, new Float64Array(edges.length - 1));
    expect(quantileOf(none, 0.05)).toBeGreaterThan(900);
  });

  it('gives the density of the logarithm', () => {
    // Of ln X for exponential X of mean 50 at 50: 1/e.
    expect(logDensityAt(exponential, 50)).toBeCloseTo(-1, 1);
  });
});
