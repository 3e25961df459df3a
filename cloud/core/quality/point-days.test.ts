import { dayMs, hourMs, minuteMs } from '@kuluma/shared/model/units.ts';
import { expect, it } from 'vitest';
import { pointDaysOf } from './point-days.ts';

const day = (n: number, count = 1440) => ({ startMs: n * dayMs, count });

it('says since when, how often, and where nothing came', () => {
  const days = [day(0), day(1), day(5), day(6), day(7, 700)];
  expect(pointDaysOf(days, 7 * dayMs + 12 * hourMs)).toEqual({
    firstMs: 0,
    lastMs: 7 * dayMs,
    samples: 4 * 1440 + 700,
    intervalMs: minuteMs,
    emptyDays: 3,
    longestGap: { fromMs: 2 * dayMs, toMs: 5 * dayMs },
  });
});

it('counts the days since a point fell silent, and not the one that runs', () => {
  expect(pointDaysOf([day(0)], dayMs + hourMs)).toMatchObject({ emptyDays: 0, longestGap: null });
  expect(pointDaysOf([day(0)], 4 * dayMs + hourMs)).toMatchObject({
    emptyDays: 3,
    longestGap: { fromMs: dayMs, toMs: 4 * dayMs },
  });
});

it('knows nothing of a point that never gave anything, and little of its first day', () => {
  expect(pointDaysOf([], 0)).toBeUndefined();
  expect(pointDaysOf([day(0, 24)], 12 * hourMs)).toMatchObject({ intervalMs: hourMs, emptyDays: 0 });
});
