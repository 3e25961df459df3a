import type { Problem, Restock } from './problem.ts';
import { vanStockOf } from './restock.ts';
import type { RouteState } from './route-state.ts';
import { addStop, createSegment, durationWithTail, setToHead } from './segment.ts';

/** Where a visit fits best in a route: what it adds to the cost of the route (infinite if nowhere), and the node before it. */
export interface Insertion {
  added: number;
  after: number;
}

export const createInsertion = (): Insertion => ({ added: Number.POSITIVE_INFINITY, after: -1 });

const nobody = -1;

/** Whether skills and capacity let the vehicle take the visit on, wherever in its route. */
export const mayTake = ({ problem, load }: RouteState, visit: number, vehicle: number): boolean => {
  const { capacityCount } = problem;
  if (problem.allowed[(problem.allowedRow[vehicle] as number) + visit] === 0) return false;
  for (let k = 0; k < capacityCount; k++) {
    const at = vehicle * capacityCount + k;
    if ((load[at] as number) + (problem.load[visit * capacityCount + k] as number) > (problem.capacity[at] as number))
      return false;
  }
  return true;
};

/** Each place in the route costs its detour. */
const byDistance = (state: RouteState, visit: number, vehicle: number, banned: number, best: Insertion): void => {
  const { problem, next, done, late } = state;
  const { place, placeCount, time, timeInto, distance, distanceInto, visitCount: n } = problem;
  const row = (place[visit] as number) * placeCount;
  const open = problem.open[visit] as number;
  const close = problem.close[visit] as number;
  const service = problem.service[(problem.serviceRow[vehicle] as number) + visit] as number;
  const rate = problem.perDistance[vehicle] as number;
  const start = n + vehicle;
  const end = start + problem.vehicleCount;
  const empty = next[start] === end;
  let least = Number.POSITIVE_INFINITY;
  let after = nobody;
  let fromRow = (place[start] as number) * placeCount;
  let from = place[start] as number;
  for (let i = start; i !== end; ) {
    const ready = done[i] as number;
    if (ready > close) break;
    const j = next[i] as number;
    const to = place[j] as number;
    const arrive = ready + (timeInto[row + from] as number);
    if (arrive <= close) {
      const leave = (arrive > open ? arrive : open) + service;
      if (leave + (time[row + to] as number) <= (late[j] as number)) {
        const detour =
          (distanceInto[row + from] as number) +
          (distance[row + to] as number) -
          (empty ? 0 : (distance[fromRow + to] as number));
        if (detour < least && i !== banned) {
          least = detour;
          after = i;
        }
      }
    }
    i = j;
    from = to;
    fromRow = to * placeCount;
  }
  best.after = after;
  best.added = least * rate + (empty ? (problem.usedCost[vehicle] as number) : 0);
};

const segment = createSegment();

/** Puts the visit behind `segment` and then the rest of the route from `before` on. */
const durationThrough = (state: RouteState, visit: number, vehicle: number, from: number, before: number): number => {
  const { problem } = state;
  const { place, placeCount, time, timeInto } = problem;
  const row = (place[visit] as number) * placeCount;
  const service = problem.service[(problem.serviceRow[vehicle] as number) + visit] as number;
  const fits = addStop(
    segment,
    timeInto[row + from] as number,
    problem.open[visit] as number,
    problem.close[visit] as number,
    service,
  );
  return fits
    ? durationWithTail(segment, time[row + (place[before] as number)] as number, state, before)
    : Number.POSITIVE_INFINITY;
};

/** Each place in the route costs its detour and what it does to the duration of the whole. */
const byDuration = (state: RouteState, visit: number, vehicle: number, banned: number, best: Insertion): void => {
  const { problem, next } = state;
  const { place, visitCount: n } = problem;
  const close = problem.close[visit] as number;
  const end = n + problem.vehicleCount + vehicle;
  best.after = nobody;
  best.added = Number.POSITIVE_INFINITY;
  for (let i = n + vehicle, j = 0; i !== end; i = j) {
    if ((state.done[i] as number) > close) break;
    j = next[i] as number;
    if (i === banned) continue;
    setToHead(segment, state, i);
    const duration = durationThrough(state, visit, vehicle, place[i] as number, j);
    if (duration === Number.POSITIVE_INFINITY) continue;
    const cost = routeCost(
      problem,
      vehicle,
      (state.distance[vehicle] as number) + detour(state, visit, i, j),
      duration,
    );
    if (cost < best.added) {
      best.added = cost;
      best.after = i;
    }
  }
  best.added -= state.cost[vehicle] as number;
};

const routeCost = (problem: Problem, vehicle: number, distance: number, duration: number): number =>
  (problem.usedCost[vehicle] as number) +
  (problem.perDistance[vehicle] as number) * distance +
  (problem.perDuration[vehicle] as number) * duration;

const detour = ({ problem, size, vehicleOf }: RouteState, visit: number, i: number, j: number): number => {
  const { place, placeCount, distance, distanceInto } = problem;
  const row = (place[visit] as number) * placeCount;
  const from = place[i] as number;
  const to = place[j] as number;
  const there = (distanceInto[row + from] as number) + (distance[row + to] as number);
  const neighbour = i < problem.visitCount ? i : j < problem.visitCount ? j : nobody;
  const empty = neighbour === nobody || size[vehicleOf[neighbour] as number] === 0;
  return empty ? there : there - (distance[from * placeCount + to] as number);
};

/** Whether the van has what the route and the visit need, without the depot. */
const holdsAll = (state: RouteState, restock: Restock, visit: number, vehicle: number): boolean => {
  const { problem, next } = state;
  const end = problem.visitCount + problem.vehicleCount + vehicle;
  const stock = vanStockOf(restock);
  stock.fill(vehicle);
  if (!stock.take(visit)) return false;
  for (let j = next[problem.visitCount + vehicle] as number; j !== end; j = next[j] as number)
    if (!stock.take(j)) return false;
  return true;
};

/** Each place in the route, with each place for the stop at the depot that it then needs. */
const byDurationViaDepot = (
  state: RouteState,
  visit: number,
  vehicle: number,
  banned: number,
  best: Insertion,
): void => {
  const { problem } = state;
  const restock = problem.restock as Restock;
  if (state.restockAfter[vehicle] === nobody && holdsAll(state, restock, visit, vehicle)) {
    byDuration(state, visit, vehicle, banned, best);
    return;
  }
  best.after = nobody;
  best.added = Number.POSITIVE_INFINITY;
  depotFirst(state, restock, visit, vehicle, banned, best);
  visitFirst(state, restock, visit, vehicle, banned, best);
  best.added =
    best.added * (problem.perDuration[vehicle] as number) +
    (problem.usedCost[vehicle] as number) -
    (state.cost[vehicle] as number);
};

const depotFirstSegment = createSegment();

/** The stop at the depot anywhere before the visit. `best.added` is in duration here. */
const depotFirst = (
  state: RouteState,
  restock: Restock,
  visit: number,
  vehicle: number,
  banned: number,
  best: Insertion,
): void => {
  const { problem, next } = state;
  const { place, placeCount, time, timeInto, visitCount: n } = problem;
  const row = problem.serviceRow[vehicle] as number;
  const depotRow = restock.place * placeCount;
  const end = n + problem.vehicleCount + vehicle;
  const stock = vanStockOf(restock);
  stock.fill(vehicle);
  for (let q = n + vehicle; q !== end; ) {
    const ahead = depotFirstSegment;
    setToHead(ahead, state, q);
    let from = restock.place;
    if (addStop(ahead, timeInto[depotRow + (place[q] as number)] as number, restock.open, restock.close, 0))
      for (let p = q; p !== end; ) {
        const j = next[p] as number;
        if (p !== banned) {
          segment.duration = ahead.duration;
          segment.earliest = ahead.earliest;
          segment.latest = ahead.latest;
          const duration = durationThrough(state, visit, vehicle, from, j);
          if (duration < best.added) {
            best.added = duration;
            best.after = p;
          }
        }
        if (j === end) break;
        const to = place[j] as number;
        const travel = time[from * placeCount + to] as number;
        const spent = problem.service[row + j] as number;
        if (!addStop(ahead, travel, problem.open[j] as number, problem.close[j] as number, spent)) break;
        if (ahead.earliest + ahead.duration > (problem.close[visit] as number)) break;
        p = j;
        from = to;
      }
    q = next[q] as number;
    // The depot comes before the first visit that the van cannot serve.
    if (q === end || !stock.take(q)) break;
  }
};

/** The visit from the van's own stock, the stop at the depot anywhere after it. */
const visitFirst = (
  state: RouteState,
  restock: Restock,
  visit: number,
  vehicle: number,
  banned: number,
  best: Insertion,
): void => {
  const { problem, next } = state;
  const { place, placeCount, time, timeInto, visitCount: n } = problem;
  const row = problem.serviceRow[vehicle] as number;
  const visitRow = (place[visit] as number) * placeCount;
  const depotRow = restock.place * placeCount;
  const end = n + problem.vehicleCount + vehicle;
  const close = problem.close[visit] as number;
  const service = problem.service[row + visit] as number;
  const stock = vanStockOf(restock);
  for (let p = n + vehicle; p !== end; p = next[p] as number) {
    if ((state.done[p] as number) > close) return;
    if (!takeUpTo(state, restock, vehicle, p) || !stock.take(visit)) return;
    if (p === banned) continue;
    const ahead = depotFirstSegment;
    setToHead(ahead, state, p);
    const there = timeInto[visitRow + (place[p] as number)] as number;
    if (!addStop(ahead, there, problem.open[visit] as number, close, service)) continue;
    let from = place[visit] as number;
    for (let j = next[p] as number; ; j = next[j] as number) {
      segment.duration = ahead.duration;
      segment.earliest = ahead.earliest;
      segment.latest = ahead.latest;
      const toDepot = timeInto[depotRow + from] as number;
      const to = place[j] as number;
      if (!addStop(segment, toDepot, restock.open, restock.close, 0)) break;
      const duration = durationWithTail(segment, time[depotRow + to] as number, state, j);
      if (duration < best.added) {
        best.added = duration;
        best.after = p;
      }
      if (j === end || !stock.take(j)) break;
      const travel = time[from * placeCount + to] as number;
      const spent = problem.service[row + j] as number;
      if (!addStop(ahead, travel, problem.open[j] as number, problem.close[j] as number, spent)) break;
      from = to;
    }
  }
};

/** Takes what the visits up to `last` need out of a full van. */
const takeUpTo = (state: RouteState, restock: Restock, vehicle: number, last: number): boolean => {
  const stock = vanStockOf(restock);
  stock.fill(vehicle);
  for (let i = state.problem.visitCount + vehicle; i !== last; ) {
    i = state.next[i] as number;
    if (!stock.take(i)) return false;
  }
  return true;
};

/**
 * Finds the best place for an absent visit in a route, exactly: `added` is what the cost of the route would grow by.
 * @param banned node after which the visit must not come, -1 for none
 */
export const findInsertion = (
  state: RouteState,
  visit: number,
  vehicle: number,
  banned: number,
  best: Insertion,
): void => {
  if (!mayTake(state, visit, vehicle)) {
    best.added = Number.POSITIVE_INFINITY;
    best.after = nobody;
  } else if (state.problem.restock) byDurationViaDepot(state, visit, vehicle, banned, best);
  else if (state.problem.timed) byDuration(state, visit, vehicle, banned, best);
  else byDistance(state, visit, vehicle, banned, best);
};
