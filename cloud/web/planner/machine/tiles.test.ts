import { dayMs, hourMs, minuteMs } from '@kuluma/shared/model/units.ts';
import type { SeriesView } from '@kuluma/shared/model/views/machine.ts';
import { describe, expect, it } from 'vitest';
import { bucketFor, bucketLadderMs, bucketsPerTile, joinTiles, tilesOver } from './tiles.ts';

const secondMs = 1000;
const nowMs = Date.UTC(2026, 10, 22, 10);
const back = (ms: number) => ({ fromMs: nowMs - ms, toMs: nowMs });

const tile = (fromMs: number, bucketMs: number, index: number[]): SeriesView => ({
  pointId: 'pnt_0' as never,
  fromAt: new Date(fromMs).toISOString(),
  toAt: new Date(fromMs + bucketsPerTile(bucketMs) * bucketMs).toISOString(),
  bucketMs,
  index,
  min: index.map((bucket) => bucket),
  max: index.map((bucket) => bucket + 2),
  mean: index.map((bucket) => bucket + 1),
  count: index.map(() => 60),
});

describe('tiles of a series', () => {
  it('take the widest bucket that gives as many as are asked for', () => {
    expect(bucketFor(back(365 * dayMs), 450)).toBe(12 * hourMs);
    expect(bucketFor(back(30 * dayMs), 450)).toBe(hourMs);
    expect(bucketFor(back(7.5 * hourMs), 450)).toBe(minuteMs);
    expect(bucketFor(back(minuteMs), 450)).toBe(secondMs);
  });

  it('stand on whole buckets of the day, so that the store can answer from its sums', () => {
    for (const [i, bucketMs] of bucketLadderMs.entries()) {
      expect(dayMs % bucketMs).toBe(0);
      expect(bucketMs / (bucketLadderMs[i - 1] ?? bucketMs)).toBeLessThanOrEqual(4);
    }
  });

  it('cover the window, and ask for nothing that has not been measured', () => {
    const tiles = tilesOver({ fromMs: nowMs - 30 * dayMs, toMs: nowMs + 90 * dayMs }, hourMs, nowMs);
    const tileMs = bucketsPerTile(hourMs) * hourMs;
    expect(tiles[0]).toBeLessThanOrEqual(nowMs - 30 * dayMs);
    expect((tiles[0] ?? 0) + tileMs).toBeGreaterThan(nowMs - 30 * dayMs);
    expect(tiles.at(-1)).toBeLessThanOrEqual(nowMs);
    expect(tiles.every((at, i) => i === 0 || at - (tiles[i - 1] ?? 0) === tileMs)).toBe(true);
  });

  it('make one series with every bucket at its time', () => {
    const joined = joinTiles([tile(0, hourMs, [510, 511]), tile(bucketsPerTile(hourMs) * hourMs, hourMs, [0, 3])]);
    const next = bucketsPerTile(hourMs);
    expect(joined?.index).toEqual([510, 511, next, next + 3]);
    expect(joined?.mean).toEqual([511, 512, 1, 4]);
    expect(joinTiles([])).toBeUndefined();
  });
});
