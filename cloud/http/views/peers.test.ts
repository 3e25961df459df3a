import { hourMs } from '@kuluma/shared/model/units.ts';
import { expect, it } from 'vitest';
import type { Means } from '../../ports.ts';
import { bandOf } from './peers.ts';

const means = (...values: [hour: number, mean: number][]): Means => ({
  startMs: Float64Array.from(values, ([hour]) => hour * hourMs),
  mean: Float64Array.from(values, ([, mean]) => mean),
});
const grid = { fromMs: 2 * hourMs, bucketMs: hourMs };

it('says in which band most peers read, hour by hour', () => {
  const series = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11].map((value) => means([2, value], [3, 2 * value]));
  expect(bandOf(series, grid)).toEqual({ index: [0, 1], p10: [2, 4], p50: [6, 12], p90: [10, 20] });
});

it('says nothing of hours in which fewer than three peers measured', () => {
  const series = [means([2, 1], [5, 1]), means([5, 2]), means([5, 3], [2, 2])];
  expect(bandOf(series, grid)).toEqual({ index: [3], p10: [1.2], p50: [2], p90: [2.8] });
});
