import { seededRandom } from '@kuluma/shared/clock.ts';
import { describe, expect, it } from 'vitest';
import { learnTrend } from './learn-trend.ts';
import { filterTrend, type TrendState } from './trend-filter.ts';

const random = seededRandom(2);
const gauss = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** Paths that rise by `speed` an hour, stray, and are seen through noise. */
const paths = (speeds: readonly number[], stray: number, noise: number) =>
  speeds.map((speed) => {
    let level = 0;
    const t = Array.from({ length: 200 }, (_, i) => i);
    return {
      t,
      values: t.map(() => {
        level += speed + stray * gauss();
        return level + noise * gauss();
      }),
    };
  });

describe('learnTrend', () => {
  it('tells noise from straying', () => {
    const noisy = learnTrend(paths([0.1, 0.1, 0.1, 0.1], 0.01, 1));
    const straying = learnTrend(paths([0.1, 0.1, 0.1, 0.1], 1, 0.01));
    expect(noisy?.noise).toBeGreaterThan(0.6);
    expect(noisy?.noise).toBeLessThan(1.5);
    expect(noisy?.diffusion).toBeLessThan(0.05);
    expect(straying?.diffusion).toBeGreaterThan(0.4);
    expect(straying?.diffusion).toBeLessThan(2);
  });

  it('learns how fast machines wear and how much they differ', () => {
    const trend = learnTrend(paths([0.05, 0.1, 0.15, 0.2], 0.01, 0.5));
    expect(trend?.drift).toBeCloseTo(0.125, 1);
    expect(Math.sqrt(trend?.driftVariance ?? 0)).toBeGreaterThan(0.04);
    expect(Math.sqrt(trend?.driftVariance ?? 0)).toBeLessThan(0.15);
  });

  it('learns nothing from a point that stands still or was hardly measured', () => {
    expect(learnTrend([{ t: [0, 1, 2, 3], values: [5, 5, 5, 5] }])).toBeUndefined();
    expect(learnTrend([{ t: [0, 1], values: [5, 6] }])).toBeUndefined();
    expect(learnTrend([])).toBeUndefined();
  });

  it('goes on over rows without a measurement, less sure with each', () => {
    const [path] = paths([0.1], 0.1, 0.5);
    const trend = learnTrend(paths([0.08, 0.1, 0.12], 0.1, 0.5));
    if (!path || !trend) throw new Error('nothing was learnt');
    const values = path.values.map((value, row) => (row >= 100 && row < 120 ? Number.NaN : value));
    const states: (TrendState | undefined)[] = [];
    filterTrend(trend, { t: path.t, values }, (_, state) => states.push(state));
    const variance = (row: number) => states[row]?.levelVariance ?? Number.NaN;
    expect(variance(119)).toBeGreaterThan(2 * variance(99));
    expect(states[119]?.level).toBeGreaterThan(states[99]?.level ?? 0);
  });
});
