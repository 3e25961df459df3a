import { type PlannedRoute, plannedRoute } from '../kernel/plan.ts';
import type { ProblemSpec, VehicleSpec } from '../kernel/problem-spec.ts';
import type { RouteState } from '../kernel/route-state.ts';
import { addTerms, routeTerms, type Terms, termsOf } from '../region/plan-document.ts';
import { type Timetable, timetableOf } from '../region/timetable.ts';
import { setOffBefore } from '../region/way-minutes.ts';
import type { Stand } from './situation.ts';

/** By vehicle. */
export const routesOf = (state: RouteState): PlannedRoute[] =>
  Array.from({ length: state.problem.vehicleCount }, (_, vehicle) => plannedRoute(state.problem, state, vehicle));

/** A plan by the clock and by what it costs. */
export interface PlanClock {
  /** By visit of the problem as it is now. */
  readonly stands: () => (Stand | undefined)[];
  /** In euros, by terms; they add up to the cost of the plan, what is left out included. */
  readonly terms: () => Terms;
}

interface Driven {
  readonly version: number;
  readonly timetable: Timetable | undefined;
  readonly terms: Terms;
}

const nothing: Terms = {};

/** Routes are driven once for as long as they stay as they are. */
export const createPlanClock = (specNow: () => ProblemSpec, state: RouteState): PlanClock => {
  const known: Driven[] = [];
  const drivenAt = (vehicle: number): Driven => {
    const version = state.version[vehicle] as number;
    const last = known[vehicle];
    if (last?.version === version) return last;
    const spec = specNow();
    const route = plannedRoute(state.problem, state, vehicle);
    const timetable = route.visits.length === 0 ? undefined : timetableOf(spec, route);
    const driven = { version, timetable, terms: timetable ? routeTerms({ spec }, route, timetable) : nothing };
    known[vehicle] = driven;
    return driven;
  };
  const vehicles = Array.from({ length: state.problem.vehicleCount }, (_, vehicle) => vehicle);
  return {
    stands: () => {
      const spec = specNow();
      const stands: (Stand | undefined)[] = spec.visits.map(() => undefined);
      for (const vehicle of vehicles) {
        const { leave = 0, stops = [], rest } = drivenAt(vehicle).timetable ?? {};
        let free = leave;
        for (const [at, { visit, ready, start, end }] of stops.entries()) {
          if (visit === undefined) continue;
          const rests = rest !== undefined && rest.from >= free && rest.from < start;
          const approach = spec.traffic
            ? rests
              ? start - free
              : setOffBefore(spec, spec.vehicles[vehicle] as VehicleSpec, stops, at, free)
            : ready - free;
          stands[visit] = { vehicle, start, end, approach, rests };
          free = end;
        }
      }
      return stands;
    },
    terms: () => {
      const sum: Record<string, number> = {};
      for (const vehicle of vehicles) addTerms(sum, drivenAt(vehicle).terms);
      for (const [visit, { penalty }] of specNow().visits.entries())
        if (state.vehicleOf[visit] === -1)
          addTerms(sum, termsOf(penalty ?? (state.absentCost[visit] as number), 'unassigned'));
      return sum;
    },
  };
};
