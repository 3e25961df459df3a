import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { dayMs, hourMs } from '@kuluma/shared/model/units.ts';
import { isoOf } from '@kuluma/shared/model/views/common.ts';
import type { SeriesView } from '@kuluma/shared/model/views/machine.ts';
import type { Interval } from '../../core/calendar/intervals.ts';
import type { Bucket, TimeSeriesStore } from '../../ports.ts';

/** The part of a bucket grid that lies wholly in a range: a bucket across a change of owner belongs to neither. */
const bucketsWithin = (
  grid: { fromMs: number; bucketMs: number; buckets: number },
  range: Interval,
): { firstBucket: number; endBucket: number } => {
  const bucketAt = (ms: number, round: (x: number) => number) => round((ms - grid.fromMs) / grid.bucketMs);
  return {
    firstBucket: Math.max(0, bucketAt(range.fromMs, Math.ceil)),
    endBucket: Math.min(grid.buckets, bucketAt(range.toMs, Math.floor)),
  };
};

interface AskedTime {
  readonly fromMs: number;
  readonly toMs: number;
  readonly buckets: number;
}

/** The grid that covers the asked time in at most so many buckets of whole units. */
const gridIn = ({ fromMs, toMs, buckets }: AskedTime, unitMs: number) => {
  const gridFromMs = Math.floor(fromMs / unitMs) * unitMs;
  const bucketMs = Math.max(1, Math.ceil((toMs - gridFromMs) / buckets / unitMs)) * unitMs;
  return { fromMs: gridFromMs, bucketMs, buckets: Math.ceil((toMs - gridFromMs) / bucketMs) };
};

/** Long buckets stand on whole hours, which the store has summed up, and keeps when the samples are gone. */
const gridOf = (asked: AskedTime) => gridIn(asked, asked.toMs - asked.fromMs >= asked.buckets * hourMs ? hourMs : 1);

/** Buckets that the store has summed up, whatever the time: whole hours, or whole days for a long one. */
export const rollUpGridOf = (asked: AskedTime) =>
  gridIn(asked, asked.toMs - asked.fromMs >= asked.buckets * (dayMs / 2) ? dayMs : hourMs);

/** A point's series in at most `buckets` columns; what lies outside the ranges is a gap. */
export const seriesViewOf = async (
  timeSeries: TimeSeriesStore,
  point: RecordOf<'measurementPoint'>,
  args: { fromMs: number; toMs: number; buckets: number; ranges: readonly Interval[] },
): Promise<SeriesView> => {
  const { toMs } = args;
  const grid = gridOf(args);
  const { fromMs, bucketMs } = grid;
  const found: { bucket: Bucket; n: number }[] = [];
  for (const range of args.ranges) {
    const { firstBucket, endBucket } = bucketsWithin(grid, range);
    if (endBucket <= firstBucket) continue;
    const part = {
      organisationId: point.organisationId,
      pointId: point.id,
      fromMs: fromMs + firstBucket * bucketMs,
      toMs: Math.min(toMs, fromMs + endBucket * bucketMs),
    };
    for (const bucket of await timeSeries.downsample(part, bucketMs))
      found.push({ bucket, n: Math.round((bucket.startMs - fromMs) / bucketMs) });
  }
  found.sort((a, b) => a.n - b.n);
  return {
    pointId: point.id,
    fromAt: isoOf(fromMs),
    toAt: isoOf(toMs),
    bucketMs,
    index: found.map(({ n }) => n),
    min: found.map(({ bucket }) => bucket.min),
    max: found.map(({ bucket }) => bucket.max),
    mean: found.map(({ bucket }) => bucket.mean),
    count: found.map(({ bucket }) => bucket.count),
  };
};
