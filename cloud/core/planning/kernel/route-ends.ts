import { overtimeCost } from './overtime.ts';
import {
  curves,
  durations,
  earliests,
  extend,
  extendOver,
  homeward,
  isLateFor,
  lastLeg,
  latests,
  nodes,
  places,
  problem,
  setUpOf,
  slack,
  state,
  timeOf,
  vehicle,
  ways,
} from './route-pieces.ts';
import type { DepotNeed, Needs } from './route-stock.ts';
import { type Curve, cheapestOf } from './traffic-curve.ts';

/*
 * How a route that was begun ends: by the rest of the list as it is, or with one more stop or the break somewhere on it.
 * The cheapest end of all that were tried is kept. These are the innermost loops of the search for a break.
 */

export const visitBit = 1;
export const depotBit = 2;
export const breakBit = 4;

/** What is put on a route beside its break. */
export interface Additions {
  /** -1 for none. */
  visit: number;
  /** The node that the visit must not follow, -1 for none. */
  banned: number;
  depot: boolean;
}

export let visit = -1;
export let banned = -1;
export let visitFirst: DepotNeed;
export let depotFirst: DepotNeed;
/** What the cheapest route so far costs. */
export let best = Number.POSITIVE_INFINITY;
export let bestVisitLeg = -1;
export let bestDepotLeg = -1;
let visitLeg = -1;
let depotLeg = -1;

/** @param below a route that costs as much or more is not kept */
export const beginEnds = (additions: Additions, needs: Needs, below: number): void => {
  visit = additions.visit;
  banned = additions.banned;
  visitFirst = needs.visitFirst;
  depotFirst = needs.depotFirst;
  best = below;
  bestVisitLeg = -1;
  bestDepotLeg = -1;
  visitLeg = -1;
  depotLeg = -1;
};

/** The route that is tried has this stop on leg `k`. */
export const stopsOn = (k: number, bit: number): void => {
  if (bit === visitBit) visitLeg = k;
  else depotLeg = k;
};

/** Goes home from piece `depth` by the rest of the list behind leg `k`; the cost, if it is the least so far, is kept. */
export const goHome = (depth: number, k: number, travel: number, homeBy: number): void => {
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
export const goHomeInTraffic = (depth: number, k: number, way: number, setUpThere: number, homeBy: number): void => {
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
export const putLastStop = (depth: number, first: number, bit: number): void => {
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
export const putLastBreak = (depth: number, first: number): void => {
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
