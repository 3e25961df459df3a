import type { RouteState } from './route-state.ts';
import { technicianCost } from './visit-arrays.ts';

/** Rounding of sums of times. */
const slack = 1e-6;

/** What is known of routes as they stand, at a version of each. */
interface RouteSums {
  readonly version: Int32Array;
  /** Travel and service of the list, with the service at the depot if it is passed. */
  readonly minutes: Float64Array;
  /** The least that a stop at the depot between two stops of the list costs; 0 where it is not passed. */
  readonly depotCost: Float64Array;
}

/** The least that a route's cost can grow by with a visit, whatever the windows of its stops; infinite if it is too long. */
export interface InsertionBound {
  readonly of: (visit: number, vehicle: number) => number;
  /** What it costs at least who comes and when, for a vehicle that the visit may go to. */
  readonly priceOf: (visit: number, vehicle: number) => number;
}

/**
 * A bound of insertions: it knows ways, services and prices but no time of day, and so it needs a few reads where the
 * insertion itself tries stops that are derived. A route that takes longer than fits before the end of its break or behind
 * it has the break on the road.
 */
export const createInsertionBound = (state: RouteState): InsertionBound => {
  const { problem, next, size, cost, fixedCost } = state;
  const { place, placeCount, time, timeInto, distance, distanceInto, service, serviceRow, visitCount: n } = problem;
  const { vehicleCount, leaveFrom, backBy, breakMinutes, breakFrom, breakTo, stock } = problem;
  const sums: RouteSums = {
    version: new Int32Array(vehicleCount).fill(-1),
    minutes: new Float64Array(vehicleCount),
    depotCost: new Float64Array(vehicleCount),
  };
  /** Longer routes have their break on the road. */
  const longestWithout = Float64Array.from(breakMinutes, (minutes, v) =>
    minutes < 0
      ? Number.POSITIVE_INFINITY
      : slack +
        Math.max(
          (backBy[v] as number) - (breakFrom[v] as number) - minutes,
          (breakTo[v] as number) - (leaveFrom[v] as number),
        ),
  );

  const detourCost = (vehicle: number, from: number, by: number, to: number): number => {
    const row = by * placeCount;
    const direct = from * placeCount + to;
    return (
      (problem.perDistance[vehicle] as number) *
        ((distanceInto[row + from] as number) + (distance[row + to] as number) - (distance[direct] as number)) +
      (problem.perDuration[vehicle] as number) *
        ((timeInto[row + from] as number) + (time[row + to] as number) - (time[direct] as number))
    );
  };

  const read = (vehicle: number): void => {
    sums.version[vehicle] = state.version[vehicle] as number;
    const row = serviceRow[vehicle] as number;
    const passes = stock !== undefined && (state.restockAfter[vehicle] as number) !== -1;
    const depot = passes ? (stock.depotPlace[vehicle] as number) : -1;
    let minutes = passes ? (stock.depotService[vehicle] as number) : 0;
    let least = Number.POSITIVE_INFINITY;
    let from = place[n + vehicle] as number;
    for (let j = next[n + vehicle] as number; ; j = next[j] as number) {
      const to = place[j] as number;
      minutes += time[from * placeCount + to] as number;
      if (passes) least = Math.min(least, detourCost(vehicle, from, depot, to));
      if (j >= n) break;
      minutes += service[row + j] as number;
      from = to;
    }
    sums.minutes[vehicle] = minutes;
    sums.depotCost[vehicle] = passes ? least : 0;
  };

  const of = (visit: number, vehicle: number): number => {
    if (sums.version[vehicle] !== state.version[vehicle]) read(vehicle);
    const perDistance = problem.perDistance[vehicle] as number;
    const perDuration = problem.perDuration[vehicle] as number;
    const at = place[visit] as number;
    const row = at * placeCount;
    const empty = size[vehicle] === 0;
    const passes = stock !== undefined && (state.restockAfter[vehicle] as number) !== -1;
    const depot = passes ? (stock.depotPlace[vehicle] as number) : -1;
    const minutes = (sums.minutes[vehicle] as number) + (service[(serviceRow[vehicle] as number) + visit] as number);
    const span = (backBy[vehicle] as number) - (leaveFrom[vehicle] as number) + slack;
    const longest = longestWithout[vehicle] as number;
    const rest = breakMinutes[vehicle] as number;
    let least = Number.POSITIVE_INFINITY;
    let i = n + vehicle;
    let from = place[i] as number;
    while (i < n + vehicleCount) {
      const j = next[i] as number;
      const to = place[j] as number;
      const direct = from * placeCount + to;
      let whole = minutes + (timeInto[row + from] as number) + (time[row + to] as number) - (time[direct] as number);
      if (whole > longest) whole += rest;
      if (whole <= span) {
        const way =
          (distanceInto[row + from] as number) +
          (distance[row + to] as number) -
          (empty ? 0 : (distance[direct] as number));
        let added = perDistance * way + perDuration * whole;
        if (passes)
          added += Math.min(
            sums.depotCost[vehicle] as number,
            detourCost(vehicle, from, depot, at),
            detourCost(vehicle, at, depot, to),
          );
        if (added < least) least = added;
      }
      if (j >= n) break;
      i = j;
      from = to;
    }
    return (
      least +
      (fixedCost[vehicle] as number) +
      perDistance * (empty ? 0 : (state.distance[vehicle] as number)) -
      (cost[vehicle] as number) -
      slack
    );
  };

  const priceOf = (visit: number, vehicle: number): number => {
    const first = problem.windowStart[visit] as number;
    const end = first + (problem.windowCount[visit] as number);
    let least = Number.POSITIVE_INFINITY;
    for (let at = first; at < end; at++)
      if (
        (problem.windowFrom[at] as number) <= (backBy[vehicle] as number) &&
        (problem.windowTo[at] as number) >= (leaveFrom[vehicle] as number)
      )
        least = Math.min(least, problem.windowCost[at] as number);
    return least + technicianCost(problem, visit, problem.technician[vehicle] as number);
  };

  return { of, priceOf };
};
