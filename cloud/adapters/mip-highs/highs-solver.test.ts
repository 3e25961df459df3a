import { seededRandom } from '@kuluma/shared/clock.ts';
import { describe, expect, it } from 'vitest';
import type { BinaryProgram } from '../../core/planning/kernel/set-partitioning.ts';
import { solveWithHighs } from './highs-solver.ts';

const programOf = (rowCount: number, columns: readonly { cost: number; rows: number[] }[], start: number[]) => {
  const columnStarts = new Int32Array(columns.length + 1);
  for (const [j, { rows }] of columns.entries()) columnStarts[j + 1] = (columnStarts[j] ?? 0) + rows.length;
  return {
    costs: Float64Array.from(columns, ({ cost }) => cost),
    columnStarts,
    rows: Int32Array.from(columns.flatMap(({ rows }) => rows)),
    rowLower: new Float64Array(rowCount).fill(1),
    rowUpper: new Float64Array(rowCount).fill(1),
    start: Int32Array.from(start),
  } satisfies BinaryProgram;
};

const limits = { mostColumns: 1000, mostNodes: 1000 };

/** The least cost of a partition, by trying every choice for the first row that is not covered. */
const leastCost = (
  rowCount: number,
  columns: readonly { cost: number; rows: number[] }[],
  covered = new Set<number>(),
): number => {
  const first = Array.from({ length: rowCount }, (_, row) => row).find((row) => !covered.has(row));
  if (first === undefined) return 0;
  return Math.min(
    Number.POSITIVE_INFINITY,
    ...columns
      .filter(({ rows }) => rows.includes(first) && !rows.some((row) => covered.has(row)))
      .map(({ cost, rows }) => cost + leastCost(rowCount, columns, new Set([...covered, ...rows]))),
  );
};

describe('the MIP solver', () => {
  it('finds the cheapest partition of random programs', async () => {
    for (let seed = 1; seed <= 20; seed++) {
      const random = seededRandom(seed);
      const rowCount = 8;
      const columns = [
        ...Array.from({ length: rowCount }, (_, row) => ({ cost: 10, rows: [row] })),
        ...Array.from({ length: 30 }, () => ({
          cost: 1 + Math.floor(random() * 30),
          rows: Array.from({ length: rowCount }, (_, row) => row).filter(() => random() < 0.35),
        })).filter(({ rows }) => rows.length > 0),
      ];
      const program = programOf(rowCount, columns, [...Array(rowCount).keys()]);
      const chosen = await solveWithHighs(program, limits);
      const cost = chosen ? chosen.reduce((sum, j) => sum + (columns[j]?.cost ?? 0), 0) : 10 * rowCount;
      expect(cost).toBe(leastCost(rowCount, columns));
      const covered = [...(chosen ?? [])].flatMap((j) => columns[j]?.rows ?? []).sort((a, b) => a - b);
      if (chosen) expect(covered).toEqual([...Array(rowCount).keys()]);
    }
  });

  it('says nothing when the known solution is the best', async () => {
    const columns = [
      { cost: 1, rows: [0] },
      { cost: 1, rows: [1] },
      { cost: 3, rows: [0, 1] },
    ];
    expect(await solveWithHighs(programOf(2, columns, [0, 1]), limits)).toBeUndefined();
  });
});
