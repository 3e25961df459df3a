import { expect, it } from 'vitest';
import { noiseAt } from './noise.ts';

const mean = (values: readonly number[]) => values.reduce((sum, v) => sum + v, 0) / values.length;

it('is standard normal and forgets at once, over times, channels and seeds', () => {
  const epochMs = 1_795_305_600_000;
  const series = [
    Array.from({ length: 4000 }, (_, i) => noiseAt(1, 0, epochMs + i)),
    Array.from({ length: 4000 }, (_, i) => noiseAt(1, 0, epochMs + i * 300_000)),
    Array.from({ length: 4000 }, (_, i) => noiseAt(1, i, epochMs)),
    Array.from({ length: 4000 }, (_, i) => noiseAt(i, 3, epochMs)),
  ];
  for (const values of series) {
    expect(Math.abs(mean(values))).toBeLessThan(0.06);
    expect(Math.abs(mean(values.map((v) => v * v)) - 1)).toBeLessThan(0.1);
    expect(Math.abs(mean(values.slice(1).map((v, i) => v * (values[i] ?? 0))))).toBeLessThan(0.06);
    expect(Math.max(...values)).toBeLessThan(6);
  }
});

it('is the same at the same place and time', () => {
  expect(noiseAt(7, 2, 123_456)).toBe(noiseAt(7, 2, 123_456));
});
