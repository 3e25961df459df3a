import { absentCosts } from './absent-costs.ts';
import { earliestStart } from './earliest-start.ts';
import type { Insertion } from './insertion-place.ts';
import { type Bounds, isLinked, pointWidth, readBounds } from './linked-visits.ts';
import { claimParts, claims } from './part-claims.ts';
import { isPlain, type Problem } from './problem.ts';
import type { RouteState } from './route-state.ts';
import { refreshCost, refreshHeads, refreshRoute, refreshTails } from './route-times.ts';
import { technicianCost } from './visit-arrays.ts';

/** A state with every visit of its scope absent. */
export const createState = (
  problem: Problem,
  scope: Int32Array = Int32Array.from({ length: problem.visitCount }, (_, i) => i),
): RouteState => {
  const { visitCount: n, vehicleCount, capacityCount } = problem;
  const nodes = n + 2 * vehicleCount;
  const state: RouteState = {
    problem,
    next: new Int32Array(nodes),
    prev: new Int32Array(nodes),
    vehicleOf: new Int32Array(n).fill(-1),
    window: new Int32Array(n),
    open: Float64Array.from(problem.windowStart, (first) => problem.windowFrom[first] ?? 0),
    close: Float64Array.from(problem.windowStart, (first) => problem.windowTo[first] ?? 0),
    stopCost: new Float64Array(n),
    fixed: Uint8Array.from(problem.frozenOn, (vehicle) => (vehicle === -1 ? 0 : 1)),
    way: new Float64Array(nodes),
    done: new Float64Array(nodes),
    late: new Float64Array(nodes),
    headDuration: new Float64Array(nodes),
    headLatest: new Float64Array(nodes),
    tailDuration: new Float64Array(nodes),
    tailEarliest: new Float64Array(nodes),
    size: new Int32Array(vehicleCount),
    distance: new Float64Array(vehicleCount),
    cost: new Float64Array(vehicleCount),
    fixedCost: problem.usedCost.slice(),
    version: new Int32Array(vehicleCount),
    restockAfter: new Int32Array(vehicleCount).fill(-1),
    claim: new Uint8Array(n),
    givenBack: new Int32Array(problem.stock?.stocked.length ?? 0),
    lacking: new Int32Array(vehicleCount),
    lackingVersion: new Int32Array(vehicleCount).fill(-1),
    stockLeft: problem.stock?.supply.slice() ?? new Float64Array(0),
    load: new Float64Array(vehicleCount * capacityCount),
    absent: new Int32Array(n),
    absentAt: new Int32Array(n).fill(-1),
    absentCount: 0,
    scope,
    usedCount: 0,
    totalCost: 0,
    lastVersion: 0,
    absentCost: absentCosts(problem),
  };
  for (const visit of scope) markAbsent(state, visit);
  for (let v = 0; v < vehicleCount; v++) {
    const start = n + v;
    const end = start + vehicleCount;
    state.next[start] = end;
    state.prev[end] = start;
    state.done[start] = problem.leaveFrom[v] as number;
    state.headLatest[start] = problem.backBy[v] as number;
    state.late[end] = problem.backBy[v] as number;
    state.tailEarliest[end] = problem.leaveFrom[v] as number;
    refreshRoute(state, v);
  }
  return state;
};

const markAbsent = (state: RouteState, visit: number): void => {
  claimParts(state, visit, state.vehicleOf[visit] as number, claims.none);
  const at = state.absentCount++;
  state.absent[at] = visit;
  state.absentAt[visit] = at;
  state.vehicleOf[visit] = -1;
  state.totalCost += state.absentCost[visit] as number;
};

const markServed = (state: RouteState, visit: number, vehicle: number): void => {
  const at = state.absentAt[visit] as number;
  const last = state.absent[--state.absentCount] as number;
  state.absent[at] = last;
  state.absentAt[last] = at;
  state.absentAt[visit] = -1;
  state.vehicleOf[visit] = vehicle;
  state.totalCost -= state.absentCost[visit] as number;
};

/** The leg of a route on which it passes the depot, -1 if it does not. */
export const restockPlace = ({ restockAfter, next, problem }: RouteState, vehicle: number): number => {
  const after = restockAfter[vehicle] as number;
  if (!problem.stock || after === -1) return -1;
  let leg = 0;
  for (let i = problem.visitCount + vehicle; i !== after; i = next[i] as number) leg++;
  return leg;
};

/** Distance between two nodes. */
const distanceOf = ({ place, placeCount, distance }: Problem, from: number, to: number): number =>
  distance[(place[from] as number) * placeCount + (place[to] as number)] as number;

const bounds: Bounds = { from: 0, to: 0 };

/** Gives a visit the window in which it is served, and what coming then costs. */
const setWindow = (state: RouteState, visit: number, vehicle: number, window: number): void => {
  const { problem } = state;
  if (isPlain(problem)) return;
  const at = (problem.windowStart[visit] as number) + window;
  state.window[visit] = window;
  state.open[visit] = problem.windowFrom[at] as number;
  state.close[visit] = problem.windowTo[at] as number;
  state.stopCost[visit] =
    (problem.windowCost[at] as number) + technicianCost(problem, visit, problem.technician[vehicle] as number);
};

/** Makes the start of a linked visit a point in time, so that the others know it. */
const setStart = (state: RouteState, visit: number, start: number): void => {
  state.open[visit] = start;
  state.close[visit] = start + pointWidth;
};

/** Narrows the window of a linked visit to when it may begin beside the others. */
const narrowWindow = (state: RouteState, visit: number, vehicle: number): void => {
  readBounds(state, visit, vehicle, bounds);
  const open = Math.max(state.open[visit] as number, bounds.from);
  const close = Math.min(state.close[visit] as number, bounds.to);
  state.open[visit] = open;
  state.close[visit] = close;
  if (close - open <= pointWidth) setStart(state, visit, open);
};

/** Fixes the start of a linked visit that was just put on a route; the route keeps its cost. */
const fixStart = (state: RouteState, visit: number, vehicle: number): void => {
  if ((state.close[visit] as number) - (state.open[visit] as number) <= pointWidth) return;
  setStart(state, visit, Math.min(earliestStart(state, visit), state.close[visit] as number));
  refreshRoute(state, vehicle, restockPlace(state, vehicle));
};

/** Puts an absent visit where `insertion.ts` found that it fits. */
export const insertVisit = (
  state: RouteState,
  visit: number,
  vehicle: number,
  { after, window }: Pick<Insertion, 'after' | 'window'>,
): void => {
  const { problem, next, prev, distance, way } = state;
  setWindow(state, visit, vehicle, window);
  if (isLinked(state, visit)) narrowWindow(state, visit, vehicle);
  const before = next[after] as number;
  next[after] = visit;
  prev[visit] = after;
  next[visit] = before;
  prev[before] = visit;
  distance[vehicle] =
    (distance[vehicle] as number) +
    distanceOf(problem, after, visit) +
    distanceOf(problem, visit, before) -
    (way[after] as number);
  way[after] = distanceOf(problem, after, visit);
  way[visit] = distanceOf(problem, visit, before);
  if (state.size[vehicle] === 0) state.usedCount++;
  state.size[vehicle] = (state.size[vehicle] as number) + 1;
  addLoad(state, vehicle, visit, 1);
  markServed(state, visit, vehicle);
  // What it knew from another place must not look like "nothing changes".
  state.done[visit] = Number.NaN;
  state.late[visit] = Number.NaN;
  refreshHeads(state, vehicle, visit, false);
  refreshTails(state, vehicle, visit, false);
  refreshCost(state, vehicle);
  if (isLinked(state, visit)) fixStart(state, visit, vehicle);
};

/** Takes a visit out of its route and lists it as absent; `refreshRoute` has to follow once all are out. */
export const unlinkVisit = (state: RouteState, visit: number): void => {
  const { problem, next, prev, distance, way } = state;
  const vehicle = state.vehicleOf[visit] as number;
  const after = prev[visit] as number;
  const before = next[visit] as number;
  next[after] = before;
  prev[before] = after;
  const size = (state.size[vehicle] as number) - 1;
  const direct = size === 0 ? 0 : distanceOf(problem, after, before);
  state.size[vehicle] = size;
  if (size === 0) state.usedCount--;
  distance[vehicle] =
    size === 0 ? 0 : (distance[vehicle] as number) - (way[after] as number) - (way[visit] as number) + direct;
  way[after] = direct;
  addLoad(state, vehicle, visit, -1);
  markAbsent(state, visit);
};

/** Takes every visit out of a route. */
export const clearRoute = (state: RouteState, vehicle: number): void => {
  const { next, prev } = state;
  const { visitCount: n, vehicleCount, capacityCount } = state.problem;
  const start = n + vehicle;
  if (next[start] === start + vehicleCount) return;
  for (let j = next[start] as number; j < n; j = next[j] as number) markAbsent(state, j);
  next[start] = start + vehicleCount;
  prev[start + vehicleCount] = start;
  state.load.fill(0, vehicle * capacityCount, (vehicle + 1) * capacityCount);
  state.distance[vehicle] = 0;
  state.way[start] = 0;
  state.size[vehicle] = 0;
  state.usedCount--;
  refreshRoute(state, vehicle);
};

/**
 * Gives an empty route these absent visits, which must be feasible in this order.
 * @param windows in which each is served; left out: all in their first
 * @param restockAt its place in the order before which the route passes the depot, -1 for none; left out: the best
 * @param starts of linked visits; of all others NaN, or left out
 */
export const linkRoute = (
  state: RouteState,
  vehicle: number,
  visits: ArrayLike<number>,
  windows?: ArrayLike<number>,
  restockAt?: number,
  starts?: ArrayLike<number>,
): void => {
  const { problem, next, prev, way } = state;
  const { visitCount: n, vehicleCount } = problem;
  if (visits.length === 0) return;
  let last = n + vehicle;
  let distance = 0;
  for (let i = 0; i < visits.length; i++) {
    const visit = visits[i] as number;
    next[last] = visit;
    prev[visit] = last;
    way[last] = distanceOf(problem, last, visit);
    distance += way[last] as number;
    setWindow(state, visit, vehicle, windows?.[i] ?? 0);
    if (starts && isLinked(state, visit)) setStart(state, visit, starts[i] as number);
    addLoad(state, vehicle, visit, 1);
    markServed(state, visit, vehicle);
    last = visit;
  }
  const end = n + vehicleCount + vehicle;
  next[last] = end;
  prev[end] = last;
  way[last] = distanceOf(problem, last, end);
  state.distance[vehicle] = distance + (way[last] as number);
  state.size[vehicle] = visits.length;
  state.usedCount++;
  refreshRoute(state, vehicle, restockAt);
};

const addLoad = ({ problem, load }: RouteState, vehicle: number, visit: number, sign: number): void => {
  const { capacityCount } = problem;
  for (let k = 0; k < capacityCount; k++) {
    const at = vehicle * capacityCount + k;
    load[at] = (load[at] as number) + sign * (problem.load[visit * capacityCount + k] as number);
  }
};
