import { seededRandom } from '@kuluma/shared/clock.ts';
import { describe, expect, it } from 'vitest';
import {
  calibrateLife,
  learnLifeQuantiles,
  learnProbabilityScale,
  lifeQuantilesAt,
  probabilityOf,
} from './calibration.ts';

const random = seededRandom(11);
const count = 4000;
const truth = Float64Array.from({ length: count }, () => 100 * random());
const forecast = truth.map((life) => life + (0.1 + life / 100) * 20 * (random() - 0.5));
const machine = Int32Array.from({ length: count }, (_, i) => i % 80);

describe('learnLifeQuantiles', () => {
  it('covers nine of ten, near the end as well as far from it, and is narrower near the end', () => {
    const quantiles = learnLifeQuantiles({ forecast, truth, machine, cap: Number.POSITIVE_INFINITY });
    const coverage = (from: number, to: number) => {
      let inside = 0;
      let all = 0;
      forecast.forEach((value, i) => {
        if (value < from || value >= to) return;
        const [p05 = 0, , , , p95 = 0] = lifeQuantilesAt(quantiles, value);
        all++;
        inside += Number(p05 <= (truth[i] ?? 0) && (truth[i] ?? 0) <= p95);
      });
      return inside / all;
    };
    expect(coverage(10, 40)).toBeCloseTo(0.92, 1);
    expect(coverage(60, 90)).toBeCloseTo(0.92, 1);
    const width = (at: number) => (lifeQuantilesAt(quantiles, at)[4] ?? 0) - (lifeQuantilesAt(quantiles, at)[0] ?? 0);
    expect(width(15)).toBeLessThan(width(80) / 2);
  });

  it('reaches the cap exactly where lives may be longer than it', () => {
    const capped = truth.map((life) => Math.min(50, life));
    const quantiles = learnLifeQuantiles({
      forecast: forecast.map((v) => Math.min(50, v)),
      truth: capped,
      machine,
      cap: 50,
    });
    expect(lifeQuantilesAt(quantiles, 50)[4]).toBe(50);
    expect(lifeQuantilesAt(quantiles, 10)[4]).toBeLessThan(20);
  });
});

describe('calibrateLife', () => {
  const cap = Number.POSITIVE_INFINITY;

  it('is no wider than unseen machines need', () => {
    const errors = { forecast, truth, machine: machine.map((m) => m % 20), cap };
    const { quantiles, coverage90 } = calibrateLife(
      errors,
      machine.map((m) => m % 5),
    );
    const width = (of: typeof quantiles) => (lifeQuantilesAt(of, 50)[4] ?? 0) - (lifeQuantilesAt(of, 50)[0] ?? 0);
    expect(width(quantiles)).toBeLessThan(width(learnLifeQuantiles(errors)));
    expect(coverage90).toBeGreaterThan(0.9);
    expect(coverage90).toBeLessThan(0.95);
  });

  it('reports how machines are covered that it did not learn from, and stays cautious when they are few', () => {
    const few = machine.map((m) => m % 8);
    const biases = Array.from({ length: 8 }, () => 40 * (random() - 0.5));
    const errors = { forecast: truth.map((life, i) => life + (biases[few[i] ?? 0] ?? 0)), truth, machine: few, cap };
    const { quantiles, coverage90 } = calibrateLife(
      errors,
      few.map((m) => m % 4),
    );
    expect(coverage90).toBeLessThan(0.9);
    expect(quantiles).toEqual(learnLifeQuantiles(errors));
  });
});

describe('learnProbabilityScale', () => {
  it('turns overconfident margins into honest probabilities', () => {
    const margin = Float64Array.from({ length: count }, () => 8 * (random() - 0.5));
    const failed = margin.map((x) => Number(random() < 1 / (1 + Math.exp(-x / 2 + 1))));
    const scale = learnProbabilityScale(margin, failed);
    expect(scale.slope).toBeCloseTo(0.5, 1);
    expect(probabilityOf(scale, 2)).toBeCloseTo(0.5, 1);
  });
});
