import type { Problem } from './problem.ts';
import type { RouteState } from './route-state.ts';

/*
 * Pieces of one route that is looked at: how long each takes at least, when it begins to take no longer, its way and the
 * place where it ends (see segment.ts). One is kept for each thing that was put on the route on the way to it.
 */

const deepest = 4;
export const durations = new Float64Array(deepest);
export const earliests = new Float64Array(deepest);
export const latests = new Float64Array(deepest);
export const ways = new Float64Array(deepest);
export const places = new Int32Array(deepest);

export let state: RouteState;
export let problem: Problem;
export let vehicle = 0;
/** The nodes of the route, its start and end among them. */
export let nodes = new Int32Array(64);
export let lastLeg = 0;
/** The way of the list as it stands. */
let baseWay = 0;
/** What a route may be late: more than 0 only where sums of times, added in another order, are not the same. */
export let slack = 0;

export const timeOf = (from: number, to: number): number => problem.time[from * problem.placeCount + to] as number;
export const wayOf = (from: number, to: number): number => problem.distance[from * problem.placeCount + to] as number;

/** Turns to a route. */
export const look = (at: RouteState, ofVehicle: number, mayBeLate: number): void => {
  state = at;
  problem = at.problem;
  vehicle = ofVehicle;
  const n = problem.visitCount;
  const size = state.size[vehicle] as number;
  if (nodes.length < size + 2) nodes = new Int32Array(2 * size + 2);
  let k = 0;
  for (let j = n + vehicle; ; j = state.next[j] as number) {
    nodes[k++] = j;
    if (j >= n + problem.vehicleCount) break;
  }
  lastLeg = k - 2;
  baseWay =
    size > 0
      ? (state.distance[vehicle] as number)
      : wayOf(problem.place[n + vehicle] as number, problem.place[nodes[k - 1] as number] as number);
  slack = mayBeLate;
  stand();
};

/** Piece 0 is the start of the route. */
export const stand = (): void => {
  durations[0] = 0;
  earliests[0] = problem.leaveFrom[vehicle] as number;
  latests[0] = problem.backBy[vehicle] as number;
  ways[0] = baseWay;
  places[0] = problem.place[problem.visitCount + vehicle] as number;
};

/** Puts a stop behind piece `from`, as piece `to`; false if it comes too late. */
export const extend = (
  from: number,
  to: number,
  travel: number,
  open: number,
  close: number,
  service: number,
): boolean => {
  const until = (durations[from] as number) + travel;
  const earliest = earliests[from] as number;
  if (earliest + until > close + slack) return false;
  const latest = latests[from] as number;
  const wait = Math.max(open - until - latest, 0);
  durations[to] = until + wait + service;
  earliests[to] = Math.max(open - until, earliest) - wait;
  latests[to] = Math.min(close - until, latest);
  return true;
};

/** Moves piece `depth` over the next node of the list. */
export const extendOver = (depth: number, travel: number, node: number): boolean => {
  const service = problem.service[(problem.serviceRow[vehicle] as number) + node] as number;
  return extend(depth, depth, travel, state.open[node] as number, state.close[node] as number, service);
};

/** Puts the break behind piece `from`, on a leg of this length. */
export const extendByBreak = (from: number, to: number, travel: number): boolean => {
  const opens = problem.breakFrom[vehicle] as number;
  const closes = (problem.breakTo[vehicle] as number) + travel;
  return extend(from, to, travel, opens, closes, problem.breakMinutes[vehicle] as number);
};
