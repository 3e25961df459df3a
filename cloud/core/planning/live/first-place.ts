import { findInsertion } from '../kernel/insertion.ts';
import { createInsertion } from '../kernel/insertion-place.ts';
import { isLinked } from '../kernel/linked-visits.ts';
import { plannedRoute } from '../kernel/plan.ts';
import { clearRoute, insertVisit, linkRoute, unlinkVisit } from '../kernel/route-edits.ts';
import type { RouteState } from '../kernel/route-state.ts';
import { refreshRoute } from '../kernel/route-times.ts';
import type { Nearness } from './nearness.ts';

const probe = createInsertion();
const best = createInsertion();

/** Puts a visit where it is cheapest, if anywhere and for less than leaving it out costs; whether it is in. */
export const insertInto = (state: RouteState, visit: number, vehicles: Int32Array): boolean => {
  best.added = state.absentCost[visit] as number;
  let to = -1;
  for (const vehicle of vehicles) {
    findInsertion(state, visit, vehicle, -1, probe);
    if (probe.added >= best.added) continue;
    Object.assign(best, probe);
    to = vehicle;
  }
  if (to !== -1) insertVisit(state, visit, to, best);
  return to !== -1;
};

/** How many near visits are tried for one that could make room. */
const mostAsked = 24;

/** What the plan would cost more with `visit` in the place of `other`, in the route of that one. */
const exchangeCost = (state: RouteState, visit: number, other: number): number => {
  const { problem } = state;
  const vehicle = state.vehicleOf[other] as number;
  const before = state.totalCost;
  const { visits, windows, restockAt = -1, starts } = plannedRoute(problem, state, vehicle);
  unlinkVisit(state, other);
  refreshRoute(state, vehicle);
  findInsertion(state, visit, vehicle, -1, probe);
  const cost = state.totalCost + probe.added - (state.absentCost[visit] as number) - before;
  clearRoute(state, vehicle);
  linkRoute(state, vehicle, visits, windows, restockAt, starts);
  return cost;
};

/**
 * Gives a visit for which there is no room the place of a near one that is worth less, which then looks for another.
 * @param vehicles that may be used
 */
export const makeRoom = (state: RouteState, visit: number, vehicles: Int32Array, nearness: Nearness): void => {
  const { neighbours } = nearness;
  nearness.ask(visit);
  const usable = new Set(vehicles);
  const isAsked = (other: number) =>
    usable.has(state.vehicleOf[other] as number) && state.fixed[other] === 0 && !isLinked(state, other);
  const row = visit * neighbours.width;
  const asked = neighbours.of
    .subarray(row, row + neighbours.width)
    .filter(isAsked)
    .subarray(0, mostAsked);
  let least = 0;
  let gives = -1;
  for (const other of asked) {
    const cost = exchangeCost(state, visit, other);
    if (cost >= least) continue;
    least = cost;
    gives = other;
  }
  if (gives === -1) return;
  const vehicle = state.vehicleOf[gives] as number;
  unlinkVisit(state, gives);
  refreshRoute(state, vehicle);
  insertInto(state, visit, Int32Array.of(vehicle));
  insertInto(state, gives, vehicles);
};
