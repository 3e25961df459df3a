import { partnerOf } from '../kernel/linked-visits.ts';
import { plannedRoute } from '../kernel/plan.ts';
import { clearRoute, linkRoute, unlinkVisit } from '../kernel/route-edits.ts';
import type { RouteState } from '../kernel/route-state.ts';
import { refreshRoute } from '../kernel/route-times.ts';

/** What `ask` says of the plan without a visit; then it stands where it stood. */
const withoutOne = <T>(state: RouteState, visit: number, ask: () => T): T => {
  const vehicle = state.vehicleOf[visit] as number;
  if (vehicle === -1) return ask();
  const { visits, windows, restockAt = -1, starts } = plannedRoute(state.problem, state, vehicle);
  unlinkVisit(state, visit);
  refreshRoute(state, vehicle);
  try {
    return ask();
  } finally {
    clearRoute(state, vehicle);
    linkRoute(state, vehicle, visits, windows, restockAt, starts);
  }
};

/** A visit and, where two come, the second technician's part of it. */
export const partsOf = (state: RouteState, visit: number): number[] => {
  const beside = partnerOf(state, visit);
  return beside === -1 ? [visit] : [visit, beside];
};

/** What `ask` says of the plan without a visit of one technician or of two; then all stand where they stood. */
export const withoutVisit = <T>(state: RouteState, visit: number, ask: () => T): T =>
  partsOf(state, visit).reduceRight<() => T>((inner, part) => () => withoutOne(state, part, inner), ask)();
