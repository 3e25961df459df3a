import { dayMs, hourMs, minuteMs } from '@kuluma/shared/model/units.ts';
import type { SeriesView } from '@kuluma/shared/model/views/machine.ts';
import type { TimeWindow } from './time-window.ts';

const secondMs = 1000;

/**
 * Lengths of a bucket that charts ask for. Each divides the next wider one's day or hour, so that a tile asked for once
 * serves every window over it; from an hour on the store answers them from what it has summed up.
 */
export const bucketLadderMs = [
  secondMs,
  3 * secondMs,
  10 * secondMs,
  30 * secondMs,
  minuteMs,
  3 * minuteMs,
  10 * minuteMs,
  20 * minuteMs,
  hourMs,
  3 * hourMs,
  6 * hourMs,
  12 * hourMs,
  dayMs,
] as const;
/** The widest: what is drawn until the finer ones have come. */
export const coarsestMs = dayMs;
/** As many as an answer may hold for the coarse course, which is wanted whole; fewer for what is gone through. */
export const bucketsPerTile = (bucketMs: number): number => (bucketMs === coarsestMs ? 2000 : 1024);

/** The widest bucket that gives the window at least so many of them; the narrowest that there is below that. */
export const bucketFor = ({ fromMs, toMs }: TimeWindow, leastBuckets: number): number =>
  bucketLadderMs.findLast((bucketMs) => (toMs - fromMs) / bucketMs >= leastBuckets) ?? bucketLadderMs[0];

/** Starts of the tiles that cover what of the window is not after `nowMs`, by rising time. */
export const tilesOver = ({ fromMs, toMs }: TimeWindow, bucketMs: number, nowMs: number): number[] => {
  const tileMs = bucketMs * bucketsPerTile(bucketMs);
  const tiles: number[] = [];
  for (let at = Math.floor(fromMs / tileMs) * tileMs; at < Math.min(toMs, nowMs); at += tileMs) tiles.push(at);
  return tiles;
};

/** Half as much again on either side: what a pan shows next is there before it. */
export const padded = ({ fromMs, toMs }: TimeWindow): TimeWindow => {
  const aside = (toMs - fromMs) / 4;
  return { fromMs: fromMs - aside, toMs: toMs + aside };
};

/** One series of tiles that follow each other. */
export const joinTiles = (tiles: readonly SeriesView[]): SeriesView | undefined => {
  const [first] = tiles;
  if (!first) return undefined;
  const fromMs = Date.parse(first.fromAt);
  const joined: SeriesView = { ...first, toAt: tiles.at(-1)?.toAt ?? first.toAt };
  const offsetOf = ({ fromAt, bucketMs }: SeriesView) => Math.round((Date.parse(fromAt) - fromMs) / bucketMs);
  joined.index = tiles.flatMap((tile) => tile.index.map((bucket) => bucket + offsetOf(tile)));
  for (const column of ['min', 'max', 'mean', 'count'] as const) joined[column] = tiles.flatMap((tile) => tile[column]);
  return joined;
};
