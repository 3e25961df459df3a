import { expect, it } from 'vitest';
import { Lateness, latenessOf } from './lateness.ts';

it('gives the median and the 99th percentile over all buses', () => {
  const [a, b] = [new Lateness(), new Lateness()];
  for (let ms = 1; ms <= 50; ms++) a.add(ms);
  for (let ms = 51; ms <= 100; ms++) b.add(ms);
  expect(latenessOf([a, b])).toEqual({ p50Ms: 50, p99Ms: 99 });
  expect(latenessOf([new Lateness()])).toEqual({ p50Ms: 0, p99Ms: 0 });
});

it('forgets what is long ago', () => {
  const lateness = new Lateness();
  for (let i = 0; i < 1000; i++) lateness.add(500);
  for (let i = 0; i < 1000; i++) lateness.add(1);
  expect(latenessOf([lateness])).toEqual({ p50Ms: 1, p99Ms: 1 });
});
