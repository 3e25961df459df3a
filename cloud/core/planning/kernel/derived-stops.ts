import { placeWithBreak } from './break-search.ts';
import { placeBoth, placeDepot } from './depot-insertion.ts';
import type { Insertion } from './insertion-place.ts';
import { claimAll, claims } from './part-claims.ts';
import type { Problem } from './problem.ts';
import type { Additions } from './route-ends.ts';
import type { RouteState } from './route-state.ts';
import { createDepotNeed, type Needs, readDepotNeed, readNeeds } from './route-stock.ts';

/*
 * A route's list has its visits only. Its break and its stop at the depot are *derived*: they stand where the route is
 * cheapest, and where that is follows from the list. A new visit changes it, so that every place for the visit is tried
 * with every place for the others.
 */

/** A list is known to be feasible when its stops are derived: whatever it misses by less is rounding. */
const roundingSlack = 1e-9;

const visitFirst = createDepotNeed();
const depotFirst = createDepotNeed();
const needs: Needs = { visitFirst, depotFirst };
const additions: Additions = { visit: -1, banned: -1, depot: false };

/** Whether the cheapest route is searched for with all that may be on it, and not only where the depot comes. */
const isSearched = ({ breakMinutes, traffic }: Problem, vehicle: number): boolean =>
  traffic !== undefined || (breakMinutes[vehicle] as number) >= 0;

/**
 * The best place for a visit in a route with a break or a stop at the depot, without what coming then costs.
 * @param below places that add as much or more are taken for none
 * @returns false if what is derived tells nothing of the route with the visit: then nothing was done
 */
export const insertWithDerived = (
  state: RouteState,
  visit: number,
  vehicle: number,
  banned: number,
  insertion: Insertion,
  below: number,
): boolean => {
  const source = readNeeds(state, visit, vehicle, visitFirst, depotFirst);
  const searched = isSearched(state.problem, vehicle);
  insertion.depends = source !== 'van' && state.problem.stock?.limited[vehicle] === 1;
  insertion.added = Number.POSITIVE_INFINITY;
  insertion.after = -1;
  insertion.cut = source !== 'nothing';
  if (source === 'nothing') return true;
  if (source === 'van' && !searched) return false;
  const costNow = state.cost[vehicle] as number;
  const { cost, visitAfter } = searched
    ? withBreak(state, visit, vehicle, banned, source === 'depot', costNow + below)
    : placeBoth(state, visit, vehicle, banned, needs, costNow + below);
  if (visitAfter === -1) return true;
  insertion.added = cost - costNow;
  insertion.after = visitAfter;
  return true;
};

const withBreak = (
  state: RouteState,
  visit: number,
  vehicle: number,
  banned: number,
  depot: boolean,
  below: number,
  mayBeLate = 0,
) => {
  additions.visit = visit;
  additions.banned = banned;
  additions.depot = depot;
  return placeWithBreak(state, vehicle, additions, needs, below, mayBeLate);
};

/** The cost of a route whose stops come where it is cheapest; infinite if it is late. */
const placeStops = (state: RouteState, vehicle: number, depot: boolean, mayBeLate: number): number => {
  const { cost, depotAfter } = isSearched(state.problem, vehicle)
    ? withBreak(state, -1, vehicle, -1, depot, Number.POSITIVE_INFINITY, mayBeLate)
    : placeDepot(state, vehicle, visitFirst, mayBeLate);
  state.restockAfter[vehicle] = depotAfter;
  return cost;
};

/**
 * Gives a route that has visits its break and its stop at the depot, and its visits their parts.
 * @param restockAt the leg on which the depot is passed, -1 for none; left out: where the route is cheapest
 * @returns the cost of the route; undefined if it has neither, and costs what its list does
 */
export const deriveStops = (state: RouteState, vehicle: number, restockAt?: number): number | undefined => {
  visitFirst.possible = true;
  visitFirst.lacking = (restockAt ?? -1) + 1;
  visitFirst.from = restockAt ?? 0;
  if (restockAt === undefined && state.problem.stock) readDepotNeed(state, vehicle, -1, claims.none, visitFirst);
  const depot = visitFirst.lacking > 0;
  let cost: number | undefined;
  state.restockAfter[vehicle] = -1;
  if (depot || isSearched(state.problem, vehicle)) {
    cost = placeStops(state, vehicle, depot, 0);
    if (cost === Number.POSITIVE_INFINITY) cost = placeStops(state, vehicle, depot, roundingSlack);
  }
  claimAll(state, vehicle);
  return cost;
};
