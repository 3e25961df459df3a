import { keepLists, listsOf, type PlannedRoute, plannedRoute } from '../kernel/plan.ts';
import { clearRoute, linkRoute } from '../kernel/route-edits.ts';
import type { RouteState } from '../kernel/route-state.ts';

/** Remembers all routes of a state, and puts those back that have changed since. */
export interface RoutesKept {
  readonly keep: () => void;
  readonly putBack: () => void;
}

const isSame = (a: PlannedRoute, b: PlannedRoute): boolean =>
  a.restockAt === b.restockAt &&
  a.visits.length === b.visits.length &&
  a.visits.every(
    (visit, i) => visit === b.visits[i] && a.windows?.[i] === b.windows?.[i] && Object.is(a.starts?.[i], b.starts?.[i]),
  );

export const createRoutesKept = (state: RouteState): RoutesKept => {
  const { problem } = state;
  const lists = listsOf(state);
  return {
    keep: () => keepLists(lists, state),
    putBack: () => {
      const changed = Array.from({ length: problem.vehicleCount }, (_, vehicle) =>
        plannedRoute(problem, lists, vehicle),
      ).filter((route) => !isSame(route, plannedRoute(problem, state, route.vehicle)));
      for (const { vehicle } of changed) clearRoute(state, vehicle);
      for (const { vehicle, visits, windows, restockAt = -1, starts } of changed)
        linkRoute(state, vehicle, visits, windows, restockAt, starts);
    },
  };
};
