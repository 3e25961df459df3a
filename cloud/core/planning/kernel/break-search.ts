import type { Placed } from './insertion-place.ts';
import { overtimeCost } from './overtime.ts';
import {
  curves,
  durations,
  earliests,
  extend,
  extendByBreak,
  extendOver,
  homeward,
  isLateFor,
  lastLeg,
  latests,
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
import type { DepotNeed, Needs } from './route-stock.ts';
import { type Curve, cheapestOf } from './traffic-curve.ts';

/*
 * Where the break of a route comes, with a new visit and a stop at the depot or without: every place for one is tried with
 * every place for the others. What is still to be put on the route is a set of bits. A stop comes on a leg, the way from a
 * node of the list to the next, counted from 0.
 *
 * The break lies on a leg: on the way, or in the stop before or behind it. Who leaves at `t <= rest.to` for a way of
 * length `l` arrives at `max(t + l, rest.from) + minutes`, and so it is a stop at the end of the leg with the window
 * `rest.from .. rest.to + l`.
 */

const visitBit = 1;
const depotBit = 2;
const breakBit = 4;

let visit = -1;
let banned = -1;
let visitFirst: DepotNeed;
let depotFirst: DepotNeed;
let best = Number.POSITIVE_INFINITY;
let bestVisitLeg = -1;
let bestDepotLeg = -1;
let visitLeg = -1;
let depotLeg = -1;

/** Goes home from piece `depth` by the rest of the list behind leg `k`; the cost, if it is the least so far, is kept. */
const goHome = (depth: number, k: number, travel: number, homeBy: number): void => {
  const node = nodes[k + 1] as number;
  const until = (durations[depth] as number) + travel;
  const earliest = earliests[depth] as number;
  if (earliest + until > (state.late[node] as number) + slack) return;
  const tailEarliest = state.tailEarliest[node] as number;
  const wait = Math.max(tailEarliest - until - (latests[depth] as number), 0);
  const duration = until + wait + (state.tailDuration[node] as number);
  const back = Math.max(tailEarliest - until, earliest) - wait + duration;
  if (back > homeBy + slack) return;
  const cost =
    (state.fixedCost[vehicle] as number) +
    (problem.perDistance[vehicle] as number) * (ways[depth] as number) +
    (problem.perDuration[vehicle] as number) * duration +
    ((problem.overtimeRate[vehicle] as number) > 0 ? overtimeCost(problem, vehicle, back) : 0);
  if (cost >= best) return;
  best = cost;
  bestVisitLeg = visitLeg;
  bestDepotLeg = depotLeg;
};

/** The same where the rest of the list takes longer at some hours: it is driven stop by stop. */
const goHomeInTraffic = (depth: number, k: number, way: number, setUpThere: number, homeBy: number): void => {
  if (isLateFor(depth, way, setUpThere, nodes[k + 1] as number)) return;
  let piece = depth;
  let travel = way;
  let setUp = setUpThere;
  for (let leg = k; leg <= lastLeg; leg++) {
    const node = nodes[leg + 1] as number;
    const fits =
      leg < lastLeg
        ? extendOver(piece, homeward, travel, setUp, node)
        : extend(
            piece,
            homeward,
            travel,
            setUp,
            problem.leaveFrom[vehicle] as number,
            Math.min(problem.backBy[vehicle] as number, homeBy),
            0,
          );
    if (!fits) return;
    if (leg === lastLeg) break;
    const [from, to] = [problem.place[node] as number, problem.place[nodes[leg + 2] as number] as number];
    piece = homeward;
    travel = timeOf(from, to);
    setUp = setUpOf(from, to);
  }
  const cost =
    (state.fixedCost[vehicle] as number) +
    (problem.perDistance[vehicle] as number) * (ways[depth] as number) +
    cheapestOf(curves[homeward] as Curve, {
      perDuration: problem.perDuration[vehicle] as number,
      overtimeRate: problem.overtimeRate[vehicle] as number,
      overtimeAfter: problem.overtimeAfter[vehicle] as number,
    }).cost;
  if (cost >= best) return;
  best = cost;
  bestVisitLeg = visitLeg;
  bestDepotLeg = depotLeg;
};

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
  if (isVisit) visitLeg = k;
  else depotLeg = k;
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

/** Keeps what a whole route costs, with its last stop on leg `k`, if that is the least so far. */
const keep = (cost: number, k: number, bit: number): void => {
  best = cost;
  bestVisitLeg = bit === visitBit ? k : visitLeg;
  bestDepotLeg = bit === depotBit ? k : depotLeg;
};

/**
 * Tries every place from leg `first` on for the one stop that is left. The numbers of a piece are kept apart in this
 * innermost loop (see segment.ts).
 */
const putLastStop = (depth: number, first: number, bit: number): void => {
  const { place, placeCount, time, timeInto, distance, distanceInto, service, stock } = problem;
  const { late, tailDuration, tailEarliest, open, close } = state;
  const isVisit = bit === visitBit;
  const row = problem.serviceRow[vehicle] as number;
  const stop = isVisit ? (place[visit] as number) : (stock?.depotPlace[vehicle] as number);
  const stopRow = stop * placeCount;
  const stopOpen = isVisit ? (open[visit] as number) : (stock?.depotOpen[vehicle] as number);
  const stopClose = (isVisit ? (close[visit] as number) : (stock?.depotClose[vehicle] as number)) + slack;
  const stopService = isVisit ? (service[row + visit] as number) : (stock?.depotService[vehicle] as number);
  const from = isVisit ? 0 : visitFirst.from;
  const until = isVisit || visitFirst.lacking === 0 ? lastLeg : visitFirst.lacking - 1;
  const not = isVisit ? banned : -1;
  const perDuration = problem.perDuration[vehicle] as number;
  const perDistance = problem.perDistance[vehicle] as number;
  const overtime = (problem.overtimeRate[vehicle] as number) > 0;
  const fixed = (state.fixedCost[vehicle] as number) + perDistance * (ways[depth] as number);
  let duration = durations[depth] as number;
  let earliest = earliests[depth] as number;
  let latest = latests[depth] as number;
  let at = places[depth] as number;
  for (let k = first; earliest + duration <= stopClose; k++) {
    const node = nodes[k + 1] as number;
    const to = place[node] as number;
    const there = duration + (timeInto[stopRow + at] as number);
    if (
      k >= from &&
      nodes[k] !== not &&
      earliest + there <= stopClose &&
      fixed + perDuration * (there + stopService + (tailDuration[node] as number)) < best
    ) {
      const wait = Math.max(stopOpen - there - latest, 0);
      const onward = there + wait + stopService + (time[stopRow + to] as number);
      const leftEarliest = Math.max(stopOpen - there, earliest) - wait;
      if (leftEarliest + onward <= (late[node] as number) + slack) {
        const leftLatest = Math.min(stopClose - there, latest);
        const home = tailEarliest[node] as number;
        const lastWait = Math.max(home - onward - leftLatest, 0);
        const whole = onward + lastWait + (tailDuration[node] as number);
        let cost = fixed + perDuration * whole;
        if (perDistance > 0)
          cost +=
            perDistance *
            ((distanceInto[stopRow + at] as number) +
              (distance[stopRow + to] as number) -
              (distance[at * placeCount + to] as number));
        if (overtime) cost += overtimeCost(problem, vehicle, Math.max(home - onward, leftEarliest) - lastWait + whole);
        if (cost < best) keep(cost, k, bit);
      }
    }
    if (k === until) return;
    const reached = duration + (time[at * placeCount + to] as number);
    // Too late for the rest of the list even without the stop.
    if (earliest + reached > (late[node] as number) + slack) return;
    const opens = open[node] as number;
    const waitThere = Math.max(opens - reached - latest, 0);
    duration = reached + waitThere + (service[row + node] as number);
    earliest = Math.max(opens - reached, earliest) - waitThere;
    latest = Math.min((close[node] as number) - reached, latest);
    at = to;
  }
};

/** The same for the break, which is all that is left. */
const putLastBreak = (depth: number, first: number): void => {
  const { place, placeCount, time, service } = problem;
  const { late, tailDuration, tailEarliest, open, close } = state;
  const row = problem.serviceRow[vehicle] as number;
  const breakFrom = problem.breakFrom[vehicle] as number;
  const breakTo = (problem.breakTo[vehicle] as number) + slack;
  const minutes = problem.breakMinutes[vehicle] as number;
  const perDuration = problem.perDuration[vehicle] as number;
  const overtime = (problem.overtimeRate[vehicle] as number) > 0;
  const fixed =
    (state.fixedCost[vehicle] as number) + (problem.perDistance[vehicle] as number) * (ways[depth] as number);
  let duration = durations[depth] as number;
  let earliest = earliests[depth] as number;
  let latest = latests[depth] as number;
  let at = places[depth] as number;
  for (let k = first; earliest + duration <= breakTo; k++) {
    const node = nodes[k + 1] as number;
    const to = place[node] as number;
    const travel = time[at * placeCount + to] as number;
    const reached = duration + travel;
    const wait = Math.max(breakFrom - reached - latest, 0);
    const onward = reached + wait + minutes;
    const leftEarliest = Math.max(breakFrom - reached, earliest) - wait;
    if (leftEarliest + onward <= (late[node] as number) + slack) {
      const leftLatest = Math.min(breakTo + travel - reached, latest);
      const home = tailEarliest[node] as number;
      const lastWait = Math.max(home - onward - leftLatest, 0);
      const whole = onward + lastWait + (tailDuration[node] as number);
      let cost = fixed + perDuration * whole;
      if (overtime) cost += overtimeCost(problem, vehicle, Math.max(home - onward, leftEarliest) - lastWait + whole);
      if (cost < best) keep(cost, k, breakBit);
    }
    if (k === lastLeg || earliest + reached > (late[node] as number) + slack) return;
    const opens = open[node] as number;
    const waitThere = Math.max(opens - reached - latest, 0);
    duration = reached + waitThere + (service[row + node] as number);
    earliest = Math.max(opens - reached, earliest) - waitThere;
    latest = Math.min((close[node] as number) - reached, latest);
    at = to;
  }
};

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

/** What is put on a route beside its break. */
export interface Additions {
  /** -1 for none. */
  visit: number;
  /** The node that the visit must not follow, -1 for none. */
  banned: number;
  depot: boolean;
}

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
  visit = additions.visit;
  banned = additions.banned;
  visitFirst = needs.visitFirst;
  depotFirst = needs.depotFirst;
  best = below;
  bestVisitLeg = -1;
  bestDepotLeg = -1;
  visitLeg = -1;
  depotLeg = -1;
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
