import { describe, expect, it } from 'vitest';
import { effortFor, fullEffort, hurry } from './effort.ts';
import { lifeOptions } from './fit-options.ts';

describe('effortFor', () => {
  it('does all the work where there is time for it', () => {
    expect(effortFor(10, 10)).toEqual(fullEffort);
    expect(hurry(lifeOptions, fullEffort)).toEqual(lifeOptions);
  });

  it('takes away rows and rounds until the work fits the time', () => {
    for (const leftMs of [500, 90, 30, 11]) {
      const { rows, rounds } = effortFor(leftMs, 1000);
      expect(rows * rounds * 1000).toBeLessThanOrEqual(leftMs * 1.0001);
      expect(rows * rounds * 1000).toBeGreaterThan(leftMs / 1.5);
    }
  });

  it('holds on to a little work when there is no time at all', () => {
    expect(effortFor(-5, 1000).rows).toBeGreaterThan(0.05);
  });
});

describe('hurry', () => {
  it('walks as far in fewer rounds', () => {
    const hurried = hurry(lifeOptions, { rows: 1, rounds: 0.5, families: true });
    expect(hurried.rounds * hurried.learningRate).toBeCloseTo(lifeOptions.rounds * lifeOptions.learningRate);
  });
});
