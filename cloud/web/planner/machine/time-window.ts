import type { Quantiles } from '@kuluma/shared/model/forecast.ts';
import { dayMs, minuteMs } from '@kuluma/shared/model/units.ts';

/** What of the time line is in sight, epoch ms. */
export interface TimeWindow {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Days of history that each choice shows. */
export const spanDays = { day: 1, week: 7, month: 30, year: 365 } as const;
export type Span = keyof typeof spanDays;

const leastMs = 10 * minuteMs;

/** Where the time axis ends: at the late end of the forecast, but never more future than past. */
export const axisEndMs = (nowMs: number, pastDays: number, rulDays: Quantiles | null): number =>
  nowMs + dayMs * Math.min(Math.max((rulDays?.p95 ?? 0) * 1.04, pastDays * 0.12), pastDays);

/** History of a span up to now, and what of the forecast has room beside it. */
export const windowOfSpan = (span: Span, nowMs: number, rulDays: Quantiles | null): TimeWindow => ({
  fromMs: nowMs - spanDays[span] * dayMs,
  toMs: axisEndMs(nowMs, spanDays[span], rulDays),
});

/** All of the time that can be gone to: from the first known event, at least a year back, to where the forecast ends. */
export const reachOf = (nowMs: number, firstEventMs: number, rulDays: Quantiles | null): TimeWindow => ({
  fromMs: Math.min(firstEventMs, nowMs - spanDays.year * dayMs) - 30 * dayMs,
  toMs: Math.max(nowMs + 30 * dayMs, axisEndMs(nowMs, spanDays.year, rulDays)),
});

/** The window of that length and place that lies within the reach. */
const within = (reach: TimeWindow, fromMs: number, lengthMs: number): TimeWindow => {
  const length = Math.min(lengthMs, reach.toMs - reach.fromMs);
  const from = Math.min(Math.max(fromMs, reach.fromMs), reach.toMs - length);
  return { fromMs: Math.round(from), toMs: Math.round(from + length) };
};

/** Longer (`factor` above 1) or shorter by `factor`; `anchorMs` stays where it is. */
export const zoomed = (window: TimeWindow, factor: number, anchorMs: number, reach: TimeWindow): TimeWindow => {
  const before = window.toMs - window.fromMs;
  const length = Math.min(Math.max(before * factor, leastMs), reach.toMs - reach.fromMs);
  return within(reach, anchorMs - ((anchorMs - window.fromMs) * length) / before, length);
};

/** Moved by that share of its own length; later where it is above 0. */
export const panned = (window: TimeWindow, share: number, reach: TimeWindow): TimeWindow => {
  const length = window.toMs - window.fromMs;
  return within(reach, window.fromMs + share * length, length);
};

/** The instant that keys and buttons zoom about: now while it is in sight, else the middle. */
export const anchorOf = ({ fromMs, toMs }: TimeWindow, nowMs: number): number =>
  nowMs > fromMs && nowMs < toMs ? nowMs : (fromMs + toMs) / 2;
