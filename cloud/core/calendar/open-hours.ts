import type { WorkCalendar } from '@kuluma/shared/model/calendar.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import { type Interval, intersect, union } from './intervals.ts';
import { instantOf, localDays, nextDay, weekdayOf } from './local-time.ts';

/**
 * Open hours of a calendar between two instants, as UTC intervals. Hours whose end is not after their start run into
 * the next day. Hours of a closed day do not take place, and those that run into one stop at its midnight.
 */
export const openIntervals = (calendar: WorkCalendar, fromMs: number, toMs: number): Interval[] => {
  const { timeZone, hours } = calendar;
  const closed = new Set(calendar.closedOn);
  const open: Interval[] = [];
  for (const day of localDays(fromMs - dayMs, toMs, timeZone)) {
    if (closed.has(day)) continue;
    const weekday = weekdayOf(day);
    for (const { from, to } of hours.filter((h) => h.weekday === weekday)) {
      const runsOver = to <= from;
      const endDay = runsOver ? nextDay(day) : day;
      open.push({
        fromMs: instantOf(day, from, timeZone),
        toMs: instantOf(endDay, runsOver && closed.has(endDay) ? '00:00' : to, timeZone),
      });
    }
  }
  return intersect(union(open), [{ fromMs, toMs }]);
};
