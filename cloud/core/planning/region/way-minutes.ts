import type { ProblemSpec, VehicleSpec, VisitSpec } from '../kernel/problem-spec.ts';
import { arrivalOf, departureOf } from '../kernel/traffic.ts';
import type { TimedStop } from './timetable.ts';

/** Ways from place to place, at hours of traffic too. */
export type TimedWays = Pick<ProblemSpec, 'travelTime' | 'traffic'>;

const wayOf = ({ travelTime, traffic }: TimedWays, from: number, to: number) => {
  const way = from * Math.sqrt(travelTime.length) + to;
  const minutes = travelTime[way] ?? 0;
  const setUp = traffic?.setUp[way] ?? 0;
  return { minutes, setUp, free: minutes - setUp };
};

/** Minutes of a way and its set-up for who leaves at a time. */
export const minutesFrom = (ways: TimedWays, from: number, to: number, leave: number): number => {
  const { minutes, setUp, free } = wayOf(ways, from, to);
  return ways.traffic ? arrivalOf(ways.traffic, leave, free) + setUp - leave : minutes;
};

/** Minutes of a way and its set-up for who has it behind him by a time. */
export const minutesInto = (ways: TimedWays, from: number, to: number, by: number): number => {
  const { minutes, setUp, free } = wayOf(ways, from, to);
  return ways.traffic ? by - departureOf(ways.traffic, by - setUp, free) : minutes;
};

/**
 * How long before a stop begins one has to set off to it from the stop before, by the depot if it lies between; who has
 * not waited sets off at once.
 * @param free when the work before is over, or the route is left
 */
export const setOffBefore = (
  spec: ProblemSpec,
  vehicle: VehicleSpec,
  stops: readonly TimedStop[],
  at: number,
  free: number,
): number => {
  const placeOf = (stop: TimedStop | undefined): number =>
    stop === undefined
      ? vehicle.start
      : stop.visit === undefined
        ? (spec.depots?.[vehicle.depot ?? -1]?.place ?? vehicle.start)
        : (spec.visits[stop.visit] as VisitSpec).place;
  const stop = stops[at] as TimedStop;
  const before = stops[at - 1];
  const leaves = stop.start - minutesInto(spec, placeOf(before), placeOf(stop), stop.start);
  if (!before || before.visit !== undefined) return stop.start - Math.max(free, leaves);
  // Who comes by the depot comes no later than it stands in the plan: it closes.
  const there = Math.min(leaves - (before.end - before.start), before.start);
  const setsOff = there - minutesInto(spec, placeOf(stops[at - 2]), placeOf(before), there);
  return stop.start - Math.max(free, setsOff);
};
