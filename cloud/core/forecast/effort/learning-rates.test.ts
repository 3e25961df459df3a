import { describe, expect, it } from 'vitest';
import { lifeOptions } from '../trees/fit-options.ts';
import { checkpointRounds } from './effort.ts';
import { givenRates, type LearningRates, timedRates } from './learning-rates.ts';

const options = { ...lifeOptions, rounds: 20 * checkpointRounds };

/** All rates of a fit in which each checkpoint takes as long as the clock says. */
const walk = (take: (checkpoint: number) => number, plannedMs: number): readonly number[] => {
  let ms = 0;
  const rates: LearningRates = timedRates(options, () => ms, plannedMs);
  do ms += take(rates.used.length);
  while (rates.next() !== null);
  return rates.used;
};

describe('timedRates', () => {
  it('leaves the rate as it is while the fit is on time, whatever the clock says', () => {
    const even = new Array(20).fill(options.learningRate);
    expect(walk(() => 1, 1000)).toEqual(even);
    expect(walk(() => 49, 1000)).toEqual(even);
    expect(walk((checkpoint) => (checkpoint % 3 === 0 ? 80 : 2), 1000)).toEqual(even);
  });

  it('walks as far in the rounds that there is time for', () => {
    const late = walk(() => 100, 1000);
    expect(late.length).toBeLessThan(12);
    expect(late.reduce((sum, rate) => sum + rate, 0)).toBeCloseTo(20 * options.learningRate, 6);
    expect(Math.max(...late)).toBeLessThan(0.3);
  });

  it('ends soon, and never leaps, when hardly any time is left', () => {
    const hopeless = walk(() => 900, 1000);
    expect(hopeless.length).toBeLessThan(4);
    expect(Math.max(...hopeless)).toBeLessThanOrEqual(0.3);
  });

  it('walks most of the way even where no time was left to begin with', () => {
    const left = walk(() => 900, 0).reduce((far, rate) => far * (1 - rate) ** checkpointRounds, 1);
    expect(left).toBeLessThan(0.05);
  });
});

describe('givenRates', () => {
  it('repeats what another fold did, and ends with it', () => {
    const rates = givenRates([0.1, 0.2, 0.3]);
    expect([rates.used[0], rates.next(), rates.next(), rates.next()]).toEqual([0.1, 0.2, 0.3, null]);
  });
});
