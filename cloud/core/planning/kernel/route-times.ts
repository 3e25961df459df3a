import { deriveStops } from './derived-stops.ts';
import { overtimeCost } from './overtime.ts';
import type { RouteState } from './route-state.ts';
import { departureOf, type Traffic } from './traffic.ts';

/** By when who has a way and its set-up behind him by a time has to leave. */
const leaveBy = (traffic: Traffic, by: number, travel: number, way: number): number => {
  const setUp = traffic.setUp[way] as number;
  return departureOf(traffic, by - setUp, travel - setUp);
};

/** Brings the data of the pieces up to each node up to date, from node `from` on; unless the whole is asked for, until nothing changes. */
export const refreshHeads = (state: RouteState, vehicle: number, from: number, whole: boolean): void => {
  const { problem, next, prev, open, close, done, headDuration, headLatest } = state;
  const { place, placeCount, time, service, visitCount: n, timed } = problem;
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

/**
 * The same for the data of the pieces from each node on, from node `from` backwards. With traffic `late` is exact, and all
 * else is what it would be on free roads: no route takes less.
 */
export const refreshTails = (state: RouteState, vehicle: number, from: number, whole: boolean): void => {
  const { problem, next, prev, open, close, late, tailDuration, tailEarliest } = state;
  const { place, placeCount, time, service, visitCount: n, timed, traffic } = problem;
  const row = problem.serviceRow[vehicle] as number;
  const start = n + vehicle;
  let j = next[from] as number;
  for (let i = from; ; j = i, i = prev[i] as number) {
    const first = i === start;
    const opens = first ? (problem.leaveFrom[vehicle] as number) : (open[i] as number);
    const closes = first ? (problem.backBy[vehicle] as number) : (close[i] as number);
    const way = (place[i] as number) * placeCount + (place[j] as number);
    const travel = time[way] as number;
    const spent = first ? 0 : (service[row + i] as number);
    const until = spent + travel;
    const leaves = traffic ? leaveBy(traffic, late[j] as number, travel, way) - spent : (late[j] as number) - until;
    const latest = Math.min(leaves, closes);
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

/** What does not depend on the way: for the use of the vehicle, and of each visit for who comes when. */
const refreshFixedCost = (state: RouteState, vehicle: number): void => {
  const { problem, next, stopCost } = state;
  const n = problem.visitCount;
  let cost = problem.usedCost[vehicle] as number;
  for (let j = next[n + vehicle] as number; j < n; j = next[j] as number) cost += stopCost[j] as number;
  state.fixedCost[vehicle] = cost;
};

/** The cost of a route whose list has all its stops. */
const listedCost = (state: RouteState, vehicle: number): number => {
  const { problem } = state;
  const end = problem.visitCount + problem.vehicleCount + vehicle;
  const cost =
    (state.fixedCost[vehicle] as number) +
    (problem.perDistance[vehicle] as number) * (state.distance[vehicle] as number);
  if (!problem.timed) return cost;
  const timed = cost + (problem.perDuration[vehicle] as number) * (state.headDuration[end] as number);
  if (problem.overtimeRate[vehicle] === 0) return timed;
  return timed + overtimeCost(problem, vehicle, state.done[end] as number);
};

/**
 * Gives the route its cost and its derived stops; `state.totalCost` follows.
 * @param restockAt as in `deriveStops`
 */
export const refreshCost = (state: RouteState, vehicle: number, restockAt?: number): void => {
  const { problem } = state;
  if (problem.priced) refreshFixedCost(state, vehicle);
  let cost = 0;
  state.version[vehicle] = ++state.lastVersion;
  state.restockAfter[vehicle] = -1;
  if ((state.size[vehicle] as number) > 0)
    cost = (problem.derived ? deriveStops(state, vehicle, restockAt) : undefined) ?? listedCost(state, vehicle);
  state.totalCost += cost - (state.cost[vehicle] as number);
  state.cost[vehicle] = cost;
};

/** Brings all data of a route up to date after its list was changed; parameters as above. */
export const refreshRoute = (state: RouteState, vehicle: number, restockAt?: number): void => {
  const { visitCount: n, vehicleCount } = state.problem;
  refreshHeads(state, vehicle, state.next[n + vehicle] as number, true);
  refreshTails(state, vehicle, state.prev[n + vehicleCount + vehicle] as number, true);
  refreshCost(state, vehicle, restockAt);
};
