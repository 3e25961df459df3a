import { keepLists, listsOf } from '../kernel/plan.ts';
import { clearRoute, linkRoute } from '../kernel/route-edits.ts';
import type { RouteState } from '../kernel/route-state.ts';

/** Remembers all routes of a state, and puts those back that have changed since. */
export interface RoutesKept {
  readonly keep: () => void;
  readonly putBack: () => void;
}

export const createRoutesKept = (state: RouteState): RoutesKept => {
  const { visitCount: n, vehicleCount } = state.problem;
  const lists = listsOf(state);
  const { next, window } = lists;

  const visitsOf = (vehicle: number): number[] => {
    const visits: number[] = [];
    for (let j = next[n + vehicle] as number; j < n; j = next[j] as number) visits.push(j);
    return visits;
  };

  const differs = (vehicle: number): boolean => {
    const visits = visitsOf(vehicle);
    return (
      next[n + vehicle] !== state.next[n + vehicle] ||
      visits.some((visit) => next[visit] !== state.next[visit] || window[visit] !== state.window[visit])
    );
  };

  return {
    keep: () => keepLists(lists, state),
    putBack: () => {
      const changed: number[] = [];
      for (let vehicle = 0; vehicle < vehicleCount; vehicle++) if (differs(vehicle)) changed.push(vehicle);
      for (const vehicle of changed) clearRoute(state, vehicle);
      for (const vehicle of changed) {
        const visits = visitsOf(vehicle);
        linkRoute(
          state,
          vehicle,
          visits,
          visits.map((visit) => window[visit] as number),
        );
      }
    },
  };
};
