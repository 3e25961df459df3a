import { AppError } from '@kuluma/shared/errors.ts';
import type { TrafficHours } from '@kuluma/shared/model/calendar.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import { instantOf, localDays, weekdayOf } from '../../calendar/local-time.ts';
import { createTraffic, type Traffic } from '../kernel/traffic.ts';
import { minuteOf, type TimeAxis } from './time-axis.ts';

/** The hours by the clocks of the company, as stretches of the axis; a clock that is put on or back makes them shorter or longer. */
const stretchesOf = (hours: readonly TrafficHours[], axis: TimeAxis) =>
  localDays(axis.originMs - dayMs, axis.endMs + dayMs, axis.timeZone)
    .flatMap((on) =>
      hours
        .filter(({ weekdays }) => weekdays.includes(weekdayOf(on)))
        .map(({ from, to, factor }) => ({
          from: minuteOf(axis, instantOf(on, from, axis.timeZone)),
          to: minuteOf(axis, instantOf(on, to, axis.timeZone)),
          factor,
        })),
    )
    .sort((a, b) => a.from - b.from || a.to - b.to);

interface TrafficFault {
  readonly code: 'endsFirst' | 'meets';
  readonly message: string;
  readonly hint: string;
}

/** What is wrong with hours of traffic, by their place in the list: those that end before they begin, and those that meet. */
export function* trafficFaults(hours: readonly TrafficHours[]): Generator<readonly [number, TrafficFault]> {
  for (const [i, { weekdays, from, to }] of hours.entries()) {
    if (to <= from) {
      yield [i, { code: 'endsFirst', message: `ends at ${to}, before it begins`, hint: 'split hours at midnight' }];
      continue;
    }
    const other = hours
      .slice(0, i)
      .find((one) => one.from < to && from < one.to && one.weekdays.some((day) => weekdays.includes(day)));
    if (other) yield [i, { code: 'meets', message: `meets ${other.from}-${other.to}`, hint: 'one factor an hour' }];
  }
}

const spoken = /^([1-7])(?:-([1-7]))? (\d{2}:\d{2})-(\d{2}:\d{2}) (\d+(?:\.\d+)?)$/;

/**
 * Hours of traffic in words: ISO weekdays, from and to, and how many times as long, one after another with semicolons
 * (`1-5 07:00-09:00 1.4; 5 15:00-17:00 1.3`).
 * @throws INPUT_INVALID with what cannot be read, or meets
 */
export const trafficHoursIn = (text: string): TrafficHours[] => {
  const hours = text
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part): TrafficHours => {
      const [, first, last = first, from = '', to = '', factor] = spoken.exec(part) ?? [];
      if (first === undefined || Number(last) < Number(first))
        throw new AppError('INPUT_INVALID', `${part} is no hours of traffic`, { hint: '1-5 07:00-09:00 1.4' });
      const weekdays = Array.from({ length: Number(last) - Number(first) + 1 }, (_, i) => Number(first) + i);
      return { weekdays, from, to, factor: Number(factor) };
    });
  const faults = [...trafficFaults(hours)].map(([i, fault]) => ({ path: `/traffic/${i}`, ...fault }));
  if (faults.length > 0) throw new AppError('INPUT_INVALID', 'the hours of traffic are not right', { faults });
  return hours;
};

/** How the kernel has the ways of a region with hours of traffic. */
export interface BusyWays {
  readonly travelTime: Float64Array;
  readonly traffic: Traffic;
}

/**
 * Ways by the hour. The kernel's ways are the quickest of all hours.
 * @param travelTime at factor 1, set-up in it
 * @param setUp what of each way is set-up, which takes as long at any hour
 */
export const busyWaysOf = (
  hours: readonly TrafficHours[],
  axis: TimeAxis,
  travelTime: Float64Array,
  setUp: Float64Array,
): BusyWays => {
  const pieces: { from: number; factor: number }[] = [];
  let until = minuteOf(axis, axis.originMs) - 2 * (dayMs / 60_000);
  for (const { from, to, factor } of stretchesOf(hours, axis)) {
    const begins = Math.max(from, until);
    if (begins >= to) continue;
    if (begins > until) pieces.push({ from: until, factor: 1 });
    pieces.push({ from: begins, factor });
    until = to;
  }
  pieces.push({ from: until, factor: 1 });
  const least = Math.min(...pieces.map(({ factor }) => factor));
  return {
    travelTime: travelTime.map((minutes, way) => {
      const there = setUp[way] as number;
      return (minutes - there) * least + there;
    }),
    traffic: createTraffic(
      pieces.map(({ from, factor }) => ({ from, factor: factor / least })),
      setUp,
    ),
  };
};
