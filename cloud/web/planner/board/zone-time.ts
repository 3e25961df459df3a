import { dayMs, minuteMs } from '@kuluma/shared/model/units.ts';

const formats = new Map<string, Intl.DateTimeFormat>();

const formatOf = (timeZone: string): Intl.DateTimeFormat => {
  const made =
    formats.get(timeZone) ??
    new Intl.DateTimeFormat('en-CA', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  formats.set(timeZone, made);
  return made;
};

/** The wall clock of a zone at an instant, as if it were UTC: epoch ms. */
const wallMsOf = (ms: number, timeZone: string): number => {
  const parts = formatOf(timeZone).formatToParts(ms);
  const part = (type: Intl.DateTimeFormatPartTypes) => Number(parts.find((one) => one.type === type)?.value);
  return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
};

/** Minutes since local midnight on the wall clock. */
export const minuteOfDay = (ms: number, timeZone: string): number =>
  Math.floor((((wallMsOf(ms, timeZone) % dayMs) + dayMs) % dayMs) / minuteMs);

/**
 * The instant at which the wall clock of the zone shows `minute` (0..1440) of a day; the first of the two where the clock
 * is put back, and the end of the gap where it is put forward.
 */
export const instantOf = (dayKey: string, minute: number, timeZone: string): number => {
  const wall = Date.parse(`${dayKey}T00:00:00Z`) + minute * minuteMs;
  const offsetAt = (ms: number) => wallMsOf(ms, timeZone) - ms;
  // A zone changes its clock at most once within a day, so that one of the offsets around it is right.
  const [before, after] = [wall - offsetAt(wall - dayMs), wall - offsetAt(wall + dayMs)];
  const right = [before, after].filter((ms) => wallMsOf(ms, timeZone) === wall);
  return right.length > 0 ? Math.min(...right) : gapEnd(Math.min(before, after), Math.max(before, after), timeZone);
};

/** The first instant with the later offset, of two between which the clock is put forward. */
const gapEnd = (fromMs: number, toMs: number, timeZone: string): number => {
  const offset = wallMsOf(toMs, timeZone) - toMs;
  let [low, high] = [fromMs, toMs];
  while (high - low > 1000) {
    const middle = Math.floor((low + high) / 2000) * 1000;
    if (wallMsOf(middle, timeZone) - middle === offset) high = middle;
    else low = middle;
  }
  return high;
};

/** `2026-11-30` + 1 = `2026-12-01`. */
export const dayAfter = (dayKey: string, days = 1): string =>
  new Date(Date.parse(`${dayKey}T00:00:00Z`) + days * dayMs).toISOString().slice(0, 10);

/** ISO weekday of a calendar day: 1 is Monday. */
export const weekdayOf = (dayKey: string): number => new Date(`${dayKey}T00:00:00Z`).getUTCDay() || 7;

/** The Monday of the week of a day. */
export const mondayOf = (dayKey: string): string => dayAfter(dayKey, 1 - weekdayOf(dayKey));
