import { describe, expect, it } from 'vitest';
import { relativeUnitOf } from './life-scale.ts';

const failed = (...lengths: number[]) => lengths.map((length) => ({ length, failed: true }));
const noCap = Number.POSITIVE_INFINITY;

describe('relativeUnitOf', () => {
  it('judges errors beside the remaining life where lives differ by multiples', () => {
    expect(relativeUnitOf(failed(500, 1000, 3000), noCap, 1)).toBeCloseTo(10);
    expect(relativeUnitOf(failed(500, 1000, 3000), noCap, 60)).toBe(60);
  });

  it('judges errors by their length where lives are of one order, capped, or too few to tell', () => {
    expect(relativeUnitOf(failed(900, 1000, 1100), noCap, 1)).toBeNull();
    expect(relativeUnitOf(failed(500, 1000, 3000), 125, 1)).toBeNull();
    expect(relativeUnitOf(failed(500), noCap, 1)).toBeNull();
    expect(relativeUnitOf([...failed(1000), { length: 10, failed: false }], noCap, 1)).toBeNull();
  });
});
