import { expect, it } from 'vitest';
import { nextHistoryLimit } from './history-limit.ts';

it('sets no limit while ingest keeps up', () => {
  expect(nextHistoryLimit(null, { lagMs: 100, storedPerS: 5000 })).toBeNull();
});

it('begins below what the store takes, and goes on down while ingest lags', () => {
  const first = nextHistoryLimit(null, { lagMs: 5000, storedPerS: 100_000 }) as number;
  expect(first).toBe(70_000);
  expect(nextHistoryLimit(first, { lagMs: 5000, storedPerS: 100_000 })).toBeCloseTo(49_000);
  expect(nextHistoryLimit(first, { lagMs: 5000, storedPerS: 0 })).toBe(1000);
});

it('stays while the lag is middling, and rises to none once it is gone', () => {
  expect(nextHistoryLimit(50_000, { lagMs: 500, storedPerS: 60_000 })).toBe(50_000);
  let limit: number | null = 50_000;
  let steps = 0;
  while (limit !== null && steps < 100) {
    const next = nextHistoryLimit(limit, { lagMs: 10, storedPerS: 60_000 });
    if (next !== null) expect(next).toBeGreaterThan(limit);
    limit = next;
    steps++;
  }
  expect(limit).toBeNull();
  expect(steps).toBeGreaterThan(10);
});
