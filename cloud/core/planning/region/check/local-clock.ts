import type { WorkCalendar } from '@kuluma/shared/model/calendar.ts';
import { minuteMs } from '@kuluma/shared/model/units.ts';
import { Temporal } from 'temporal-polyfill';

/** What a clock on the wall shows: the day, its ISO weekday and the minute of the day. */
export interface LocalClock {
  readonly on: string;
  readonly weekday: number;
  readonly minute: number;
}

export const localClock = (atMs: number, timeZone: string): LocalClock => {
  const local = Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(timeZone);
  return { on: local.toPlainDate().toString(), weekday: local.dayOfWeek, minute: local.hour * 60 + local.minute };
};

export const minuteOfDay = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

const yesterdayOf = (weekday: number): number => (weekday === 1 ? 7 : weekday - 1);

/** Whether the hours of a calendar hold at an instant, by the clock on the wall. */
const holdsAt = ({ timeZone, hours, closedOn }: WorkCalendar, atMs: number): boolean => {
  const { on, weekday, minute } = localClock(atMs, timeZone);
  if (closedOn.includes(on)) return false;
  const yesterday = localClock(atMs - (minute + 1) * minuteMs, timeZone).on;
  return hours.some(({ weekday: day, from, to }) => {
    const opens = minuteOfDay(from);
    const closes = minuteOfDay(to);
    if (closes > opens) return day === weekday && minute >= opens && minute < closes;
    if (day === weekday && minute >= opens) return true;
    return day === yesterdayOf(weekday) && minute < closes && !closedOn.includes(yesterday);
  });
};

/** Hours are looked at every so often: none is shorter than that. */
const stepMs = 15 * minuteMs;

/** Whether the hours hold all the time from one instant to another. */
export const holdsThrough = (calendar: WorkCalendar, fromMs: number, toMs: number): boolean => {
  for (let atMs = fromMs; atMs < toMs; atMs += stepMs) if (!holdsAt(calendar, atMs)) return false;
  return holdsAt(calendar, fromMs === toMs ? fromMs : toMs - 1);
};
