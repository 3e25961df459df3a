import { seededRandom } from '@kuluma/shared/clock.ts';
import { describe, expect, it } from 'vitest';
import { evidenceOf } from './deviation.ts';
import { healthGradeOf } from './health-grade.ts';
import { eigenSymmetric, invertSpd, ridge } from './linear.ts';
import { gammaQuantile, normalOfStudent, normalQuantile } from './quantiles.ts';

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

describe('linear algebra', () => {
  it('finds eigenvectors of a symmetric matrix by falling value', () => {
    const { values, vectors } = eigenSymmetric(Float64Array.from([2, 1, 1, 2]), 2);
    expect(values.map((v) => Math.round(v * 1e6) / 1e6)).toEqual([3, 1]);
    expect(Math.abs((vectors[0]?.[0] ?? 0) - (vectors[0]?.[1] ?? 0))).toBeLessThan(1e-6);
  });

  it('inverts a positive definite matrix', () => {
    const inverse = invertSpd(Float64Array.from([2, 1, 1, 2]), 2);
    expect([...inverse].map((v) => Math.round(v * 1e6) / 1e6)).toEqual([0.666667, -0.333333, -0.333333, 0.666667]);
  });

  it('recovers coefficients by ridge regression', () => {
    const random = seededRandom(8);
    const x = [0, 1].map(() => Float64Array.from({ length: 200 }, () => random() - 0.5));
    const y = Float64Array.from({ length: 200 }, (_, i) => 2 * (x[0]?.[i] ?? 0) - 3 * (x[1]?.[i] ?? 0));
    expect([...ridge(x, y, 1e-6)].map((b) => Math.round(b * 1000) / 1000)).toEqual([2, -3]);
  });
});

describe('evidenceOf', () => {
  it('is nothing at 0, grows with the deviate to both sides, and is finite however far', () => {
    expect(evidenceOf(0)).toBeCloseTo(0, 9);
    expect(evidenceOf(-3)).toBe(evidenceOf(3));
    expect(evidenceOf(3)).toBeGreaterThan(evidenceOf(1.5));
    expect(evidenceOf(1e6)).toBeLessThan(Number.POSITIVE_INFINITY);
  });

  it('is more of one deviate far off than of several that share the same sum of squares', () => {
    expect(evidenceOf(4)).toBeGreaterThan(16 * evidenceOf(1));
  });
});

describe('quantiles', () => {
  it('agree with the tables', () => {
    expect(normalQuantile(0.975)).toBeCloseTo(1.96, 2);
    expect(normalQuantile(0.01)).toBeCloseTo(-2.326, 2);
    // Chi-square with 8 degrees of freedom: mean 8, variance 16.
    expect(gammaQuantile(8, 16, 0.99)).toBeCloseTo(20.09, 0);
    // Student's t with 5 degrees at 2.571 is as rare as the normal at 1.96.
    expect(normalOfStudent(2.571, 5)).toBeCloseTo(1.96, 1);
  });
});
