import { seededRandom } from '@kuluma/shared/clock.ts';
import { describe, expect, it } from 'vitest';
import { decisiveEvidence, evidenceAbove } from './e-process.ts';

const draws = (rate: number, count: number, seed: number): number[] => {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => (random() < rate ? 1 : 0));
};
const decided = (rate: number, count: number, most: number): number =>
  Array.from({ length: 200 }, (_, seed) => evidenceAbove(draws(rate, count, seed), most)).filter(
    (evidence) => evidence >= decisiveEvidence,
  ).length / 200;

describe('evidence by betting', () => {
  it('is none before anything is known', () => {
    expect(evidenceAbove([], 0.1)).toBe(1);
  });

  it('is decisive against a true claim in one of twenty cases at most, however long one looks', () => {
    expect(decided(0.1, 500, 0.1)).toBeLessThanOrEqual(0.05);
    expect(decided(0.5, 500, 0.5)).toBeLessThanOrEqual(0.05);
  });

  it('grows until it is decisive against a false one', () => {
    expect(decided(0.3, 60, 0.1)).toBeGreaterThan(0.9);
    expect(decided(0.75, 60, 0.5)).toBeGreaterThan(0.8);
  });

  it('does not forget what it saw once', () => {
    const bad = new Array<number>(8).fill(1);
    expect(evidenceAbove([...bad, ...new Array<number>(200).fill(0)], 0.1)).toBe(evidenceAbove(bad, 0.1));
  });
});
