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

/** What is wrong with hours of traffic, by their place in the list: those that end before they begin, and those that meet. */
export function* trafficFaults(
  hours: readonly TrafficHours[],
): Generator<readonly [number, { readonly message: string; readonly hint: string }]> {
  for (const [i, { weekdays, from, to }] of hours.entries()) {
    if (to <= from) yield [i, { message: `ends at ${to}, before it begins`, hint: 'split hours at midnight' }];
    const other = hours
      .slice(0, i)
      .find((one) => one.from < to && from < one.to && one.weekdays.some((day) => weekdays.includes(day)));
    if (other) yield [i, { message: `meets ${other.from}-${other.to}`, hint: 'one factor an hour' }];
  }
}

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
