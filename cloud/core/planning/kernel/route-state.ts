import type { Problem } from './problem.ts';
import { placeRestock } from './restock.ts';

/**
 * Routes that are worked on: doubly linked lists over nodes with, for each node, the time data of the piece of route
 * before it and after it, by which an insertion is tested in constant time (Savelsbergh 1992; Vidal et al. 2013).
 * Every route is always feasible.
 */
export interface RouteState {
  readonly problem: Problem;
  /** By node. */
  readonly next: Int32Array;
  readonly prev: Int32Array;
  /** By visit: its vehicle, or -1. */
  readonly vehicleOf: Int32Array;
  /** By node: the earliest end of service, and the latest start of service that keeps the rest on time. */
  readonly done: Float64Array;
  readonly late: Float64Array;
  /** By node, kept for problems that cost duration: of the route up to and from the node, as if alone (a segment of Vidal). */
  readonly headDuration: Float64Array;
  readonly headLatest: Float64Array;
  readonly tailDuration: Float64Array;
  readonly tailEarliest: Float64Array;
  /** By vehicle. */
  readonly size: Int32Array;
  readonly distance: Float64Array;
  readonly cost: Float64Array;
  readonly version: Int32Array;
  /** By vehicle: the node after which the route passes the depot, -1 if it need not. */
  readonly restockAfter: Int32Array;
  /** `vehicle * capacityCount + k`. */
  readonly load: Float64Array;
  /** Visits on no route: the first `absentCount` of the list; where each stands in it, or -1. */
  readonly absent: Int32Array;
  readonly absentAt: Int32Array;
  absentCount: number;
  /** The visits that the state is about; all others stand on routes that are not in it. */
  readonly scope: Int32Array;
  /** Vehicles with a route. */
  usedCount: number;
  /** Sum over routes and absent visits. */
  totalCost: number;
  lastVersion: number;
  /** By visit: penalty while absent; of a visit that must be served more than it can cost to serve it. */
  readonly absentCost: Float64Array;
}

/** More than any one visit can add to the cost of a plan. */
const mandatoryPenalty = ({ distance, perDistance, perDuration, usedCost, leaveFrom, backBy }: Problem): number => {
  const farthest = distance.reduce((most, d) => Math.max(most, d), 0);
  const dearest = perDistance.map(
    (rate, v) =>
      (usedCost[v] as number) +
      2 * farthest * rate +
      (perDuration[v] as number) * ((backBy[v] as number) - (leaveFrom[v] as number)),
  );
  return 10 * (1 + dearest.reduce((most, cost) => Math.max(most, cost), 0));
};

/** A state with every visit of its scope absent. */
export const createState = (
  problem: Problem,
  scope: Int32Array = Int32Array.from({ length: problem.visitCount }, (_, i) => i),
): RouteState => {
  const { visitCount: n, vehicleCount, capacityCount } = problem;
  const nodes = n + 2 * vehicleCount;
  const mandatory = mandatoryPenalty(problem);
  const state: RouteState = {
    problem,
    next: new Int32Array(nodes),
    prev: new Int32Array(nodes),
    vehicleOf: new Int32Array(n).fill(-1),
    done: new Float64Array(nodes),
    late: new Float64Array(nodes),
    headDuration: new Float64Array(nodes),
    headLatest: new Float64Array(nodes),
    tailDuration: new Float64Array(nodes),
    tailEarliest: new Float64Array(nodes),
    size: new Int32Array(vehicleCount),
    distance: new Float64Array(vehicleCount),
    cost: new Float64Array(vehicleCount),
    version: new Int32Array(vehicleCount),
    restockAfter: new Int32Array(vehicleCount).fill(-1),
    load: new Float64Array(vehicleCount * capacityCount),
    absent: new Int32Array(n),
    absentAt: new Int32Array(n).fill(-1),
    absentCount: 0,
    scope,
    usedCount: 0,
    totalCost: 0,
    lastVersion: 0,
    absentCost: problem.penalty.map((penalty) => Math.min(penalty, mandatory)),
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

/** Brings the data of the pieces up to each node up to date, from node `from` on; unless the whole is asked for, until nothing changes. */
const refreshHeads = (state: RouteState, vehicle: number, from: number, whole: boolean): void => {
  const { problem, next, prev, done, headDuration, headLatest } = state;
  const { place, placeCount, time, open, close, service, visitCount: n, timed } = problem;
  const row = problem.serviceRow[vehicle] as number;
  const end = n + problem.vehicleCount + vehicle;
  let i = prev[from] as number;
  for (let j = from; ; i = j, j = next[j] as number) {
    const travel = time[(place[i] as number) * placeCount + (place[j] as number)] as number;
    const arrive = (done[i] as number) + travel;
    const last = j === end;
    const opens = last ? (problem.leaveFrom[vehicle] as number) : (open[j] as number);
    const closes = last ? (problem.backBy[vehicle] as number) : (close[j] as number);
    const spent = last ? 0 : (service[row + j] as number);
    const finish = Math.max(arrive, opens) + spent;
    if (timed) {
      const until = (headDuration[i] as number) + travel;
      const latest = headLatest[i] as number;
      const duration = until + Math.max(opens - until - latest, 0) + spent;
      const latestStart = Math.min(closes - until, latest);
      if (!whole && finish === done[j] && duration === headDuration[j] && latestStart === headLatest[j]) return;
      headDuration[j] = duration;
      headLatest[j] = latestStart;
    } else if (!whole && finish === done[j]) return;
    done[j] = finish;
    if (last) return;
  }
};

/** The same for the data of the pieces from each node on, from node `from` backwards. */
const refreshTails = (state: RouteState, vehicle: number, from: number, whole: boolean): void => {
  const { problem, next, prev, late, tailDuration, tailEarliest } = state;
  const { place, placeCount, time, open, close, service, visitCount: n, timed } = problem;
  const row = problem.serviceRow[vehicle] as number;
  const start = n + vehicle;
  let j = next[from] as number;
  for (let i = from; ; j = i, i = prev[i] as number) {
    const first = i === start;
    const opens = first ? (problem.leaveFrom[vehicle] as number) : (open[i] as number);
    const closes = first ? (problem.backBy[vehicle] as number) : (close[i] as number);
    const until =
      (first ? 0 : (service[row + i] as number)) +
      (time[(place[i] as number) * placeCount + (place[j] as number)] as number);
    const latest = Math.min((late[j] as number) - until, closes);
    if (timed) {
      const wait = Math.max((tailEarliest[j] as number) - until - closes, 0);
      const duration = until + wait + (tailDuration[j] as number);
      const earliest = Math.max((tailEarliest[j] as number) - until, opens) - wait;
      if (!whole && latest === late[i] && duration === tailDuration[i] && earliest === tailEarliest[i]) return;
      tailDuration[i] = duration;
      tailEarliest[i] = earliest;
    } else if (!whole && latest === late[i]) return;
    late[i] = latest;
    if (first) return;
  }
};

/** Gives the route its cost; `state.totalCost` follows. */
const refreshCost = (state: RouteState, vehicle: number): void => {
  const { problem } = state;
  let cost = 0;
  if ((state.size[vehicle] as number) > 0) {
    cost =
      (problem.usedCost[vehicle] as number) +
      (problem.perDistance[vehicle] as number) * (state.distance[vehicle] as number);
    if (problem.restock) cost += (problem.perDuration[vehicle] as number) * placeRestock(state, vehicle);
    else if (problem.timed)
      cost +=
        (problem.perDuration[vehicle] as number) *
        (state.headDuration[problem.visitCount + problem.vehicleCount + vehicle] as number);
  } else state.restockAfter[vehicle] = -1;
  state.totalCost += cost - (state.cost[vehicle] as number);
  state.cost[vehicle] = cost;
  state.version[vehicle] = ++state.lastVersion;
};

/** Brings all data of a route up to date after its list was changed. */
export const refreshRoute = (state: RouteState, vehicle: number): void => {
  const { visitCount: n, vehicleCount } = state.problem;
  refreshHeads(state, vehicle, state.next[n + vehicle] as number, true);
  refreshTails(state, vehicle, state.prev[n + vehicleCount + vehicle] as number, true);
  refreshCost(state, vehicle);
};

/** Distance between two nodes. */
export const distanceOf = ({ place, placeCount, distance }: Problem, from: number, to: number): number =>
  distance[(place[from] as number) * placeCount + (place[to] as number)] as number;

/** Puts an absent visit after a node of a route, where `insertion.ts` found that it fits. */
export const insertVisit = (state: RouteState, visit: number, vehicle: number, after: number): void => {
  const { problem, next, prev, distance } = state;
  const before = next[after] as number;
  next[after] = visit;
  prev[visit] = after;
  next[visit] = before;
  prev[before] = visit;
  distance[vehicle] =
    (distance[vehicle] as number) +
    distanceOf(problem, after, visit) +
    distanceOf(problem, visit, before) -
    ((state.size[vehicle] as number) > 0 ? distanceOf(problem, after, before) : 0);
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
};

/** Takes a visit out of its route and lists it as absent; `refreshRoute` has to follow once all are out. */
export const unlinkVisit = (state: RouteState, visit: number): void => {
  const { problem, next, prev, distance } = state;
  const vehicle = state.vehicleOf[visit] as number;
  const after = prev[visit] as number;
  const before = next[visit] as number;
  next[after] = before;
  prev[before] = after;
  const size = (state.size[vehicle] as number) - 1;
  state.size[vehicle] = size;
  if (size === 0) state.usedCount--;
  distance[vehicle] =
    size === 0
      ? 0
      : (distance[vehicle] as number) -
        distanceOf(problem, after, visit) -
        distanceOf(problem, visit, before) +
        distanceOf(problem, after, before);
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
  state.size[vehicle] = 0;
  state.usedCount--;
  refreshRoute(state, vehicle);
};

/** Gives an empty route these absent visits, which must be feasible in this order. */
export const linkRoute = (state: RouteState, vehicle: number, visits: ArrayLike<number>): void => {
  const { problem, next, prev } = state;
  const { visitCount: n, vehicleCount } = problem;
  if (visits.length === 0) return;
  let last = n + vehicle;
  let distance = 0;
  for (let i = 0; i < visits.length; i++) {
    const visit = visits[i] as number;
    next[last] = visit;
    prev[visit] = last;
    distance += distanceOf(problem, last, visit);
    addLoad(state, vehicle, visit, 1);
    markServed(state, visit, vehicle);
    last = visit;
  }
  const end = n + vehicleCount + vehicle;
  next[last] = end;
  prev[end] = last;
  state.distance[vehicle] = distance + distanceOf(problem, last, end);
  state.size[vehicle] = visits.length;
  state.usedCount++;
  refreshRoute(state, vehicle);
};

const addLoad = ({ problem, load }: RouteState, vehicle: number, visit: number, sign: number): void => {
  const { capacityCount } = problem;
  for (let k = 0; k < capacityCount; k++) {
    const at = vehicle * capacityCount + k;
    load[at] = (load[at] as number) + sign * (problem.load[visit * capacityCount + k] as number);
  }
};
