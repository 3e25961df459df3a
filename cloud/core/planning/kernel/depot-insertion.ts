import type { Placed } from './insertion-place.ts';
import { overtimeCost } from './overtime.ts';
import type { RouteState } from './route-state.ts';
import type { DepotNeed, Needs } from './route-stock.ts';
import type { Stock } from './stock.ts';

/*
 * Routes whose stop at the depot is the one thing that is derived. A leg of a route is the way from a node to the next,
 * counted from 0; a stop comes on a leg.
 */

/** A stop that is not in the list of the route. */
interface NewStop {
  place: number;
  open: number;
  close: number;
  service: number;
}

const createNewStop = (): NewStop => ({ place: 0, open: 0, close: 0, service: 0 });

const visitStop = createNewStop();
const depotStop = createNewStop();

const setToVisit = ({ problem, open, close }: RouteState, visit: number, vehicle: number): void => {
  visitStop.place = problem.place[visit] as number;
  visitStop.open = open[visit] as number;
  visitStop.close = close[visit] as number;
  visitStop.service = problem.service[(problem.serviceRow[vehicle] as number) + visit] as number;
};

const setToDepot = (stock: Stock, vehicle: number, slack: number): void => {
  depotStop.place = stock.depotPlace[vehicle] as number;
  depotStop.open = stock.depotOpen[vehicle] as number;
  depotStop.close = (stock.depotClose[vehicle] as number) + slack;
  depotStop.service = stock.depotService[vehicle] as number;
};

/** Where two stops may come: legs from and to, and a node that a stop must not follow. */
interface Legs {
  firstFrom: number;
  firstTo: number;
  firstNot: number;
  secondFrom: number;
  secondTo: number;
  secondNot: number;
}

const legs: Legs = { firstFrom: 0, firstTo: 0, firstNot: -1, secondFrom: 0, secondTo: 0, secondNot: -1 };

/** The cheapest route so far, and the nodes that the two stops of a pair follow. */
const pair = { cost: Number.POSITIVE_INFINITY, first: -1, second: -1 };

/**
 * Tries the first stop on each of its legs, and for each the second on each of its legs behind it. A second stop makes no
 * route shorter: where the first alone costs as much as the cheapest pair so far, none is tried. The numbers of the piece
 * of route are kept apart in this innermost loop (see segment.ts).
 */
const tryPair = (state: RouteState, vehicle: number, first: NewStop, second: NewStop): void => {
  const { problem, next, late, tailDuration, tailEarliest, open, close, done, headDuration, headLatest } = state;
  const { place, placeCount, time, timeInto, distance, distanceInto, service, visitCount: n } = problem;
  const row = problem.serviceRow[vehicle] as number;
  const { open: firstOpen, close: firstClose, service: firstService } = first;
  const firstRow = first.place * placeCount;
  const { open: secondOpen, close: secondClose, service: secondService } = second;
  const secondRow = second.place * placeCount;
  const { firstFrom, firstTo, firstNot, secondFrom, secondTo, secondNot } = legs;
  const perDuration = problem.perDuration[vehicle] as number;
  const perDistance = problem.perDistance[vehicle] as number;
  // Only times are known to have no short cuts.
  const bounded = perDistance === 0 || distance === time;
  const overtime = (problem.overtimeRate[vehicle] as number) > 0;
  const start = n + vehicle;
  const end = start + problem.vehicleCount;
  const fixedCost = (state.fixedCost[vehicle] as number) + perDistance * wayOfList(state, vehicle);
  let least = pair.cost;
  for (let q = 0, i = start; q <= firstTo; q++, i = next[i] as number) {
    const ready = done[i] as number;
    if (ready > firstClose) break;
    if (q < firstFrom || i === firstNot) continue;
    const from = place[i] as number;
    const until = (headDuration[i] as number) + (timeInto[firstRow + from] as number);
    let earliest = ready - (headDuration[i] as number);
    if (earliest + until > firstClose) continue;
    let latest = headLatest[i] as number;
    const wait = Math.max(firstOpen - until - latest, 0);
    let duration = until + wait + firstService;
    earliest = Math.max(firstOpen - until, earliest) - wait;
    latest = Math.min(firstClose - until, latest);
    let j = next[i] as number;
    let to = place[j] as number;
    const alone = duration + (time[firstRow + to] as number);
    if (earliest + alone > (late[j] as number)) continue;
    let fixed = fixedCost;
    if (perDistance > 0)
      fixed +=
        perDistance *
        ((distanceInto[firstRow + from] as number) +
          (distance[firstRow + to] as number) -
          (distance[from * placeCount + to] as number));
    if (bounded) {
      const lastWait = Math.max((tailEarliest[j] as number) - alone - latest, 0);
      if (fixed + perDuration * (alone + lastWait + (tailDuration[j] as number)) >= least) continue;
    }
    let before = i;
    let at = first.place;
    for (let k = q; earliest + duration <= secondClose; k++) {
      const there = duration + (timeInto[secondRow + at] as number);
      if (
        k >= secondFrom &&
        before !== secondNot &&
        earliest + there <= secondClose &&
        fixed + perDuration * (there + secondService + (tailDuration[j] as number)) < least
      ) {
        const waits = Math.max(secondOpen - there - latest, 0);
        const onward = there + waits + secondService + (time[secondRow + to] as number);
        const leftEarliest = Math.max(secondOpen - there, earliest) - waits;
        if (leftEarliest + onward <= (late[j] as number)) {
          const leftLatest = Math.min(secondClose - there, latest);
          const home = tailEarliest[j] as number;
          const lastWait = Math.max(home - onward - leftLatest, 0);
          const whole = onward + lastWait + (tailDuration[j] as number);
          let cost = fixed + perDuration * whole;
          if (perDistance > 0)
            cost +=
              perDistance *
              ((distanceInto[secondRow + at] as number) +
                (distance[secondRow + to] as number) -
                (distance[at * placeCount + to] as number));
          if (overtime)
            cost += overtimeCost(problem, vehicle, Math.max(home - onward, leftEarliest) - lastWait + whole);
          if (cost < least) {
            least = cost;
            pair.first = i;
            pair.second = before;
          }
        }
      }
      if (k === secondTo || j === end) break;
      const reached = duration + (time[at * placeCount + to] as number);
      // Too late for the rest of the list even without the second stop.
      if (earliest + reached > (late[j] as number)) break;
      const opens = open[j] as number;
      const waitThere = Math.max(opens - reached - latest, 0);
      duration = reached + waitThere + (service[row + j] as number);
      earliest = Math.max(opens - reached, earliest) - waitThere;
      latest = Math.min((close[j] as number) - reached, latest);
      before = j;
      at = to;
      j = next[j] as number;
      to = place[j] as number;
    }
  }
  pair.cost = least;
};

/** The way of the list as it stands; of an empty one that from start to end. */
const wayOfList = ({ problem, size, distance }: RouteState, vehicle: number): number => {
  if ((size[vehicle] as number) > 0) return distance[vehicle] as number;
  const { place, placeCount, visitCount: n, vehicleCount } = problem;
  const end = place[n + vehicleCount + vehicle] as number;
  return problem.distance[(place[n + vehicle] as number) * placeCount + end] as number;
};

/** The last leg that the stop at the depot may come on. */
const lastLegOf = ({ lacking }: DepotNeed, size: number): number => (lacking === 0 ? size : lacking - 1);

/**
 * The cheapest route with the visit and the stop at the depot.
 * @param below a route that costs as much or more is taken for none: nothing is placed then
 */
export const placeBoth = (
  state: RouteState,
  visit: number,
  vehicle: number,
  banned: number,
  { visitFirst, depotFirst }: Needs,
  below: number,
): Placed => {
  const size = state.size[vehicle] as number;
  setToVisit(state, visit, vehicle);
  setToDepot(state.problem.stock as Stock, vehicle, 0);
  pair.cost = below;
  placed.visitAfter = -1;
  placed.depotAfter = -1;
  if (visitFirst.possible) {
    legs.firstFrom = 0;
    legs.firstTo = lastLegOf(visitFirst, size);
    legs.firstNot = banned;
    legs.secondFrom = visitFirst.from;
    legs.secondTo = legs.firstTo;
    legs.secondNot = -1;
    tryPair(state, vehicle, visitStop, depotStop);
    if (pair.cost < below) setPlaced(pair.first, pair.second);
  }
  if (depotFirst.possible) {
    const before = pair.cost;
    legs.firstFrom = depotFirst.from;
    legs.firstTo = lastLegOf(depotFirst, size);
    legs.firstNot = -1;
    legs.secondFrom = 0;
    legs.secondTo = size;
    legs.secondNot = banned;
    tryPair(state, vehicle, depotStop, visitStop);
    if (pair.cost < before) setPlaced(pair.second, pair.first);
  }
  placed.cost = pair.cost;
  return placed;
};

const placed: Placed = { cost: 0, visitAfter: -1, depotAfter: -1 };

const setPlaced = (visitAfter: number, depotAfter: number): void => {
  placed.visitAfter = visitAfter;
  placed.depotAfter = depotAfter;
};

/**
 * The cheapest route with the stop at the depot and its list as it stands.
 * @param slack what the route may be late: sums of times, added in another order, are not the same
 */
export const placeDepot = (state: RouteState, vehicle: number, need: DepotNeed, slack: number): Placed => {
  const { problem, next, done, late, headDuration, headLatest, tailDuration, tailEarliest } = state;
  const { place, placeCount, time, timeInto, distance, distanceInto, visitCount: n } = problem;
  setToDepot(problem.stock as Stock, vehicle, slack);
  const { open, close, service } = depotStop;
  const depotRow = depotStop.place * placeCount;
  const perDuration = problem.perDuration[vehicle] as number;
  const perDistance = problem.perDistance[vehicle] as number;
  const overtime = (problem.overtimeRate[vehicle] as number) > 0;
  const fixedCost = (state.fixedCost[vehicle] as number) + perDistance * wayOfList(state, vehicle);
  const last = lastLegOf(need, state.size[vehicle] as number);
  placed.cost = Number.POSITIVE_INFINITY;
  setPlaced(-1, -1);
  for (let q = 0, i = n + vehicle; q <= last; q++, i = next[i] as number) {
    if (q < need.from) continue;
    const from = place[i] as number;
    const j = next[i] as number;
    const to = place[j] as number;
    const head = headDuration[i] as number;
    const until = head + (timeInto[depotRow + from] as number);
    const earliest = (done[i] as number) - head;
    if (earliest + until > close) continue;
    const latest = headLatest[i] as number;
    const wait = Math.max(open - until - latest, 0);
    const onward = until + wait + service + (time[depotRow + to] as number);
    const leftEarliest = Math.max(open - until, earliest) - wait;
    if (leftEarliest + onward > (late[j] as number) + slack) continue;
    const home = tailEarliest[j] as number;
    const lastWait = Math.max(home - onward - Math.min(close - until, latest), 0);
    const whole = onward + lastWait + (tailDuration[j] as number);
    let cost = fixedCost + perDuration * whole;
    if (perDistance > 0)
      cost +=
        perDistance *
        ((distanceInto[depotRow + from] as number) +
          (distance[depotRow + to] as number) -
          (distance[from * placeCount + to] as number));
    if (overtime) cost += overtimeCost(problem, vehicle, Math.max(home - onward, leftEarliest) - lastWait + whole);
    if (cost >= placed.cost) continue;
    placed.cost = cost;
    placed.depotAfter = i;
  }
  return placed;
};
