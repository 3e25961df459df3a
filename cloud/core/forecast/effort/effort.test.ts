import { describe, expect, it } from 'vitest';
import { lifeOptions } from '../trees/fit-options.ts';
import { effortOf, fullEffort, hurry } from './effort.ts';

describe('effortOf', () => {
  it('does all the work where there is time for it', () => {
    expect(effortOf(1)).toEqual(fullEffort);
    expect(hurry(lifeOptions, fullEffort)).toEqual(lifeOptions);
  });

  it('takes away rows and rounds until the share is left', () => {
    for (const share of [0.5, 0.1, 0.01]) {
      const { rows, rounds } = effortOf(share);
      expect(rows * rounds).toBeCloseTo(share);
    }
  });
});

describe('hurry', () => {
  it('walks as far in fewer rounds', () => {
    const hurried = hurry(lifeOptions, { rows: 1, rounds: 0.5, families: true });
    expect(hurried.rounds * hurried.learningRate).toBeCloseTo(lifeOptions.rounds * lifeOptions.learningRate);
  });
});
