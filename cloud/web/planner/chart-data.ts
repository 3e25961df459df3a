import type { Quantiles } from '@kuluma/shared/model/forecast.ts';
import type { ForecastHistoryView, SeriesView } from '@kuluma/shared/model/views.ts';

const dayMs = 86_400_000;

/** Columns for a chart, x in seconds; null is a gap. */
export type Columns = [number[], ...(number | null)[][]];

/** Mean, max and min by bucket, with every absent bucket a gap. */
export const seriesColumns = (series: SeriesView): Columns => {
  const fromMs = Date.parse(series.fromAt);
  const buckets = Math.ceil((Date.parse(series.toAt) - fromMs) / series.bucketMs);
  const x = Array.from({ length: buckets }, (_, i) => (fromMs + (i + 0.5) * series.bucketMs) / 1000);
  const spread = (values: readonly number[]) => {
    const column: (number | null)[] = new Array(buckets).fill(null);
    series.index.forEach((bucket, i) => {
      if (bucket < buckets) column[bucket] = values[i] ?? null;
    });
    return column;
  };
  return [x, spread(series.max), spread(series.min), spread(series.mean)];
};

/** Order of the columns after x in {@link lifeColumns}. */
export const lifeQuantiles = ['p95', 'p90', 'p50', 'p10', 'p05'] as const satisfies readonly (keyof Quantiles)[];

/**
 * Remaining life in days over time: as it was forecast left of now; right of now the last forecast, running out by one
 * day a day until each quantile meets zero, where the failure is expected.
 */
export const lifeColumns = (history: ForecastHistoryView, componentCode: string, nowMs: number): Columns => {
  const past = history
    .filter((entry) => entry.componentCode === componentCode)
    .map((entry) => ({ atMs: Date.parse(entry.forecastAt), rulDays: entry.rulDays }))
    .filter((entry) => entry.atMs <= nowMs)
    .sort((a, b) => a.atMs - b.atMs);
  const last = past.at(-1);
  const ends = lifeQuantiles.map((quantile) => last?.rulDays?.[quantile] ?? 0).filter((days) => days > 0);
  const futureDays = last?.rulDays ? [...new Set(ends)].sort((a, b) => a - b) : [];
  const ahead = (quantile: (typeof lifeQuantiles)[number], days: number): number | null => {
    const left = (last?.rulDays?.[quantile] ?? 0) - days;
    // A band stays closed at zero; the median is a line and ends where it meets zero.
    return left < 0 && quantile === 'p50' ? null : Math.max(left, 0);
  };
  return [
    [...past.map((entry) => entry.atMs), ...futureDays.map((days) => (last?.atMs ?? 0) + days * dayMs)].map(
      (atMs) => atMs / 1000,
    ),
    ...lifeQuantiles.map((quantile) => [
      ...past.map((entry) => entry.rulDays?.[quantile] ?? null),
      ...futureDays.map((days) => ahead(quantile, days)),
    ]),
  ];
};

/** Where the shared time axis ends: at the late end of the forecast, but never more future than past. */
export const axisEndMs = (nowMs: number, pastDays: number, rulDays: Quantiles | null): number =>
  nowMs + dayMs * Math.min(Math.max((rulDays?.p95 ?? 0) * 1.04, pastDays * 0.12), pastDays);

/** A y range that holds data and limit with air above, from zero where values are never negative. */
export const valueRange = (low: number | null, high: number | null, limit: number | null): [number, number] => {
  const top = Math.max(high ?? 1, limit ?? Number.NEGATIVE_INFINITY);
  const bottom = Math.min(low ?? 0, 0);
  return [bottom, top + (top - bottom) * 0.12];
};
