import { seededRandom } from '@kuluma/shared/clock.ts';
import { describe, expect, it } from 'vitest';
import type { FleetHistory } from './fleet-history.ts';
import { unitChangeIn, withoutUnitChanges } from './unit-change.ts';

const random = seededRandom(5);
const noise = () => random() + random() + random() - 1.5;
const warm = (rows: number) => Float64Array.from({ length: rows }, () => 60 + noise());
const from = (column: Float64Array, row: number, change: (v: number) => number) =>
  column.map((v, i) => (i < row ? v : change(v)));

describe('unitChangeIn', () => {
  it('sees Celsius become Fahrenheit, bar become kPa and millimetres become metres, at the row', () => {
    expect(unitChangeIn(from(warm(80), 33, (v) => 1.8 * v + 32))).toMatchObject({ row: 33, scale: 1.8, shift: 32 });
    expect(unitChangeIn(from(warm(80), 50, (v) => 100 * v))).toMatchObject({ row: 50, scale: 100, shift: 0 });
    expect(unitChangeIn(from(warm(80), 12, (v) => v / 1000))).toMatchObject({ row: 12, scale: 0.001 });
  });

  it('looks past readings that are missing', () => {
    const holed = from(warm(80), 40, (v) => 25.4 * v).map((v, i) => (i % 3 === 0 || i === 40 ? Number.NaN : v));
    expect(unitChangeIn(holed)?.row).toBe(41);
  });

  it('takes wear, jumps, spikes and switching loads for what they are', () => {
    const rows = 200;
    const wearing = Float64Array.from({ length: rows }, (_, i) => 1 + Math.exp(i / 30) + 0.1 * noise());
    expect(unitChangeIn(wearing)).toBeUndefined();
    // A failing part runs ten times as rough, but no two rows alike.
    const rough = Float64Array.from({ length: rows }, (_, i) => (i < 150 ? 1 + 0.2 * noise() : 13 + 6 * noise()));
    expect(unitChangeIn(rough)).toBeUndefined();
    expect(unitChangeIn(warm(rows).map((v, i) => (i === 90 ? 1000 * v : v)))).toBeUndefined();
    // Impacts that come ever more often: sixty times the rest, but of all heights.
    const impacts = warm(rows).map((v, i) => (i > 90 && i % 4 !== 0 ? v * (40 + 40 * random()) : v));
    expect(unitChangeIn(impacts)).toBeUndefined();
    expect(
      unitChangeIn(Float64Array.from({ length: rows }, () => (random() < 0.5 ? 10 : 100) + noise())),
    ).toBeUndefined();
    expect(unitChangeIn(Float64Array.from({ length: rows }, (_, i) => (i < 100 ? 0 : 5)))).toBeUndefined();
  });
});

describe('withoutUnitChanges', () => {
  const fleetOf = (columns: readonly Float64Array[]): FleetHistory => ({
    meta: {
      format: 'kuluma-fleet/1',
      name: 'ovens',
      timeUnit: 'h',
      points: { heat: { role: 'sensor' } },
      targets: [{ component: 'oven' }],
    },
    points: ['heat'],
    machines: columns.map((column, m) => ({
      machine: String(m + 1),
      t: Float64Array.from(column, (_, i) => i),
      columns: [column],
      events: [],
      attributes: {},
    })),
  });

  it('leaves out the side that the fleet does not share, and says so', () => {
    const late = from(warm(80), 33, (v) => 1.8 * v + 32);
    const early = from(warm(80), 50, (v) => v / 10).map((v) => 10 * v);
    const { history, notes } = withoutUnitChanges(fleetOf([warm(80), late, warm(80), early, warm(80)]));
    expect(notes).toEqual([
      {
        code: 'UNIT_CHANGED',
        facts: { machine: '2', point: 'heat', t: 33, side: 'later', scale: 1.8, shift: 32 },
      },
      {
        code: 'UNIT_CHANGED',
        facts: { machine: '4', point: 'heat', t: 50, side: 'earlier', scale: 0.1, shift: 0 },
      },
    ]);
    const measured = history.machines.map(({ columns }) => columns[0]?.map((v) => Number(Number.isFinite(v))).join(''));
    expect(measured[1]).toBe('1'.repeat(33) + '0'.repeat(47));
    expect(measured[3]).toBe('0'.repeat(50) + '1'.repeat(30));
  });

  it('tells an instant where times are instants', () => {
    const late = from(warm(80), 33, (v) => 1.8 * v + 32);
    const fleet = fleetOf([warm(80), late, warm(80)]);
    const { notes } = withoutUnitChanges({ ...fleet, meta: { ...fleet.meta, timeUnit: 'iso' } });
    expect(notes.map(({ facts }) => facts.t)).toEqual(['1970-02-03T00:00']);
  });

  it('takes a step at a repair for what the repair did', () => {
    const fleet = fleetOf([from(warm(80), 33, (v) => v / 3.6), warm(80), warm(80)]);
    expect(withoutUnitChanges(fleet).notes).toHaveLength(1);
    const repairedAt = (t: number, kind: 'replacement' | 'error'): FleetHistory => ({
      ...fleet,
      machines: fleet.machines.map((one, m) =>
        m === 0 ? { ...one, events: [{ t, kind, component: 'oven', code: '' }] } : one,
      ),
    });
    for (const t of [32, 32.5, 33]) expect(withoutUnitChanges(repairedAt(t, 'replacement')).notes).toEqual([]);
    expect(withoutUnitChanges(repairedAt(40, 'replacement')).notes).toHaveLength(1);
    expect(withoutUnitChanges(repairedAt(33, 'error')).notes).toHaveLength(1);
  });

  it('hands an ordinary history through as it is', () => {
    const fleet = fleetOf([warm(80), warm(40)]);
    const { history, notes } = withoutUnitChanges(fleet);
    expect(notes).toEqual([]);
    expect(history.machines).toEqual(fleet.machines);
    expect(history.machines[0]).toBe(fleet.machines[0]);
  });
});
