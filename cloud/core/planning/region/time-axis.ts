import type { LocalDay } from '@kuluma/shared/model/base.ts';
import { dayMs, minuteMs, secondMs } from '@kuluma/shared/model/units.ts';
import { Temporal } from 'temporal-polyfill';
import type { Static } from 'typebox';
import { instantOf, localDays, nextDay } from '../../calendar/local-time.ts';

/** One axis for a whole region: minutes since the company's midnight before `nowAt`, whatever its clocks do meanwhile. */
export interface TimeAxis {
  readonly timeZone: string;
  readonly originMs: number;
  readonly nowMs: number;
  /** The end of the last day. */
  readonly endMs: number;
  /** The days of the horizon in the company's zone, and the first instant and the noon of each. */
  readonly days: readonly { readonly on: Static<typeof LocalDay>; readonly fromMs: number; readonly noonMs: number }[];
}

/** @param horizon of a region form: the company's zone, ISO 8601, and the last day */
export const timeAxisOf = ({
  timeZone,
  nowAt,
  toOn,
}: {
  readonly timeZone: string;
  readonly nowAt: string;
  readonly toOn: Static<typeof LocalDay>;
}): TimeAxis => {
  // Plans are made in whole minutes.
  const nowMs = Math.ceil(Date.parse(nowAt) / minuteMs) * minuteMs;
  const endMs = instantOf(nextDay(toOn), '00:00', timeZone);
  const days = localDays(nowMs, endMs, timeZone).map((on) => ({
    on,
    fromMs: instantOf(on, '00:00', timeZone),
    noonMs: instantOf(on, '12:00', timeZone),
  }));
  return { timeZone, originMs: days[0]?.fromMs ?? nowMs, nowMs, endMs, days };
};

export const minuteOf = ({ originMs }: TimeAxis, atMs: number): number => (atMs - originMs) / minuteMs;
export const instantAt = ({ originMs }: TimeAxis, minute: number): number => originMs + Math.round(minute * minuteMs);

/** The day of the axis in which the instant lies; the first or last for one outside. */
export const dayIndexOf = ({ days }: TimeAxis, atMs: number): number => {
  // Days have 23 to 25 hours, so that the guess is off by one at most.
  const guess = Math.floor((atMs - (days[0]?.fromMs ?? atMs)) / dayMs);
  const index = Math.min(days.length - 1, Math.max(0, guess));
  if (atMs < (days[index]?.fromMs ?? atMs)) return Math.max(0, index - 1);
  if (atMs >= (days[index + 1]?.fromMs ?? Number.POSITIVE_INFINITY)) return index + 1;
  return index;
};

/** `2026-11-23T08:15+02:00`; seconds, and thousandths of them, only where there are some. */
export const localText = (atMs: number, timeZone: string): string =>
  Temporal.Instant.fromEpochMilliseconds(atMs)
    .toZonedDateTimeISO(timeZone)
    .toString({
      timeZoneName: 'never',
      smallestUnit: atMs % minuteMs === 0 ? 'minute' : atMs % secondMs === 0 ? 'second' : 'millisecond',
    });
