import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { dayMs, hourMs, minuteMs } from '@kuluma/shared/model/units.ts';
import { expect, it } from 'vitest';
import type { SeriesRange, TimeSeriesStore } from '../../ports.ts';
import { seriesViewOf } from './series.ts';

const point = { id: 'mpt_1', organisationId: 'org_1' } as unknown as RecordOf<'measurementPoint'>;
const day0 = Date.UTC(2026, 10, 1);

/** What is asked of the store for a chart. */
const askedFor = async (fromMs: number, toMs: number, buckets: number) => {
  const asked: { range: SeriesRange; bucketMs: number }[] = [];
  const timeSeries = {
    async downsample(range: SeriesRange, bucketMs: number) {
      asked.push({ range, bucketMs });
      return [{ startMs: range.fromMs, min: 1, max: 3, mean: 2, count: 2 }];
    },
  } as unknown as TimeSeriesStore;
  const ranges = [{ fromMs: 0, toMs: Number.POSITIVE_INFINITY }];
  const view = await seriesViewOf(timeSeries, point, { fromMs, toMs, buckets, ranges });
  const [one] = asked;
  if (!one || asked.length !== 1) throw new Error('the store was not asked once');
  return { view, ...one };
};

it('asks for long charts in whole hours, and for no more columns than are wanted', async () => {
  for (const buckets of [1, 7, 100, 480])
    for (const spanMs of [buckets * hourMs, buckets * hourMs + 1, 30 * dayMs + 7, 400 * dayMs]) {
      if (spanMs < buckets * hourMs) continue;
      const fromMs = day0 + 17 * minuteMs;
      const { view, range, bucketMs } = await askedFor(fromMs, fromMs + spanMs, buckets);
      expect([range.fromMs % hourMs, bucketMs % hourMs]).toEqual([0, 0]);
      expect(range.fromMs).toBeLessThanOrEqual(fromMs);
      expect(range.toMs).toBe(fromMs + spanMs);
      expect(Math.ceil((range.toMs - range.fromMs) / bucketMs)).toBeLessThanOrEqual(buckets);
      expect(view).toMatchObject({ fromAt: new Date(range.fromMs).toISOString(), bucketMs, index: [0] });
    }
});

it('asks for short charts to the millisecond', async () => {
  const { range, bucketMs } = await askedFor(day0 + 1, day0 + 1 + hourMs, 480);
  expect([range.fromMs, bucketMs]).toEqual([day0 + 1, 7500]);
});
