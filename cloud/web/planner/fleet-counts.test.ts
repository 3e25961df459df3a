import { describe, expect, it } from 'vitest';
import { healthGradeCounts } from './fleet-counts.ts';

describe('fleet counts', () => {
  it('counts an unknown machine as unknown, never as good', () => {
    const rows = (['act', 'unknown', 'good', 'act'] as const).map((healthGrade) => ({ healthGrade }));
    expect(healthGradeCounts(rows)).toEqual({ all: 4, critical: 0, act: 2, watch: 0, good: 1, unknown: 1 });
  });
});
