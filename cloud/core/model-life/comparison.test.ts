import { seededRandom } from '@kuluma/shared/clock.ts';
import { describe, expect, it } from 'vitest';
import { compareForecasters, type ScoredPair } from './comparison.ts';

const pairs = (
  count: number,
  machines: number,
  candidate: (random: () => number) => number,
  seed = 1,
): ScoredPair[] => {
  const random = seededRandom(seed);
  return Array.from({ length: count }, (_, i) => ({
    machine: `m${i % machines}`,
    present: 1 + random(),
    candidate: candidate(random),
  }));
};

describe('a candidate beside the present model', () => {
  it('is better once enough lives of several machines say so', () => {
    expect(compareForecasters(pairs(3, 3, () => 0.5)).verdict).toBe('open');
    expect(compareForecasters(pairs(20, 10, () => 0.5)).verdict).toBe('better');
  });

  it('is worse when it loses as clearly', () => {
    expect(compareForecasters(pairs(20, 10, () => 4)).verdict).toBe('worse');
  });

  it('proves nothing on one machine, however many lives it had', () => {
    expect(compareForecasters(pairs(50, 1, () => 0.2)).verdict).toBe('open');
  });

  it('is hardly ever called better when it is only as good', () => {
    const better = Array.from({ length: 200 }, (_, seed) =>
      compareForecasters(pairs(100, 20, (random) => 1 + random(), seed)),
    ).filter(({ verdict }) => verdict === 'better');
    expect(better.length).toBeLessThanOrEqual(10);
  });

  it('stays open without any life', () => {
    expect(compareForecasters([])).toEqual({
      lives: 0,
      machines: 0,
      gain: null,
      evidenceBetter: 1,
      evidenceWorse: 1,
      verdict: 'open',
    });
  });
});
