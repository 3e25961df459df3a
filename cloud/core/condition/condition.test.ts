import { seededRandom } from '@kuluma/shared/clock.ts';
import { describe, expect, it } from 'vitest';
import { healthGradeOf } from './health-grade.ts';
import { eigenSymmetric, ridge } from './linear.ts';
import { detectStates } from './state-detection.ts';

const horizons = [7, 14, 28, 56];
const risks = (...values: number[]) => values.map((value, i) => ({ horizonDays: horizons[i] ?? 0, value }));
const policy = { horizonDays: 28, failureProbability: 0.5 };

describe('healthGradeOf', () => {
  it('rises with the nearness of the risk', () => {
    expect(healthGradeOf(risks(0.01, 0.02, 0.05, 0.1), 1, policy)).toBe('good');
    expect(healthGradeOf(risks(0.01, 0.05, 0.4, 0.6), 1, policy)).toBe('watch');
    expect(healthGradeOf(risks(0.2, 0.3, 0.5, 0.9), 1, policy)).toBe('act');
    expect(healthGradeOf(risks(0.7, 0.8, 0.9, 0.9), 1, policy)).toBe('critical');
  });

  it('is unknown without a forecast or on poor data, never good', () => {
    expect(healthGradeOf([], 1, policy)).toBe('unknown');
    expect(healthGradeOf(risks(0.01), 0.2, policy)).toBe('unknown');
  });
});

describe('detectStates', () => {
  const random = seededRandom(6);
  const rows = 300;
  const common = Float64Array.from({ length: rows }, () => random());
  const noisy = (scale: number) => common.map((x) => scale * x + 0.05 * random());
  const healthy = [noisy(1), noisy(2), noisy(-1)];
  const broken = healthy.map((column, c) => column.map((x, i) => (c === 0 && i >= 200 ? x + 1 : x)));

  it('stays silent on a healthy run and alarms soon after a sensor leaves the common pattern', () => {
    expect(detectStates(healthy, 100).filter(({ alarm }) => alarm)).toHaveLength(0);
    const alarms = detectStates(broken, 100);
    expect(alarms.slice(0, 200).some(({ alarm }) => alarm)).toBe(false);
    expect(alarms.slice(210).every(({ alarm }) => alarm)).toBe(true);
  });

  it('scores a row without its future: a run cut short gives the same scores', () => {
    const cut = detectStates(
      broken.map((column) => column.slice(0, 230)),
      100,
    );
    expect(cut).toEqual(detectStates(broken, 100).slice(0, 230));
  });

  it('keeps its state over rows without a value', () => {
    const gaps = broken.map((column) => column.map((x, i) => (i % 7 === 0 && i > 100 ? Number.NaN : x)));
    expect(
      detectStates(gaps, 100)
        .slice(215)
        .every(({ alarm }) => alarm),
    ).toBe(true);
  });
});

describe('linear algebra', () => {
  it('finds eigenvectors of a symmetric matrix by falling value', () => {
    const { values, vectors } = eigenSymmetric(Float64Array.from([2, 1, 1, 2]), 2);
    expect(values.map((v) => Math.round(v * 1e6) / 1e6)).toEqual([3, 1]);
    expect(Math.abs((vectors[0]?.[0] ?? 0) - (vectors[0]?.[1] ?? 0))).toBeLessThan(1e-6);
  });

  it('recovers coefficients by ridge regression', () => {
    const random = seededRandom(8);
    const x = [0, 1].map(() => Float64Array.from({ length: 200 }, () => random() - 0.5));
    const y = Float64Array.from({ length: 200 }, (_, i) => 2 * (x[0]?.[i] ?? 0) - 3 * (x[1]?.[i] ?? 0));
    expect([...ridge(x, y, 1e-6)].map((b) => Math.round(b * 1000) / 1000)).toEqual([2, -3]);
  });
});
