import { seededRandom } from '@kuluma/shared/clock.ts';
import { hourMs } from '@kuluma/shared/model/units.ts';
import { describe, expect, it } from 'vitest';
import { baselineHours, createStateWatch } from './state-watch.ts';

/** A pump at two loads: flow follows the load, pressure falls with it, the casing is warm by day. */
const pumpHours = (seed: number, hours: number, fault: (hour: number, row: Float64Array) => void = () => {}) => {
  const random = seededRandom(seed);
  const noise = () => random() + random() + random() - 1.5;
  let load = 40;
  return Array.from({ length: hours }, (_, hour) => {
    if (random() < 0.1) load = load === 40 ? 80 : 40;
    const warm = 5 * Math.sin((hour / 24) * 2 * Math.PI);
    const row = Float64Array.of(load, 0.5 * load + 0.4 * noise(), 8 - 0.03 * load + 0.1 * noise(), 45 + warm + noise());
    fault(hour, row);
    return row;
  });
};
const settings = [0];

const watchOf = (rows: readonly Float64Array[]) => {
  const watch = createStateWatch(settings, 0);
  rows.forEach((row, hour) => {
    watch.next(row, (hour + 1) * hourMs);
  });
  return { judgement: (silentHours = 0) => watch.judgement((rows.length + silentHours) * hourMs) };
};
const seeds = [1, 2, 3, 4];
const weeks = (n: number) => n * 7 * 24;
const low = (hour: number, row: Float64Array) => {
  if (hour >= weeks(4)) row[1] = (row[1] as number) - 2.5;
};

describe('the state of a live machine', () => {
  it('is unknown until its baseline is measured, hours without a value not counted', () => {
    const rows = pumpHours(1, baselineHours);
    rows.splice(100, 0, new Float64Array(4).fill(Number.NaN));
    expect(watchOf(rows.slice(0, baselineHours)).judgement()).toMatchObject({
      state: 'unknown',
      unknown: 'baselineShort',
    });
    expect(watchOf(rows).judgement()).toMatchObject({ state: 'normal', unknown: null });
  });

  it('is unknown where nothing ever moves', () => {
    const still = Array.from({ length: baselineHours + 50 }, () => Float64Array.of(1, 2, 3, 4));
    expect(watchOf(still).judgement()).toMatchObject({ state: 'unknown', unknown: 'nothingMoves' });
  });

  it('is unknown again once nothing was measured for days, or nothing in a load that is known', () => {
    const rows = pumpHours(1, weeks(3));
    expect(watchOf(rows).judgement(72)).toMatchObject({ state: 'normal' });
    expect(watchOf(rows).judgement(73)).toMatchObject({
      state: 'unknown',
      unknown: 'silent',
      sinceMs: weeks(3) * hourMs,
    });
    const elsewhere = pumpHours(2, 80).map((row) => Float64Array.of(500, ...row.slice(1)));
    expect(watchOf([...rows, ...elsewhere]).judgement()).toMatchObject({ unknown: 'silent' });
  });

  it('stays normal through changes of load, days and nights', () => {
    for (const seed of seeds) expect(watchOf(pumpHours(seed, weeks(8))).judgement().state).toBe('normal');
  });

  it('is changed when a fault has lasted three days, since then, and names the point in its unit', () => {
    for (const seed of seeds) {
      const { state, sinceMs, drivers } = watchOf(pumpHours(seed, weeks(4) + 90, low)).judgement();
      expect(state).toBe('changed');
      expect(sinceMs / hourMs).toBeGreaterThan(weeks(4));
      expect(sinceMs / hourMs).toBeLessThanOrEqual(weeks(4) + 12);
      expect(drivers[0]).toMatchObject({ signal: 1, kind: 'level' });
      expect(drivers[0]?.amount).toBeLessThan(-1.5);
      expect(drivers[0]?.amount).toBeGreaterThan(-4);
    }
  });

  it('does not change for what is over within hours, and is normal again when the fault is over', () => {
    const brief = (hour: number, row: Float64Array) => {
      if (hour < weeks(4) + 6) low(hour, row);
    };
    const passing = (hour: number, row: Float64Array) => {
      if (hour < weeks(5)) low(hour, row);
    };
    for (const seed of seeds) {
      expect(watchOf(pumpHours(seed, weeks(4) + 85, brief)).judgement().state).toBe('normal');
      expect(watchOf(pumpHours(seed, weeks(6), passing)).judgement()).toMatchObject({ state: 'normal', drivers: [] });
    }
  });
});
