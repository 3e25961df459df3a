import type { Insertion } from './insertion-place.ts';
import type { Restock } from './problem.ts';
import { firstLacking, vanStockOf } from './restock.ts';
import type { RouteState } from './route-state.ts';

const nobody = -1;

/** Whether the route with the visit has to pass the depot. */
export const needsDepot = (state: RouteState, visit: number, vehicle: number): boolean => {
  const { restock } = state.problem;
  return (
    restock !== undefined &&
    (state.restockAfter[vehicle] !== nobody || firstLacking(state, restock, vehicle, visit) !== nobody)
  );
};

/** Each place in the route, with each place for the stop at the depot that the route then needs. */
export const byDurationViaDepot = (
  state: RouteState,
  visit: number,
  vehicle: number,
  banned: number,
  best: Insertion,
): void => {
  const { problem } = state;
  const restock = problem.restock as Restock;
  best.after = nobody;
  best.added = Number.POSITIVE_INFINITY;
  depotFirst(state, restock, visit, vehicle, banned, best);
  visitFirst(state, restock, visit, vehicle, banned, best);
  best.added =
    best.added * (problem.perDuration[vehicle] as number) +
    (state.fixedCost[vehicle] as number) -
    (state.cost[vehicle] as number);
};

/**
 * The stop at the depot anywhere before the visit, and before the first visit that the van cannot serve without.
 * `best.added` is a duration here. The numbers of a segment are kept apart in this innermost loop (see segment.ts).
 */
const depotFirst = (
  state: RouteState,
  restock: Restock,
  visit: number,
  vehicle: number,
  banned: number,
  best: Insertion,
): void => {
  const { problem, next, done, late, headDuration, headLatest, tailDuration, tailEarliest } = state;
  const { place, placeCount, time, timeInto, visitCount: n } = problem;
  const visitOpen = state.open[visit] as number;
  const visitClose = state.close[visit] as number;
  const row = problem.serviceRow[vehicle] as number;
  const visitService = problem.service[row + visit] as number;
  const visitRow = (place[visit] as number) * placeCount;
  const depotRow = restock.place * placeCount;
  const end = n + problem.vehicleCount + vehicle;
  const lacking = firstLacking(state, restock, vehicle, nobody);
  const afterLast = lacking === nobody ? end : lacking;
  for (let q = n + vehicle; q !== afterLast; q = next[q] as number) {
    const headQ = headDuration[q] as number;
    const untilDepot = headQ + (timeInto[depotRow + (place[q] as number)] as number);
    let earliest = (done[q] as number) - headQ;
    if (earliest + untilDepot > restock.close) return;
    let latest = headLatest[q] as number;
    const waitAtDepot = Math.max(restock.open - untilDepot - latest, 0);
    let duration = untilDepot + waitAtDepot;
    earliest = Math.max(restock.open - untilDepot, earliest) - waitAtDepot;
    latest = Math.min(restock.close - untilDepot, latest);
    let from = restock.place;
    for (let p = q; ; ) {
      if (earliest + duration > visitClose) break;
      const j = next[p] as number;
      const to = place[j] as number;
      if (p !== banned && duration + visitService + (tailDuration[j] as number) < best.added) {
        const until = duration + (timeInto[visitRow + from] as number);
        if (earliest + until <= visitClose) {
          const wait = Math.max(visitOpen - until - latest, 0);
          const onward = until + wait + visitService + (time[visitRow + to] as number);
          const leftEarliest = Math.max(visitOpen - until, earliest) - wait;
          if (leftEarliest + onward <= (late[j] as number)) {
            const leftLatest = Math.min(visitClose - until, latest);
            const whole =
              onward + Math.max((tailEarliest[j] as number) - onward - leftLatest, 0) + (tailDuration[j] as number);
            if (whole < best.added) {
              best.added = whole;
              best.after = p;
            }
          }
        }
      }
      if (j === end) break;
      const until = duration + (time[from * placeCount + to] as number);
      const open = state.open[j] as number;
      const close = state.close[j] as number;
      // Too late for the rest of the route even without the visit.
      if (earliest + until > (late[j] as number)) break;
      const wait = Math.max(open - until - latest, 0);
      duration = until + wait + (problem.service[row + j] as number);
      earliest = Math.max(open - until, earliest) - wait;
      latest = Math.min(close - until, latest);
      p = j;
      from = to;
    }
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
  const { problem, next, done, late, headDuration, headLatest, tailDuration, tailEarliest } = state;
  const { place, placeCount, time, timeInto, visitCount: n } = problem;
  if (!vanStockOf(restock).serves(vehicle, visit)) return;
  const visitOpen = state.open[visit] as number;
  const visitClose = state.close[visit] as number;
  const row = problem.serviceRow[vehicle] as number;
  const visitService = problem.service[row + visit] as number;
  const visitRow = (place[visit] as number) * placeCount;
  const depotRow = restock.place * placeCount;
  const end = n + problem.vehicleCount + vehicle;
  const lacking = firstLacking(state, restock, vehicle, visit);
  const afterLast = lacking === nobody ? end : lacking;
  for (let p = n + vehicle; p !== afterLast; p = next[p] as number) {
    if ((done[p] as number) > visitClose) return;
    if (p === banned) continue;
    const headP = headDuration[p] as number;
    const untilVisit = headP + (timeInto[visitRow + (place[p] as number)] as number);
    let earliest = (done[p] as number) - headP;
    if (earliest + untilVisit > visitClose) continue;
    let latest = headLatest[p] as number;
    const waitAtVisit = Math.max(visitOpen - untilVisit - latest, 0);
    let duration = untilVisit + waitAtVisit + visitService;
    earliest = Math.max(visitOpen - untilVisit, earliest) - waitAtVisit;
    latest = Math.min(visitClose - untilVisit, latest);
    let from = place[visit] as number;
    for (let j = next[p] as number; ; j = next[j] as number) {
      const to = place[j] as number;
      const until = duration + (timeInto[depotRow + from] as number);
      if (earliest + until > restock.close) break;
      if (until + (tailDuration[j] as number) < best.added) {
        const wait = Math.max(restock.open - until - latest, 0);
        const onward = until + wait + (time[depotRow + to] as number);
        const leftEarliest = Math.max(restock.open - until, earliest) - wait;
        if (leftEarliest + onward <= (late[j] as number)) {
          const leftLatest = Math.min(restock.close - until, latest);
          const whole =
            onward + Math.max((tailEarliest[j] as number) - onward - leftLatest, 0) + (tailDuration[j] as number);
          if (whole < best.added) {
            best.added = whole;
            best.after = p;
          }
        }
      }
      if (j === afterLast) break;
      const untilNext = duration + (time[from * placeCount + to] as number);
      const open = state.open[j] as number;
      const close = state.close[j] as number;
      if (earliest + untilNext > (late[j] as number)) break;
      const wait = Math.max(open - untilNext - latest, 0);
      duration = untilNext + wait + (problem.service[row + j] as number);
      earliest = Math.max(open - untilNext, earliest) - wait;
      latest = Math.min(close - untilNext, latest);
      from = to;
    }
  }
};
