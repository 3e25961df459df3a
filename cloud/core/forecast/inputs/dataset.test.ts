import { describe, expect, it } from 'vitest';
import { buildDataset } from './dataset.ts';
import { learnSignals } from './signals.ts';
import { syntheticFleet } from './synthetic-fleet.ts';

const fleet = syntheticFleet({ machines: 60, seed: 1, rulCap: 40, horizons: [3, 20] });
const signals = learnSignals(fleet);
const dataOf = (mostRows: number) =>
  buildDataset(fleet, fleet.meta.targets[0] ?? { component: 'pump' }, signals, [], mostRows);
const share = (failed: Float64Array | undefined) => {
  const known = (failed ?? new Float64Array()).filter((y) => Number.isFinite(y));
  return known.reduce((sum, y) => sum + y, 0) / known.length;
};

describe('buildDataset', () => {
  it('holds all rows where there is room for them', () => {
    const rows = fleet.machines.reduce((sum, { t }) => sum + t.length, 0);
    expect(dataOf(1e6).t).toHaveLength(rows);
  });

  it('thins far without losing what comes shortly before a failure', () => {
    const whole = dataOf(1e6);
    const thinned = dataOf(300);
    expect(thinned.t.length).toBeGreaterThan(200);
    expect(thinned.t.length).toBeLessThan(330);
    // Of every fifteenth row, three come in the last three cycles of a life in fifteen: counted from one end, none would.
    expect(share(thinned.failed[0]) / share(whole.failed[0])).toBeGreaterThan(0.6);
    expect(share(thinned.failed[0]) / share(whole.failed[0])).toBeLessThan(1.6);
    expect(share(thinned.failed[1])).toBeCloseTo(share(whole.failed[1]), 1);
  });

  it('keeps a row of every life, in order', () => {
    const { life, left } = dataOf(10);
    expect([...life]).toEqual([...fleet.machines.keys()]);
    expect(left.every((v) => v >= 0)).toBe(true);
    const { t, life: lives } = dataOf(300);
    t.forEach((at, row) => {
      if (row > 0 && lives[row] === lives[row - 1]) expect(at).toBeGreaterThan(t[row - 1] ?? 0);
    });
  });
});
