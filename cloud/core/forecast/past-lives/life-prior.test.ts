import { seededRandom } from '@kuluma/shared/clock.ts';
import { describe, expect, it } from 'vitest';
import { learnLifePrior, logSurvivalAt, remainingAfter } from './life-prior.ts';
import { lifeEdges, normalised, quantileOf } from './remaining-life.ts';

const failed = (lengths: readonly number[]) => lengths.map((length) => ({ length, failed: true }));
const edges = lifeEdges(1, 100_000);
const quantileAt = (lengths: readonly number[], age: number, level: number) =>
  quantileOf(normalised(edges, remainingAfter(learnLifePrior(failed(lengths)), age, edges)), level);

describe('learnLifePrior', () => {
  it('covers nine of ten lives not seen yet by what five lives tell', () => {
    const random = seededRandom(5);
    const gauss = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    const draw = () => 1000 * Math.exp(0.5 * gauss());
    let covered = 0;
    for (let fleet = 0; fleet < 60; fleet++) {
      const prior = learnLifePrior(failed([draw(), draw(), draw(), draw(), draw()]));
      const life = Math.log1p(-Math.exp(logSurvivalAt(prior, draw())));
      if (life > Math.log(0.05) && life < Math.log(0.95)) covered++;
    }
    expect(covered).toBeGreaterThan(48);
    expect(covered).toBeLessThan(60);
  });

  it('expects more of a component that outlived all others than a law of certain parameters would', () => {
    const lengths = [100, 110, 90, 120, 105];
    expect(quantileAt(lengths, 50, 0.5)).toBeGreaterThan(40);
    expect(quantileAt(lengths, 50, 0.5)).toBeLessThan(60);
    expect(quantileAt(lengths, 400, 0.95)).toBeGreaterThan(quantileAt(lengths, 200, 0.95));
  });

  it('lengthens lives by those that were cut short', () => {
    const lives = failed([100, 120, 140]);
    const more = learnLifePrior([...lives, { length: 200, failed: false }, { length: 220, failed: false }]);
    expect(logSurvivalAt(more, 200)).toBeGreaterThan(logSurvivalAt(learnLifePrior(lives), 200));
  });

  it('tells the same in hours as in seconds', () => {
    const inHours = learnLifePrior(failed([1, 2, 5]));
    const inSeconds = learnLifePrior(failed([3600, 7200, 18_000]));
    for (const hours of [0.01, 1, 3, 20])
      expect(logSurvivalAt(inHours, hours)).toBeCloseTo(logSurvivalAt(inSeconds, hours * 3600), 9);
  });

  it('never rises with age', () => {
    const { logSurvival } = learnLifePrior(failed([3, 4, 40]));
    expect(logSurvival.every((value, i) => i === 0 || value <= (logSurvival[i - 1] as number) + 1e-12)).toBe(true);
  });
});
