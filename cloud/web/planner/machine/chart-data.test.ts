import { describe, expect, it } from 'vitest';
import { extentOf, gapsAfter, heldRange, lifeColumns, loneRows, seriesColumns, valueRange } from './chart-data.ts';

const dayMs = 86_400_000;
const nowMs = Date.UTC(2026, 10, 22);
const rulDays = { p05: 4, p10: 5, p50: 10, p90: 18, p95: 20 };

describe('chart data', () => {
  const series = (index: number[]) => ({
    pointId: 'pnt_0' as never,
    fromAt: '2026-11-22T00:00:00.000Z',
    toAt: '2026-11-22T01:00:00.000Z',
    bucketMs: 60_000,
    index,
    min: index.map(() => 1),
    max: index.map(() => 3),
    mean: index.map(() => 2),
    count: index.map(() => 60),
  });

  it('breaks the line where data are missing', () => {
    const [x, max, min, mean] = seriesColumns(series([0, 1, 2, 9, 10, 11]));
    expect(x).toHaveLength(7);
    expect(max).toEqual([3, 3, 3, null, 3, 3, 3]);
    expect(min?.[3]).toBeNull();
    expect(mean?.[3]).toBeNull();
  });

  it('sees no gap in a slow source, nor where it becomes fast', () => {
    expect([...gapsAfter([0, 8, 16, 24, 32, 40, 41, 42, 43, 44, 45])]).toEqual([]);
  });

  it('marks a reading that stands alone in a gap', () => {
    const index = [0, 1, 2, 3, 4, 30, 56, 57, 58, 59, 60];
    expect([...gapsAfter(index)]).toEqual([4, 5]);
    const [, , , mean = []] = seriesColumns(series(index));
    expect(loneRows(mean)).toEqual([6]);
  });

  it('runs the last forecast out to zero at each of its quantiles', () => {
    const [x, p95, p90, p50, p10, p05] = lifeColumns(
      [{ componentCode: 'bearing', forecastAt: new Date(nowMs).toISOString(), rulDays, healthGrade: 'act' }],
      'bearing',
      nowMs,
    );
    expect(x?.map((seconds) => (seconds * 1000 - nowMs) / dayMs)).toEqual([0, 4, 5, 10, 18, 20]);
    expect(p95).toEqual([20, 16, 15, 10, 2, 0]);
    expect(p90?.at(-1)).toBe(0);
    expect(p50).toEqual([10, 6, 5, 0, null, null]);
    expect(p10).toEqual([5, 1, 0, 0, 0, 0]);
    expect(p05?.[1]).toBe(0);
  });

  it('draws no future for a component whose last word was an abstention', () => {
    const entry = { componentCode: 'seal', healthGrade: 'unknown' as const };
    const columns = lifeColumns(
      [
        { ...entry, forecastAt: new Date(nowMs - dayMs).toISOString(), rulDays },
        { ...entry, forecastAt: new Date(nowMs).toISOString(), rulDays: null },
      ],
      'seal',
      nowMs,
    );
    expect(columns[0]).toHaveLength(2);
    expect(columns[3]).toEqual([10, null]);
  });

  it('keeps the alarm limit in sight', () => {
    const [bottom, top] = valueRange(1, 3, 7);
    expect(bottom).toBe(0);
    expect(top).toBeGreaterThan(7);
  });

  it('shows what moves rather than a limit or a zero far away', () => {
    const [bottom, top] = valueRange(61, 63, 200);
    expect(bottom).toBeGreaterThan(60);
    expect(top).toBeLessThan(64);
  });

  it('holds its range while the window is moved, and makes it anew when it is zoomed', () => {
    const held = heldRange(null, 100, { low: 2, high: 3 });
    expect(heldRange(held, 100, { low: 2.5, high: 4 })).toEqual({ lengthMs: 100, low: 2, high: 4 });
    expect(heldRange(held, 100, null)).toEqual(held);
    expect(heldRange(held, 50, { low: 2.5, high: 2.6 })).toEqual({ lengthMs: 50, low: 2.5, high: 2.6 });
  });

  it('finds the extent of what is in sight, across gaps', () => {
    const columns = seriesColumns(series([0, 1, 2, 9, 10, 11]));
    const fromMs = Date.UTC(2026, 10, 22);
    expect(extentOf(columns, { fromMs, toMs: fromMs + 3_600_000 })).toEqual({ low: 1, high: 3 });
    expect(extentOf(columns, { fromMs: fromMs + 31_000, toMs: fromMs + 32_000 })).toEqual({ low: 1, high: 3 });
    expect(extentOf([[], [], [], []], { fromMs, toMs: fromMs + 1 })).toBeNull();
  });
});
