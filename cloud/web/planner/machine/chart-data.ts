import type { Quantiles } from '@kuluma/shared/model/forecast.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import type { ForecastHistoryView, SeriesView } from '@kuluma/shared/model/views/machine.ts';

/** Columns for a chart, x in seconds; null is a gap. */
export type Columns = [number[], ...(number | null)[][]];

const medianOf = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;

/**
 * Positions in `index` after which data are missing: the step to the next bucket is far wider than the steps around it.
 * A slow source leaves buckets empty without a gap, and a source may have become faster or slower on the way.
 */
export const gapsAfter = (index: readonly number[]): Set<number> => {
  const steps = index.slice(1).map((bucket, i) => bucket - (index[i] ?? 0));
  const isGap = (step: number, i: number) => {
    const before = medianOf(steps.slice(Math.max(0, i - 5), i));
    const after = medianOf(steps.slice(i + 1, i + 6));
    return step > 2.5 * Math.max(before, after, 1);
  };
  return new Set(steps.flatMap((step, i) => (isGap(step, i) ? [i] : [])));
};

/** Max, min and mean by bucket, with an empty row in every gap. */
export const seriesColumns = (series: SeriesView): Columns => {
  const fromMs = Date.parse(series.fromAt);
  const gaps = gapsAfter(series.index);
  const columns: [number[], (number | null)[], (number | null)[], (number | null)[]] = [[], [], [], []];
  const add = (bucket: number, max: number | null, min: number | null, mean: number | null) => {
    columns[0].push((fromMs + (bucket + 0.5) * series.bucketMs) / 1000);
    columns[1].push(max);
    columns[2].push(min);
    columns[3].push(mean);
  };
  series.index.forEach((bucket, i) => {
    add(bucket, series.max[i] ?? null, series.min[i] ?? null, series.mean[i] ?? null);
    if (gaps.has(i)) add(bucket + 1, null, null, null);
  });
  return columns;
};

/** Rows that stand alone between gaps: a line would not show them. */
export const loneRows = (column: readonly (number | null)[]): number[] =>
  column.flatMap((value, i) => (value !== null && column[i - 1] == null && column[i + 1] == null ? [i] : []));

/** Order of the columns after x in {@link lifeColumns}. */
const lifeQuantiles = ['p95', 'p90', 'p50', 'p10', 'p05'] as const satisfies readonly (keyof Quantiles)[];

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

/** A y range with the length of the window that it was made for. */
export interface HeldRange {
  readonly lengthMs: number;
  readonly low: number;
  readonly high: number;
}

/** Lowest and highest of the second and third columns in the window, or else of the rows on either side of it; null where there is none. */
export const extentOf = (
  [seconds, max = [], min = []]: Columns,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): { readonly low: number; readonly high: number } | null => {
  const after = (ms: number) => {
    const row = seconds.findIndex((second) => second * 1000 > ms);
    return row === -1 ? seconds.length : row;
  };
  const extent = (firstRow: number, endRow: number) => {
    const inRows = (column: readonly (number | null)[]) =>
      column.slice(Math.max(0, firstRow), endRow).filter((value) => value !== null);
    const low = inRows(min).reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
    const high = inRows(max).reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
    return low <= high ? { low, high } : null;
  };
  const [firstRow, endRow] = [after(fromMs - 1), after(toMs)];
  return extent(firstRow, endRow) ?? extent(firstRow - 1, endRow + 1);
};

/** The range to draw by: made anew when the window is longer or shorter, and only widened while it is moved. */
export const heldRange = (
  held: HeldRange | null,
  lengthMs: number,
  extent: { readonly low: number; readonly high: number } | null,
): HeldRange | null => {
  const isSame = held !== null && Math.abs(held.lengthMs / lengthMs - 1) < 0.001;
  if (!extent) return isSame ? held : null;
  if (!isSame) return { lengthMs, ...extent };
  return { lengthMs, low: Math.min(held.low, extent.low), high: Math.max(held.high, extent.high) };
};

/**
 * A y range with air around the data; from zero where that is near, and up to the limit unless the data would become a
 * line at the bottom.
 */
export const valueRange = (low: number, high: number, limit: number | null): [number, number] => {
  const spread = high - low || Math.abs(high) || 1;
  const isLimitNear = limit !== null && limit - high <= 3 * spread && low - limit <= 3 * spread;
  const top = isLimitNear ? Math.max(high, limit) : high;
  const bottom = isLimitNear ? Math.min(low, limit) : low;
  const air = (top - bottom || spread) * 0.12;
  const isZeroNear = bottom >= 0 && bottom <= 0.6 * (top - bottom);
  return [isZeroNear ? 0 : bottom - air, top + air];
};
