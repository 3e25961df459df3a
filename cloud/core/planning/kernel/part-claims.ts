import type { RouteState } from './route-state.ts';
import type { Stock } from './stock.ts';

/** From where a visit has its parts: nowhere, the van, or the depot (which has them from the van if the depot never does). */
export const claims = { none: 0, van: 1, depot: 2 } as const;
export type Claim = (typeof claims)[keyof typeof claims];

/** The holder of a part of a visit that is served before or behind the stop at the depot. */
export const holderOf = (stock: Stock, vehicle: number, part: number, claim: Claim): number => {
  const depot = stock.depot[vehicle] as number;
  return claim === claims.depot && stock.stocked[depot * stock.partCount + part] === 1
    ? depot
    : (stock.van[vehicle] as number);
};

/**
 * Gives a visit of the vehicle its parts, or gives them back; the stock of all later periods follows. Where no route lacks
 * what another takes nothing is counted: each route is read for itself.
 */
export const claimParts = (state: RouteState, visit: number, vehicle: number, claim: Claim): void => {
  const { stock } = state.problem;
  if (!stock?.shared) return;
  const before = state.claim[visit] as Claim;
  if (before === claim) return;
  state.claim[visit] = claim;
  if (before !== claims.none) move(state, stock, visit, vehicle, before, 1);
  if (claim !== claims.none) move(state, stock, visit, vehicle, claim, -1);
};

const move = (state: RouteState, stock: Stock, visit: number, vehicle: number, claim: Claim, sign: 1 | -1): void => {
  const { needStart, needCount, needPart, needQuantity, partCount, periodCount, period } = stock;
  const first = needStart[visit] as number;
  const end = first + (needCount[visit] as number);
  let ofVan = false;
  for (let at = first; at < end; at++) {
    const part = needPart[at] as number;
    const holder = holderOf(stock, vehicle, part, claim);
    ofVan ||= holder === stock.van[vehicle];
    if (sign > 0)
      state.givenBack[holder * partCount + part] = (state.givenBack[holder * partCount + part] as number) + 1;
    const row = (holder * partCount + part) * periodCount;
    const quantity = sign * (needQuantity[at] as number);
    for (let q = row + (period[vehicle] as number); q < row + periodCount; q++)
      state.stockLeft[q] = (state.stockLeft[q] as number) + quantity;
  }
  // What the other days of the technician offer may have changed.
  if (ofVan)
    for (let v = stock.sibling[vehicle] as number; v !== vehicle; v = stock.sibling[v] as number)
      state.version[v] = ++state.lastVersion;
};

/** Grows whenever some of the parts that the visit needs are given back to the depot of the vehicle. */
export const givenBackFor = (state: RouteState, visit: number, vehicle: number): number => {
  const { needStart, needCount, needPart, partCount, depot } = state.problem.stock as Stock;
  const row = (depot[vehicle] as number) * partCount;
  const first = needStart[visit] as number;
  const end = first + (needCount[visit] as number);
  let count = 0;
  for (let at = first; at < end; at++) count += state.givenBack[row + (needPart[at] as number)] as number;
  return count;
};

/** From where the visits of a route have their parts, by where it passes the depot. */
export const claimAll = (at: RouteState, ofVehicle: number): void => {
  if (!at.problem.stock?.shared) return;
  const n = at.problem.visitCount;
  let claim: Claim = at.restockAfter[ofVehicle] === n + ofVehicle ? claims.depot : claims.van;
  for (let j = at.next[n + ofVehicle] as number; j < n; j = at.next[j] as number) {
    claimParts(at, j, ofVehicle, claim);
    if (at.restockAfter[ofVehicle] === j) claim = claims.depot;
  }
};
