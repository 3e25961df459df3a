import { dayMs, minuteMs } from '@kuluma/shared/model/units.ts';
import { type Interval, intersect } from '../../calendar/intervals.ts';
import { instantOf, localDayOf, localDays, nextDay } from '../../calendar/local-time.ts';
import { openIntervals } from '../../calendar/open-hours.ts';
import type { RegionTechnician } from './form-people.ts';
import type { TimeAxis } from './time-axis.ts';

/** One stretch of working hours of a technician: a route at most. */
export interface Shift {
  readonly technician: RegionTechnician;
  /** The day on which it begins, in the technician's zone. */
  readonly on: string;
  readonly fromMs: number;
  /** End of the working hours, and the latest time to be back with overtime. */
  readonly toMs: number;
  readonly backByMs: number;
  readonly break: { readonly minutes: number; readonly fromMs: number; readonly toMs: number } | undefined;
}

/** Hours round the clock are one shift a day: everybody goes home. */
const byDay = (open: Interval, timeZone: string): Interval[] => {
  if (open.toMs - open.fromMs <= dayMs) return [open];
  const days = localDays(open.fromMs, open.toMs, timeZone).map((day) => ({
    fromMs: instantOf(day, '00:00', timeZone),
    toMs: instantOf(nextDay(day), '00:00', timeZone),
  }));
  return intersect(days, [open]);
};

/** A shift has its break if it covers the whole time in which it may be taken. */
const breakOf = (
  { break: rule, working }: RegionTechnician,
  on: string,
  { fromMs, toMs }: Interval,
): Shift['break'] => {
  if (!rule) return undefined;
  const breakFromMs = instantOf(on, rule.from, working.timeZone);
  const breakToMs = instantOf(on, rule.to, working.timeZone);
  return fromMs <= breakFromMs && breakToMs + rule.minutes * minuteMs <= toMs
    ? { minutes: rule.minutes, fromMs: breakFromMs, toMs: breakToMs }
    : undefined;
};

/** The shifts of a technician that have not ended, whole: one that has begun keeps its beginning. */
export const shiftsOf = (technician: RegionTechnician, { nowMs, endMs }: TimeAxis): Shift[] => {
  const { working, overtime } = technician;
  const open = openIntervals(working, nowMs - dayMs, endMs).flatMap((hours) => byDay(hours, working.timeZone));
  return open.flatMap((hours, i): Shift[] => {
    if (hours.toMs <= nowMs) return [];
    const on = localDayOf(hours.fromMs, working.timeZone);
    const nextFromMs = open[i + 1]?.fromMs ?? Number.POSITIVE_INFINITY;
    const backByMs = Math.min(hours.toMs + (overtime?.minutes ?? 0) * minuteMs, nextFromMs);
    return [{ technician, on, ...hours, backByMs, break: breakOf(technician, on, hours) }];
  });
};
