import type { Problem } from './problem.ts';
import { createState, linkRoute } from './route-edits.ts';
import type { RouteState } from './route-state.ts';

export interface PlannedRoute {
  readonly vehicle: number;
  readonly visits: Int32Array;
  /** The route passes the depot before its visit with this place in the order. */
  readonly restockAt?: number;
}

/** Routes by vehicle, in order of vehicles; plain data. */
export interface Plan {
  readonly routes: readonly PlannedRoute[];
  readonly unassigned: Int32Array;
  /** Of the routes alone. */
  readonly cost: number;
}

/** The routes of a list of nodes as `RouteState.next` is. */
const routesOf = ({ visitCount: n, vehicleCount }: Problem, next: Int32Array): PlannedRoute[] => {
  const routes: PlannedRoute[] = [];
  for (let vehicle = 0; vehicle < vehicleCount; vehicle++) {
    const visits: number[] = [];
    for (let j = next[n + vehicle] as number; j < n; j = next[j] as number) visits.push(j);
    if (visits.length > 0) routes.push({ vehicle, visits: Int32Array.from(visits) });
  }
  return routes;
};

/** A state of its own for some visits and the routes that they are on. */
export const stateOf = (problem: Problem, routes: Plan['routes'], scope?: Int32Array): RouteState => {
  const state = createState(problem, scope);
  for (const { vehicle, visits } of routes) linkRoute(state, vehicle, visits);
  return state;
};

/** The plan of some routes, which must be feasible; its cost is computed afresh. */
export const planOfRoutes = (problem: Problem, routes: readonly PlannedRoute[], scope?: Int32Array): Plan => {
  const state = stateOf(problem, routes, scope);
  return {
    routes: routes.map(({ vehicle, visits }) => {
      const after = state.restockAfter[vehicle] as number;
      return after === -1 ? { vehicle, visits } : { vehicle, visits, restockAt: visits.indexOf(after) + 1 };
    }),
    unassigned: state.absent.slice(0, state.absentCount).sort(),
    cost: state.cost.reduce((sum, cost) => sum + cost, 0),
  };
};

/** The plan of a list of nodes. */
export const planOf = (problem: Problem, next: Int32Array, scope?: Int32Array): Plan =>
  planOfRoutes(problem, routesOf(problem, next), scope);

export const emptyPlan = (scope: Int32Array): Plan => ({ routes: [], unassigned: scope, cost: 0 });
