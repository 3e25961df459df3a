import { insertWithDerived } from './derived-stops.ts';
import { createInsertion, type Insertion } from './insertion-place.ts';
import { type Bounds, readBounds } from './linked-visits.ts';
import { overtimeCost } from './overtime.ts';
import { isPlain } from './problem.ts';
import type { RouteState } from './route-state.ts';
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
  const { problem, next, done, late, way } = state;
  const { place, placeCount, time, timeInto, distance, distanceInto, visitCount: n } = problem;
  const row = (place[visit] as number) * placeCount;
  const open = state.open[visit] as number;
  const close = state.close[visit] as number;
  const service = problem.service[(problem.serviceRow[vehicle] as number) + visit] as number;
  const rate = problem.perDistance[vehicle] as number;
  const start = n + vehicle;
  const end = start + problem.vehicleCount;
  const symmetric = time === timeInto;
  const oneMatrix = symmetric && time === distance;
  let least = Number.POSITIVE_INFINITY;
  let after = nobody;
  let from = place[start] as number;
  let into = timeInto[row + from] as number;
  for (let i = start; i !== end; ) {
    const ready = done[i] as number;
    if (ready > close) break;
    const j = next[i] as number;
    const to = place[j] as number;
    const out = time[row + to] as number;
    const arrive = ready + into;
    if (arrive <= close && (arrive > open ? arrive : open) + service + out <= (late[j] as number)) {
      const ways = oneMatrix ? into + out : (distanceInto[row + from] as number) + (distance[row + to] as number);
      const detour = ways - (way[i] as number);
      if (detour < least && i !== banned) {
        least = detour;
        after = i;
      }
    }
    i = j;
    from = to;
    into = symmetric ? out : (timeInto[row + to] as number);
  }
  best.after = after;
  best.added = Number.POSITIVE_INFINITY;
  if (after !== nobody) best.added = least * rate + (next[start] === end ? (problem.usedCost[vehicle] as number) : 0);
};

/** Each place in the route costs its detour and what it does to the duration of the whole (see segment.ts). */
const byDuration = (
  state: RouteState,
  visit: number,
  vehicle: number,
  banned: number,
  best: Insertion,
  below: number,
): void => {
  const { problem, next, done, late, way, headDuration, headLatest, tailDuration, tailEarliest } = state;
  const { place, placeCount, time, timeInto, distance, distanceInto, visitCount: n } = problem;
  const row = (place[visit] as number) * placeCount;
  const open = state.open[visit] as number;
  const close = state.close[visit] as number;
  const service = problem.service[(problem.serviceRow[vehicle] as number) + visit] as number;
  const end = n + problem.vehicleCount + vehicle;
  const perDistance = problem.perDistance[vehicle] as number;
  const perDuration = problem.perDuration[vehicle] as number;
  const overtime = (problem.overtimeRate[vehicle] as number) > 0;
  const fixed = (state.fixedCost[vehicle] as number) + perDistance * (state.distance[vehicle] as number);
  let least = (state.cost[vehicle] as number) + below;
  let after = nobody;
  let cut = false;
  for (let i = n + vehicle, j = 0; i !== end; i = j) {
    const ready = done[i] as number;
    if (ready > close) break;
    j = next[i] as number;
    if (i === banned) continue;
    const from = place[i] as number;
    const to = place[j] as number;
    const head = headDuration[i] as number;
    const until = head + (timeInto[row + from] as number);
    const earliest = ready - head;
    if (earliest + until > close) continue;
    const left = until + service + (time[row + to] as number);
    let cost = fixed;
    if (perDistance > 0)
      cost +=
        perDistance * ((distanceInto[row + from] as number) + (distance[row + to] as number) - (way[i] as number));
    if (cost + perDuration * (left + (tailDuration[j] as number)) >= least) {
      cut = true;
      continue;
    }
    const latest = headLatest[i] as number;
    const wait = Math.max(open - until - latest, 0);
    const onward = left + wait;
    const leftEarliest = Math.max(open - until, earliest) - wait;
    if (leftEarliest + onward > (late[j] as number)) continue;
    const home = tailEarliest[j] as number;
    const lastWait = Math.max(home - onward - Math.min(close - until, latest), 0);
    const duration = onward + lastWait + (tailDuration[j] as number);
    cost += perDuration * duration;
    if (overtime) cost += overtimeCost(problem, vehicle, Math.max(home - onward, leftEarliest) - lastWait + duration);
    cut = true;
    if (cost >= least) continue;
    least = cost;
    after = i;
  }
  best.after = after;
  best.cut = cut;
  best.added = after === nobody ? Number.POSITIVE_INFINITY : least - (state.cost[vehicle] as number);
};

/** The best place for the window that stands in `state.open` and `state.close`, without what coming then costs. */
const inWindow = (
  state: RouteState,
  visit: number,
  vehicle: number,
  banned: number,
  best: Insertion,
  below: number,
): void => {
  if (state.problem.derived && insertWithDerived(state, visit, vehicle, banned, best, below)) return;
  if (state.problem.timed) byDuration(state, visit, vehicle, banned, best, below);
  else byDistance(state, visit, vehicle, banned, best);
};

const probe = createInsertion();
const bounds: Bounds = { from: 0, to: 0 };

/** The best over all windows that meet that of the vehicle, with what it costs that this technician comes then. */
const overWindows = (
  state: RouteState,
  visit: number,
  vehicle: number,
  banned: number,
  best: Insertion,
  below: number,
): void => {
  const { problem } = state;
  const price = technicianCost(problem, visit, problem.technician[vehicle] as number);
  const first = problem.windowStart[visit] as number;
  const count = price === Number.POSITIVE_INFINITY ? 0 : (problem.windowCount[visit] as number);
  readBounds(state, visit, vehicle, bounds);
  // What another problem, one with depots, was told last is none of this one's.
  probe.depends = false;
  probe.cut = false;
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
    const cost = price + (problem.windowCost[first + window] as number);
    inWindow(state, visit, vehicle, banned, probe, Math.min(below, best.added) - cost);
    if (probe.depends) best.depends = true;
    if (probe.cut) best.cut = true;
    const added = probe.added + cost;
    if (added >= best.added) continue;
    best.added = added;
    best.after = probe.after;
    best.window = window;
  }
};

/**
 * Finds the best place for an absent visit in a route, exactly: `added` is what the cost of the route would grow by.
 * @param banned node after which the visit must not come, -1 for none
 * @param below places that add as much or more may be taken for none, which is quicker
 */
export const findInsertion = (
  state: RouteState,
  visit: number,
  vehicle: number,
  banned: number,
  best: Insertion,
  below = Number.POSITIVE_INFINITY,
): void => {
  best.added = Number.POSITIVE_INFINITY;
  best.after = nobody;
  best.window = 0;
  best.depends = false;
  best.cut = false;
  if (!mayTake(state, visit, vehicle)) return;
  if (isPlain(state.problem)) inWindow(state, visit, vehicle, banned, best, below);
  else overWindows(state, visit, vehicle, banned, best, below);
};
