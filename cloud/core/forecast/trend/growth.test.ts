import { expect, it } from 'vitest';
import { growthOver } from './growth.ts';

it('stays a number over any time, and is exact before', () => {
  for (const time of [1e3, 1e6])
    for (const value of Object.values(growthOver(1, time))) expect(value).toSatisfy(Number.isFinite);
  expect(growthOver(0.5, 20).drift).toBeCloseTo(Math.exp(10), 6);
});
