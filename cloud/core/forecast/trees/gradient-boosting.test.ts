import { seededRandom } from '@kuluma/shared/clock.ts';
import { describe, expect, it } from 'vitest';
import { binColumn, binOf, learnBins } from './binning.ts';
import { type BoostOptions, boost } from './gradient-boosting.ts';
import { sigmoid } from './trees.ts';

const options: BoostOptions = {
  loss: 'squared',
  rounds: 80,
  learningRate: 0.1,
  maxLeaves: 8,
  minLeafWeight: 5,
  l2: 1,
  rowShare: 0.7,
  columnShare: 1,
};
const count = 2000;
const random = seededRandom(4);
const x = Array.from({ length: 3 }, () => Float32Array.from({ length: count }, random));
const value = (column: number, row: number) => x[column]?.[row] ?? 0;
const columns = x.map((values) => binColumn(learnBins(values).edges, values));
const fit = (target: Float64Array, rows: Int32Array, more: Partial<BoostOptions> = {}, seed = 1) => {
  let scores: Float64Array = new Float64Array();
  const boosted = boost(
    {
      columns,
      allowed: [0, 1, 2],
      target,
      weight: new Float64Array(count).fill(1),
      rows,
      random: seededRandom(seed),
      afterRound: (_, now) => {
        scores = now;
        return true;
      },
    },
    { ...options, ...more },
  );
  return { boosted, scores };
};
const first = Int32Array.from({ length: count / 2 }, (_, i) => i);

describe('boost', () => {
  it('learns an interaction and forecasts rows that it never saw', () => {
    const target = Float64Array.from({ length: count }, (_, i) => (value(0, i) > 0.5 ? 4 : 0) * value(1, i));
    const { scores } = fit(target, first);
    let square = 0;
    for (let i = count / 2; i < count; i++) square += ((scores[i] ?? 0) - (target[i] ?? 0)) ** 2;
    expect(Math.sqrt(square / (count / 2))).toBeLessThan(0.2);
  });

  it('goes on from an offset, and first of all brings it to the rate of the rows', () => {
    const coin = seededRandom(9);
    const offset = Float64Array.from({ length: count }, (_, i) => (value(2, i) > 0.5 ? 1.4 : -2.2));
    const target = offset.map((margin) => Number(coin() < sigmoid(margin)));
    const begin = (wrongBy: number) =>
      boost(
        {
          columns,
          allowed: [0, 1, 2],
          target,
          weight: new Float64Array(count).fill(1),
          rows: first,
          offset: offset.map((margin) => margin + wrongBy),
          random: seededRandom(1),
          afterRound: () => false,
        },
        { ...options, loss: 'logistic' },
      ).base;
    expect(begin(0)).toBeCloseTo(0, 0);
    expect(begin(5)).toBeCloseTo(begin(0) - 5, 3);
  });

  it('learns probabilities under the logistic loss', () => {
    const coin = seededRandom(9);
    const target = Float64Array.from({ length: count }, (_, i) => Number(coin() < (value(2, i) > 0.5 ? 0.8 : 0.1)));
    const { scores } = fit(target, first, { loss: 'logistic', rounds: 40 });
    const held = Array.from({ length: count / 2 }, (_, i) => i + count / 2);
    const mean = (rows: number[]) => rows.reduce((sum, i) => sum + sigmoid(scores[i] ?? 0), 0) / rows.length;
    expect(mean(held.filter((i) => value(2, i) > 0.5))).toBeCloseTo(0.8, 1);
    expect(mean(held.filter((i) => value(2, i) <= 0.5))).toBeCloseTo(0.1, 1);
  });

  it('gives the same trees for the same seed and others for another', () => {
    const target = Float64Array.from({ length: count }, (_, i) => value(0, i) + value(1, i));
    const once = JSON.stringify(fit(target, first).boosted);
    expect(JSON.stringify(fit(target, first).boosted)).toBe(once);
    expect(JSON.stringify(fit(target, first, {}, 2).boosted)).not.toBe(once);
  });

  it('grows no tree beyond its leaves, nor splits columns that are not allowed', () => {
    const target = Float64Array.from({ length: count }, (_, i) => value(0, i));
    for (const { feature } of fit(target, first).boosted.trees)
      expect(feature.filter((split) => split < 0).length).toBeLessThanOrEqual(options.maxLeaves);
  });
});

describe('bins', () => {
  it('puts missing values in bin 0 and keeps the order of the rest', () => {
    const { edges } = learnBins(Float32Array.from({ length: 500 }, (_, i) => i));
    const bins = [Number.NaN, -10, 0, 100, 499, 9999].map((v) => binOf(edges, v));
    expect(bins[0]).toBe(0);
    expect(bins.slice(1)).toEqual([...bins.slice(1)].sort((a, b) => a - b));
    expect(Math.max(...bins)).toBeLessThanOrEqual(255);
  });

  it('has one edge between two distinct values', () => {
    expect(learnBins(Float32Array.from([1, 1, 1, 2, 2, 2]))).toEqual({ edges: [1.5], typical: 2 });
  });
});
