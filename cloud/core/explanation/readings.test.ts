import { describe, expect, it } from 'vitest';
import { createPeerTable } from './peers.ts';
import { readingOf } from './readings.ts';

const days = (rows: number) => Float64Array.from({ length: rows }, (_, row) => row);
const still = (rows: number) => new Int8Array(rows);
const read = (column: Float64Array, regimes = still(column.length), firstRow = 0) =>
  readingOf({ column, t: days(column.length), regimes, firstRow, daysPerUnit: 0.5 });

describe('a reading', () => {
  it('is what the point shows now, beside its own normal and what it showed earlier', () => {
    const column = days(100).map((row) => (row < 50 ? 2 : 2 + (row - 50) * 0.1));
    expect(read(column)).toEqual({
      now: expect.closeTo(6.7, 9),
      ownNormal: 2,
      earlier: { value: expect.closeTo(3.7, 9), daysAgo: 15 },
    });
  });

  it('compares only rows in which the machine ran as it does now', () => {
    const regimes = Int8Array.from({ length: 100 }, (_, row) => row % 2);
    const column = Float64Array.from({ length: 100 }, (_, row) => (row % 2 === 1 ? 10 : 1000));
    expect(read(column, regimes)).toMatchObject({ now: 10, ownNormal: 10, earlier: { value: 10 } });
  });

  it('knows no normal of a part that is still new, and nothing of a point that is silent', () => {
    expect(read(days(100), still(100), 90)).toMatchObject({ ownNormal: null, earlier: null });
    expect(read(days(100).fill(Number.NaN))).toBeUndefined();
  });
});

describe('peers', () => {
  const table = createPeerTable(
    [1, 2, 3, 4, 100].map((value, n) => ({ machineId: `m${n}`, point: 'vibration', regime: 0, value })),
  );

  it('are the other machines, never the machine itself', () => {
    expect(table.othersOf('m4', 'vibration', 0)).toEqual({ median: 3, low: 1, high: 4, machines: 4 });
    expect(table.othersOf('m0', 'vibration', 0)).toEqual({ median: 4, low: 2, high: 100, machines: 4 });
    expect(table.othersOf('a stranger', 'vibration', 0)).toMatchObject({ median: 3, machines: 5 });
  });

  it('are none where fewer than three run the same way', () => {
    expect(table.othersOf('m0', 'vibration', 1)).toBeNull();
    expect(createPeerTable([]).othersOf('m0', 'vibration', 0)).toBeNull();
  });
});
