import { describe, expect, it } from 'vitest';
import { createBudget } from './budget.ts';

describe('createBudget', () => {
  it('lets a piece be late, but never beyond the end of the whole', () => {
    const budget = createBudget(() => 0, 100);
    expect(budget.planned(0.5)).toBe(50);
    expect(budget.deadline(0.5)).toBeGreaterThan(50);
    expect(budget.deadline(1)).toBe(100);
    expect(budget.until(0.5).deadline(1)).toBe(budget.deadline(0.5));
    expect(budget.until(0.5).planned(1)).toBe(50);
  });

  it('leaves the last of several pieces its time, however late the others are', () => {
    let ms = 0;
    const budget = createBudget(() => ms, 400);
    for (const pieces of [4, 3, 2]) {
      const piece = budget.firstOf(pieces);
      expect(piece.planned(1) - ms).toBeCloseTo((400 - ms) / pieces);
      ms = piece.deadline(1);
    }
    expect(budget.firstOf(1).deadline(1)).toBe(400);
    expect(400 - ms).toBeGreaterThan(50);
  });
});
