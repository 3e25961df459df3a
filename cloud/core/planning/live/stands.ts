import { type PlannedRoute, plannedRoute } from '../kernel/plan.ts';
import type { ProblemSpec } from '../kernel/problem-spec.ts';
import type { RouteState } from '../kernel/route-state.ts';
import { type Timetable, timetableOf } from '../region/timetable.ts';
import type { Stand } from './changes.ts';

/** By vehicle. */
export const routesOf = (state: RouteState): PlannedRoute[] =>
  Array.from({ length: state.problem.vehicleCount }, (_, vehicle) => plannedRoute(state.problem, state, vehicle));

/** Tells where each visit of the problem as it is now stands. Routes are driven once for as long as they stay as they are. */
export const createStands = (specNow: () => ProblemSpec, state: RouteState): (() => (Stand | undefined)[]) => {
  const known: { readonly version: number; readonly timetable: Timetable | undefined }[] = [];
  const timetableAt = (vehicle: number): Timetable | undefined => {
    const version = state.version[vehicle] as number;
    const last = known[vehicle];
    if (last?.version === version) return last.timetable;
    const timetable =
      state.size[vehicle] === 0 ? undefined : timetableOf(specNow(), plannedRoute(state.problem, state, vehicle));
    known[vehicle] = { version, timetable };
    return timetable;
  };
  return () => {
    const stands: (Stand | undefined)[] = specNow().visits.map(() => undefined);
    for (let vehicle = 0; vehicle < state.problem.vehicleCount; vehicle++) {
      const { leave = 0, stops = [], rest } = timetableAt(vehicle) ?? {};
      let free = leave;
      for (const { visit, ready, start, end } of stops) {
        if (visit === undefined) continue;
        const rests = rest !== undefined && rest.from >= free && rest.from < start;
        stands[visit] = { vehicle, start, end, approach: ready - free, rests };
        free = end;
      }
    }
    return stands;
  };
};
