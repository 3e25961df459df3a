import type { Placed } from './insertion-place.ts';
import {
  type Additions,
  banned,
  beginEnds,
  best,
  bestDepotLeg,
  bestVisitLeg,
  breakBit,
  depotBit,
  depotFirst,
  goHome,
  goHomeInTraffic,
  putLastBreak,
  putLastStop,
  stopsOn,
  visit,
  visitBit,
  visitFirst,
} from './route-ends.ts';
import {
  durations,
  earliests,
  extend,
  extendByBreak,
  extendOver,
  isLateFor,
  lastLeg,
  listSlack,
  look,
  nodes,
  places,
  problem,
  readyOf,
  setUpOf,
  slack,
  stand,
  state,
  timeOf,
  traffic,
  vehicle,
  wayOf,
  ways,
} from './route-pieces.ts';
import type { RouteState } from './route-state.ts';
import type { Needs } from './route-stock.ts';

/*
 * Where the break of a route comes, with a new visit and a stop at the depot or without: every place for one is tried with
 * every place for the others. What is still to be put on the route is a set of bits. A stop comes on a leg, the way from a
 * node of the list to the next, counted from 0.
 *
 * The break lies on a leg: on the way, or in the stop before or behind it. Who leaves at `t <= rest.to` for a way of
 * length `l` arrives at `max(t + l, rest.from) + minutes`, and so it is a stop at the end of the leg with the window
 * `rest.from .. rest.to + l`.
 */

/** Whether a route that goes on from piece `depth` on leg `k` can still be the cheapest. */
const promising = (depth: number, k: number): boolean =>
  (state.fixedCost[vehicle] as number) +
    (problem.perDistance[vehicle] as number) * (ways[depth] as number) +
    (problem.perDuration[vehicle] as number) *
      ((durations[depth] as number) + (state.tailDuration[nodes[k + 1] as number] as number)) <
  best;

/** Piece `depth` stands on leg `k`, behind something that was put there; `pending` is what is left. */
const goOn = (depth: number, k: number, pending: number): void => {
  if (!promising(depth, k)) return;
  if (pending === 0 || pending === breakBit) {
    const next = problem.place[nodes[k + 1] as number] as number;
    const travel = timeOf(places[depth] as number, next);
    // A break that is left is taken at home.
    const homeBy = pending === 0 ? Number.POSITIVE_INFINITY : (problem.breakTo[vehicle] as number);
    if (traffic) goHomeInTraffic(depth, k, travel, setUpOf(places[depth] as number, next), homeBy);
    else goHome(depth, k, travel, homeBy);
  }
  if (pending !== 0) explore(depth, k, pending);
};

/** Whether a stop at a place on leg `k` costs as much as the best so far, with the minutes that it adds on free roads. */
const isDearer = (depth: number, k: number, place: number, minutes: number): boolean => {
  const from = places[depth] as number;
  const next = nodes[k + 1] as number;
  const to = problem.place[next] as number;
  const way = (ways[depth] as number) + wayOf(from, place) + wayOf(place, to) - wayOf(from, to);
  return (
    (state.fixedCost[vehicle] as number) +
      (problem.perDistance[vehicle] as number) * way +
      (problem.perDuration[vehicle] as number) *
        ((durations[depth] as number) + minutes + (state.tailDuration[next] as number)) >=
    best
  );
};

/** Puts a stop on leg `k` behind piece `depth`, with the break before it if `rest` is its bit. */
const putStop = (depth: number, k: number, pending: number, bit: number, rest: number): void => {
  const { stock } = problem;
  const isVisit = bit === visitBit;
  const from = places[depth] as number;
  const to = isVisit ? (problem.place[visit] as number) : (stock?.depotPlace[vehicle] as number);
  const open = isVisit ? (state.open[visit] as number) : (stock?.depotOpen[vehicle] as number);
  const close = isVisit ? (state.close[visit] as number) : (stock?.depotClose[vehicle] as number);
  const service = isVisit
    ? (problem.service[(problem.serviceRow[vehicle] as number) + visit] as number)
    : (stock?.depotService[vehicle] as number);
  const behind = depth + 1;
  const travel = timeOf(from, to);
  const setUp = setUpOf(from, to);
  if (traffic) {
    const onward = service + timeOf(to, problem.place[nodes[k + 1] as number] as number);
    if (isDearer(depth, k, to, travel + onward + (rest === 0 ? 0 : (problem.breakMinutes[vehicle] as number)))) return;
    const ready = Math.max(open, readyOf(depth, travel, setUp));
    if (ready > close + listSlack || ready + onward > (state.late[nodes[k + 1] as number] as number) + listSlack)
      return;
  }
  const fits =
    rest === 0
      ? extend(depth, behind, travel, setUp, open, close, service)
      : extendByBreak(depth, behind, travel, setUp) && extend(behind, behind, 0, 0, open, close, service);
  if (!fits) return;
  const next = problem.place[nodes[k + 1] as number] as number;
  ways[behind] = (ways[depth] as number) + wayOf(from, to) + wayOf(to, next) - wayOf(from, next);
  places[behind] = to;
  stopsOn(k, bit);
  goOn(behind, k, pending & ~bit & ~rest);
};

/** Whether the depot may come on leg `k`, and whether the list may go on without it. */
const depotMayCome = (k: number, pending: number): boolean => {
  const need = pending & visitBit ? depotFirst : visitFirst;
  return need.possible && need.from <= k && (need.lacking === 0 || k < need.lacking);
};
const depotMayWait = (k: number, pending: number): boolean => {
  if ((pending & depotBit) === 0) return true;
  const need = pending & visitBit && depotFirst.possible ? depotFirst : visitFirst;
  return need.lacking === 0 || k + 1 < need.lacking;
};
const visitMayCome = (k: number, pending: number): boolean =>
  (pending & visitBit) !== 0 &&
  nodes[k] !== banned &&
  ((pending & depotBit) === 0 || (visitFirst.possible && k < visitFirst.lacking));

/** Whether something pending could not begin any more. */
const tooLate = (depth: number, pending: number): boolean => {
  const now = (earliests[depth] as number) + (durations[depth] as number) - slack;
  return (
    ((pending & visitBit) !== 0 && now > (state.close[visit] as number)) ||
    ((pending & depotBit) !== 0 && now > (problem.stock?.depotClose[vehicle] as number)) ||
    ((pending & breakBit) !== 0 && now > (problem.breakTo[vehicle] as number))
  );
};

/** Tries every place from leg `first` on for what is pending. Piece `depth` is moved along. */
const explore = (depth: number, first: number, pending: number): void => {
  if (traffic) putFirst(depth, first, pending);
  else if (pending === breakBit) putLastBreak(depth, first);
  else if (pending === visitBit || pending === depotBit) putLastStop(depth, first, pending);
  else putFirst(depth, first, pending);
};

const putFirst = (depth: number, first: number, pending: number): void => {
  for (let k = first; ; k++) {
    if (tooLate(depth, pending)) return;
    const rests = pending & breakBit;
    if (visitMayCome(k, pending)) {
      putStop(depth, k, pending, visitBit, 0);
      if (rests) putStop(depth, k, pending, visitBit, breakBit);
    }
    if (pending & depotBit && depotMayCome(k, pending)) {
      putStop(depth, k, pending, depotBit, 0);
      if (rests) putStop(depth, k, pending, depotBit, breakBit);
    }
    const node = nodes[k + 1] as number;
    const place = problem.place[node] as number;
    const travel = timeOf(places[depth] as number, place);
    const setUp = setUpOf(places[depth] as number, place);
    const last = k === lastLeg;
    if (rests && extendByBreak(depth, depth + 1, travel, setUp)) {
      ways[depth + 1] = ways[depth] as number;
      if (pending === breakBit) goHomeInTraffic(depth + 1, k, 0, 0, Number.POSITIVE_INFINITY);
      else if (!last && depotMayWait(k, pending) && extendOver(depth + 1, depth + 1, 0, 0, node)) {
        places[depth + 1] = place;
        explore(depth + 1, k + 1, pending & ~breakBit);
      }
    }
    if (last || !depotMayWait(k, pending)) return;
    // Too late for the rest of the list even without what is pending.
    if (isLateFor(depth, travel, setUp, node)) return;
    if (!extendOver(depth, depth, travel, setUp, node)) return;
    places[depth] = place;
  }
};

const placed: Placed = { cost: 0, visitAfter: -1, depotAfter: -1 };

/**
 * The cheapest route with its break, if the vehicle has one: on the road, behind the road, or before it. What is given back is of use until the
 * next call.
 * @param below a route that costs as much or more is taken for none: nothing is placed then
 * @param mayBeLate as `slack`
 */
export const placeWithBreak = (
  at: RouteState,
  ofVehicle: number,
  additions: Additions,
  needs: Needs,
  below: number,
  mayBeLate: number,
): Placed => {
  look(at, ofVehicle, mayBeLate);
  beginEnds(additions, needs, below);
  const pending = (visit === -1 ? 0 : visitBit) | (additions.depot ? depotBit : 0);
  const minutes = problem.breakMinutes[vehicle] as number;
  if (minutes >= 0) {
    goOn(0, 0, pending | breakBit);
    stand(Math.max(problem.leaveFrom[vehicle] as number, (problem.breakFrom[vehicle] as number) + minutes));
  }
  goOn(0, 0, pending);
  placed.cost = best;
  placed.visitAfter = bestVisitLeg === -1 ? -1 : (nodes[bestVisitLeg] as number);
  placed.depotAfter = bestDepotLeg === -1 ? -1 : (nodes[bestDepotLeg] as number);
  return placed;
};
