import type { Problem } from './problem.ts';
import type { RouteState } from './route-state.ts';
import { arrivalOf, type Traffic } from './traffic.ts';
import {
  beginCurve,
  type Curve,
  copyCurve,
  createCurve,
  driveOn,
  driveOnRested,
  leastDuration,
  rounding,
  stopOn,
} from './traffic-curve.ts';

/*
 * Pieces of one route that is looked at: how long each takes at least, when it begins to take no longer, its way and the
 * place where it ends (see segment.ts). One is kept for each thing that was put on the route on the way to it.
 */

const deepest = 4;
/** Behind them a piece for the way home. */
export const homeward = deepest;
export const durations = new Float64Array(deepest + 1);
export const earliests = new Float64Array(deepest + 1);
export const latests = new Float64Array(deepest + 1);
export const ways = new Float64Array(deepest);
export const places = new Int32Array(deepest);
/** The pieces where the time of day counts on the way: durations and earliest beginnings are read off them. */
export const curves: readonly Curve[] = Array.from({ length: deepest + 1 }, createCurve);

export let state: RouteState;
export let problem: Problem;
export let vehicle = 0;
/** Where the time of day counts on the way. */
export let traffic: Traffic | undefined;
/** The nodes of the route, its start and end among them. */
export let nodes = new Int32Array(64);
export let lastLeg = 0;
/** The way of the list as it stands. */
let baseWay = 0;
/** What a route may be late: more than 0 only where sums of times, added in another order, are not the same. */
export let slack = 0;
/** The same of what is known of the rest of the list: what is rounded there may grow on the way. */
export let listSlack = 0;

export const timeOf = (from: number, to: number): number => problem.time[from * problem.placeCount + to] as number;
/** What of that is set up at the end; told apart only where roads are not as free at any hour. */
export const setUpOf = (from: number, to: number): number =>
  traffic ? (traffic.setUp[from * problem.placeCount + to] as number) : 0;
export const wayOf = (from: number, to: number): number => problem.distance[from * problem.placeCount + to] as number;

/** Turns to a route. */
export const look = (at: RouteState, ofVehicle: number, mayBeLate: number): void => {
  state = at;
  problem = at.problem;
  traffic = problem.traffic;
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
  listSlack = traffic ? 10 * rounding : mayBeLate;
  stand(problem.leaveFrom[vehicle] as number);
};

/** Piece 0 is the start of the route, which is left no earlier than `from`. */
export const stand = (from: number): void => {
  durations[0] = 0;
  earliests[0] = from;
  latests[0] = problem.backBy[vehicle] as number;
  if (traffic) beginCurve(curves[0] as Curve, from, Math.max(from, latests[0] as number));
  ways[0] = baseWay;
  places[0] = problem.place[problem.visitCount + vehicle] as number;
};

/** Puts a stop behind piece `from`, as piece `to`; false if it comes too late. `setUp` is in `travel`. */
export const extend = (
  from: number,
  to: number,
  travel: number,
  setUp: number,
  open: number,
  close: number,
  service: number,
): boolean => {
  if (traffic) return extendInTraffic(from, to, travel, setUp, open, close, service);
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

/** Reads off a curve what a piece takes at least, and so that it cannot be over before its first point. */
const measure = (at: number): void => {
  const curve = curves[at] as Curve;
  const duration = leastDuration(curve);
  durations[at] = duration;
  earliests[at] = (curve.over[0] as number) - duration;
};

const extendInTraffic = (
  from: number,
  to: number,
  travel: number,
  setUp: number,
  open: number,
  close: number,
  service: number,
): boolean => {
  if (!traffic) return false;
  const curve = curves[to] as Curve;
  copyCurve(curves[from] as Curve, curve);
  driveOn(curve, traffic, travel - setUp, setUp);
  if (!stopOn(curve, open, close + slack, service)) return false;
  measure(to);
  return true;
};

/** Moves piece `depth` over the next node of the list. */
export const extendOver = (depth: number, to: number, travel: number, setUp: number, node: number): boolean => {
  const service = problem.service[(problem.serviceRow[vehicle] as number) + node] as number;
  return extend(depth, to, travel, setUp, state.open[node] as number, state.close[node] as number, service);
};

/** Puts the break behind piece `from`, on a leg of this length. */
export const extendByBreak = (from: number, to: number, travel: number, setUp: number): boolean => {
  const opens = problem.breakFrom[vehicle] as number;
  const closes = problem.breakTo[vehicle] as number;
  const minutes = problem.breakMinutes[vehicle] as number;
  if (!traffic) return extend(from, to, travel, 0, opens, closes + travel, minutes);
  const curve = curves[to] as Curve;
  copyCurve(curves[from] as Curve, curve);
  if (!stopOn(curve, Number.NEGATIVE_INFINITY, closes + slack, 0)) return false;
  driveOnRested(curve, traffic, travel - setUp, setUp, { from: opens, minutes });
  measure(to);
  return true;
};

/** The earliest time at which a way behind piece `depth` is over. */
export const readyOf = (depth: number, travel: number, setUp: number): number => {
  const over = (earliests[depth] as number) + (durations[depth] as number);
  return traffic ? arrivalOf(traffic, over, travel - setUp) + setUp : over + travel;
};

/** Whether piece `depth` is over too late for the list from a node on. */
export const isLateFor = (depth: number, travel: number, setUp: number, node: number): boolean =>
  readyOf(depth, travel, setUp) > (state.late[node] as number) + listSlack;
