import { seededRandom } from '@kuluma/shared/clock.ts';
import { describe, expect, it } from 'vitest';
import { learnSimilarity } from './learn-similarity.ts';
import type { PastLife } from './past-lives.ts';
import { quantileOf } from './remaining-life.ts';
import { type PastRows, remainingBySimilarity } from './similarity.ts';

/** Lives of very different lengths in which one input follows the share of life, or nothing does, and one is noise. */
const pastOf = (lengths: readonly number[], told: boolean, timeUnit = 1) => {
  const random = seededRandom(3);
  const rows = lengths.reduce((sum, length) => sum + length, 0);
  const worn = new Float32Array(rows);
  const noise = new Float32Array(rows);
  const past = {
    age: new Float32Array(rows),
    left: new Float64Array(rows),
    inputs: [worn, noise],
  } satisfies PastRows;
  let at = 0;
  const lives = lengths.map((length, fold): PastLife => {
    const firstRow = at;
    for (let i = 0; i < length; i++, at++) {
      past.age[at] = timeUnit * i;
      past.left[at] = timeUnit * (length - i);
      worn[at] = (told ? i / length : 0) * 4 + 0.2 * (random() - 0.5);
      noise[at] = random() - 0.5;
    }
    return { firstRow, endRow: at, fold, length: timeUnit * length, failed: true };
  });
  return { past, lives, learnt: learnSimilarity(lives, past, timeUnit) };
};
const lengths = [60, 90, 150, 240, 400];
const inputs = (worn: number) => (f: number) => (f === 0 ? worn : 0);

describe('similarity', () => {
  it('finds how far past lives had come that looked the same, whatever their lengths', () => {
    const { learnt } = pastOf(lengths, true);
    const median = (age: number, worn: number) => quantileOf(remainingBySimilarity(learnt, age, inputs(worn)), 0.5);
    expect(learnt.trust).toBeGreaterThan(0.5);
    // At three quarters of their lives: a third of the age is left.
    expect(median(90, 3) / 30).toBeGreaterThan(0.6);
    expect(median(90, 3) / 30).toBeLessThan(1.7);
    expect(median(90, 1)).toBeGreaterThan(3 * median(90, 3));
  });

  it('stays with what the age tells when past lives show nothing', () => {
    const { learnt } = pastOf(lengths, false);
    const median = (worn: number) => quantileOf(remainingBySimilarity(learnt, 100, inputs(worn)), 0.5);
    expect(median(0.1) / median(-0.1)).toBeGreaterThan(0.8);
    expect(median(0.1) / median(-0.1)).toBeLessThan(1.25);
  });

  it('widens when a component looks like no past one', () => {
    const { learnt } = pastOf(lengths, true);
    const width = (worn: number) => {
      const life = remainingBySimilarity(learnt, 90, inputs(worn));
      return Math.log(quantileOf(life, 0.95) / quantileOf(life, 0.05));
    };
    expect(width(40)).toBeGreaterThan(1.25 * width(3));
  });

  it('tells the same in hours as in seconds', () => {
    const hours = pastOf(lengths, true).learnt;
    const seconds = pastOf(lengths, true, 3600).learnt;
    for (const level of [0.05, 0.5, 0.95])
      expect(3600 * quantileOf(remainingBySimilarity(hours, 90, inputs(2)), level)).toBeCloseTo(
        quantileOf(remainingBySimilarity(seconds, 90 * 3600, inputs(2)), level),
        -1,
      );
  });

  it('goes by the age alone after a single failure', () => {
    const { learnt } = pastOf([100], true);
    expect(learnt.trust).toBe(0);
    expect(quantileOf(remainingBySimilarity(learnt, 50, inputs(2)), 0.05)).toBeLessThan(30);
  });
});
