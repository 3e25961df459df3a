import { dayMs } from '@kuluma/shared/model/units.ts';
import { Temporal } from 'temporal-polyfill';

/** Calendar day, `2027-03-28`, on which the instant falls in the zone. */
export const localDayOf = (atMs: number, timeZone: string): string =>
  Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(timeZone).toPlainDate().toString();

/**
 * Epoch ms of a local time of day. `24:00` is the next day's midnight. A time that the clock skips in spring is taken
 * as much later as the clock jumps, one that it repeats in autumn is the first of the two (RFC 5545 and Temporal's
 * `compatible`).
 */
export const instantOf = (day: string, time: string, timeZone: string): number => {
  const hour = Number(time.slice(0, 2));
  const clock = `${String(hour % 24).padStart(2, '0')}:${time.slice(3)}`;
  const date = hour < 24 ? day : nextDay(day);
  return Temporal.PlainDateTime.from(`${date}T${clock}`).toZonedDateTime(timeZone).epochMilliseconds;
};

// A day alone has no zone: it is counted in UTC, where each has 24 hours.
export const nextDay = (day: string): string => new Date(Date.parse(day) + dayMs).toISOString().slice(0, 10);

/** ISO weekday: 1 is Monday. */
export const weekdayOf = (day: string): number => new Date(day).getUTCDay() || 7;

/** The local days that the stretch of time touches, in order. */
export const localDays = (fromMs: number, toMs: number, timeZone: string): string[] => {
  const days: string[] = [];
  if (toMs <= fromMs) return days;
  const last = localDayOf(toMs - 1, timeZone);
  for (let day = localDayOf(fromMs, timeZone); day <= last; day = nextDay(day)) days.push(day);
  return days;
};
