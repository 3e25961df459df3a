import fc from 'fast-check';
import { expect, test } from 'vitest';
import { binColumn, binOf, learnBins } from './binning.ts';

test('a value that repeats is parted from its neighbours', () => {
  const flag = Float32Array.from({ length: 1000 }, (_, i) => Number(i % 7 === 0));
  expect(learnBins(flag).edges).toEqual([0.5]);
  const counts = Float32Array.from({ length: 1000 }, (_, i) => (i < 700 ? 0 : i < 990 ? 1 : i < 999 ? 2 : 5));
  expect(learnBins(counts).edges).toEqual([0.5, 1.5, 3.5]);
});

test('a value that many rows share has a bin of its own among many others', () => {
  const values = Float32Array.from({ length: 2000 }, (_, i) => (i < 1000 ? 500.5 : i));
  const { edges } = learnBins(values);
  const shared = binOf(edges, 500.5);
  expect(new Set(binColumn(edges, values)).size).toBeGreaterThan(100);
  expect(binOf(edges, 1000)).toBe(shared + 1);
});

test('bins rise with the values, are at most 255, and 0 means missing', () => {
  fc.assert(
    fc.property(fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { maxLength: 600 }), (list) => {
      const values = Float32Array.from(list);
      const { edges } = learnBins(values);
      expect(edges.length).toBeLessThanOrEqual(254);
      const sorted = values.toSorted();
      const bins = binColumn(edges, sorted);
      bins.forEach((bin, i) => {
        expect(bin).toBeGreaterThan(0);
        if (i > 0) expect(bin).toBeGreaterThanOrEqual(bins[i - 1] as number);
      });
      if (edges.length > 0) expect(bins.at(-1)).toBe(edges.length + 1);
      expect(binOf(edges, Number.NaN)).toBe(0);
    }),
    { numRuns: 50 },
  );
});

test('at most 255 values each have their bin', () => {
  const values = Float32Array.from({ length: 10_000 }, (_, i) => (i % 255) ** 2);
  const { edges } = learnBins(values);
  expect(new Set(binColumn(edges, values)).size).toBe(255);
});
