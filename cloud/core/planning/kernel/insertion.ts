import { insertWithDerived } from './derived-stops.ts';
import { createInsertion, type Insertion } from './insertion-place.ts';
import { type Bounds, readBounds } from './linked-visits.ts';
import { overtimeCost } from './overtime.ts';
import { isPlain } from './problem.ts';
import type { RouteState } from './route-state.ts';
import { addStop, createSegment, durationWithTail, setToHead } from './segment.ts';
import { technicianCost } from './visit-arrays.ts';

const nobody = -1;

/** Whether its group and capacity let the vehicle take the visit on, wherever in its route. */
export const mayTake = ({ problem, load }: RouteState, visit: number, vehicle: number): boolean => {
  const { capacityCount } = problem;
  if (problem.service[(problem.serviceRow[vehicle] as number) + visit] === Number.POSITIVE_INFINITY) return false;
  const frozenOn = problem.frozenOn[visit] as number;
  if (frozenOn !== nobody && frozenOn !== vehicle) return false;
  for (let k = 0; k < capacityCount; k++) {
    const at = vehicle * capacityCount + k;
    if ((load[at] as number) + (problem.load[visit * capacityCount + k] as number) > (problem.capacity[at] as number))
      return false;
  }
  return true;
};

/** Each place in the route costs its detour. */
const byDistance = (state: RouteState, visit: number, vehicle: number, banned: number, best: Insertion): void => {
  const { problem, next, done, late } = state;
  const { place, placeCount, time, timeInto, distance, distanceInto, visitCount: n } = problem;
  const row = (place[visit] as number) * placeCount;
  const open = state.open[visit] as number;
  const close = state.close[visit] as number;
  const service = problem.service[(problem.serviceRow[vehicle] as number) + visit] as number;
  const rate = problem.perDistance[vehicle] as number;
  const start = n + vehicle;
  const end = start + problem.vehicleCount;
  const empty = next[start] === end;
  let least = Number.POSITIVE_INFINITY;
  let after = nobody;
  let fromRow = (place[start] as number) * placeCount;
  let from = place[start] as number;
  for (let i = start; i !== end; ) {
    const ready = done[i] as number;
    if (ready > close) break;
    const j = next[i] as number;
    const to = place[j] as number;
    const arrive = ready + (timeInto[row + from] as number);
    if (arrive <= close) {
      const leave = (arrive > open ? arrive : open) + service;
      if (leave + (time[row + to] as number) <= (late[j] as number)) {
        const detour =
          (distanceInto[row + from] as number) +
          (distance[row + to] as number) -
          (empty ? 0 : (distance[fromRow + to] as number));
        if (detour < least && i !== banned) {
          least = detour;
          after = i;
        }
      }
    }
    i = j;
    from = to;
    fromRow = to * placeCount;
  }
  best.after = after;
  best.added = Number.POSITIVE_INFINITY;
  if (after !== nobody) best.added = least * rate + (empty ? (problem.usedCost[vehicle] as number) : 0);
};

const segment = createSegment();

/** Puts the visit behind `segment` and then the rest of the route from `before` on. */
const durationThrough = (state: RouteState, visit: number, vehicle: number, from: number, before: number): number => {
  const { problem } = state;
  const { place, placeCount, time, timeInto } = problem;
  const row = (place[visit] as number) * placeCount;
  const service = problem.service[(problem.serviceRow[vehicle] as number) + visit] as number;
  const fits = addStop(
    segment,
    timeInto[row + from] as number,
    state.open[visit] as number,
    state.close[visit] as number,
    service,
  );
  return fits
    ? durationWithTail(segment, time[row + (place[before] as number)] as number, state, before)
    : Number.POSITIVE_INFINITY;
};

/** Each place in the route costs its detour and what it does to the duration of the whole. */
const byDuration = (state: RouteState, visit: number, vehicle: number, banned: number, best: Insertion): void => {
  const { problem, next } = state;
  const { place, visitCount: n } = problem;
  const close = state.close[visit] as number;
  const end = n + problem.vehicleCount + vehicle;
  const perDistance = problem.perDistance[vehicle] as number;
  const perDuration = problem.perDuration[vehicle] as number;
  const overtime = (problem.overtimeRate[vehicle] as number) > 0;
  best.after = nobody;
  best.added = Number.POSITIVE_INFINITY;
  for (let i = n + vehicle, j = 0; i !== end; i = j) {
    if ((state.done[i] as number) > close) break;
    j = next[i] as number;
    if (i === banned) continue;
    setToHead(segment, state, i);
    const duration = durationThrough(state, visit, vehicle, place[i] as number, j);
    if (duration === Number.POSITIVE_INFINITY) continue;
    let cost =
      (state.fixedCost[vehicle] as number) +
      perDistance * ((state.distance[vehicle] as number) + detour(state, visit, i, j)) +
      perDuration * duration;
    // `segment` is now the whole route.
    if (overtime) cost += overtimeCost(problem, vehicle, segment.earliest + duration);
    if (cost < best.added) {
      best.added = cost;
      best.after = i;
    }
  }
  best.added -= state.cost[vehicle] as number;
};

const detour = ({ problem, size, vehicleOf }: RouteState, visit: number, i: number, j: number): number => {
  const { place, placeCount, distance, distanceInto } = problem;
  const row = (place[visit] as number) * placeCount;
  const from = place[i] as number;
  const to = place[j] as number;
  const there = (distanceInto[row + from] as number) + (distance[row + to] as number);
  const neighbour = i < problem.visitCount ? i : j < problem.visitCount ? j : nobody;
  const empty = neighbour === nobody || size[vehicleOf[neighbour] as number] === 0;
  return empty ? there : there - (distance[from * placeCount + to] as number);
};

/** The best place for the window that stands in `state.open` and `state.close`, without what coming then costs. */
const inWindow = (state: RouteState, visit: number, vehicle: number, banned: number, best: Insertion): void => {
  if (state.problem.derived && insertWithDerived(state, visit, vehicle, banned, best)) return;
  if (state.problem.timed) byDuration(state, visit, vehicle, banned, best);
  else byDistance(state, visit, vehicle, banned, best);
};

const probe = createInsertion();
const bounds: Bounds = { from: 0, to: 0 };

/** The best over all windows that meet that of the vehicle, with what it costs that this technician comes then. */
const overWindows = (state: RouteState, visit: number, vehicle: number, banned: number, best: Insertion): void => {
  const { problem } = state;
  const price = technicianCost(problem, visit, problem.technician[vehicle] as number);
  const first = problem.windowStart[visit] as number;
  const count = price === Number.POSITIVE_INFINITY ? 0 : (problem.windowCount[visit] as number);
  readBounds(state, visit, vehicle, bounds);
  for (let window = 0; window < count; window++) {
    const from = problem.windowFrom[first + window] as number;
    if (from > (problem.backBy[vehicle] as number)) break;
    const to = problem.windowTo[first + window] as number;
    if (to < (problem.leaveFrom[vehicle] as number)) continue;
    const opens = Math.max(from, bounds.from);
    const closes = Math.min(to, bounds.to);
    if (opens > closes) continue;
    state.open[visit] = opens;
    state.close[visit] = closes;
    inWindow(state, visit, vehicle, banned, probe);
    if (probe.depends) best.depends = true;
    const added = probe.added + price + (problem.windowCost[first + window] as number);
    if (added >= best.added) continue;
    best.added = added;
    best.after = probe.after;
    best.window = window;
  }
};

/**
 * Finds the best place for an absent visit in a route, exactly: `added` is what the cost of the route would grow by.
 * @param banned node after which the visit must not come, -1 for none
 */
export const findInsertion = (
  state: RouteState,
  visit: number,
  vehicle: number,
  banned: number,
  best: Insertion,
): void => {
  best.added = Number.POSITIVE_INFINITY;
  best.after = nobody;
  best.window = 0;
  best.depends = false;
  if (!mayTake(state, visit, vehicle)) return;
  if (isPlain(state.problem)) inWindow(state, visit, vehicle, banned, best);
  else overWindows(state, visit, vehicle, banned, best);
};
