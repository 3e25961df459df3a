import type { Problem } from './problem.ts';
import { createState, linkRoute } from './route-edits.ts';
import type { RouteState } from './route-state.ts';

export interface PlannedRoute {
  readonly vehicle: number;
  readonly visits: Int32Array;
  /** The window in which each is served, an index into its `windows`; left out: the first of each. */
  readonly windows?: Int32Array;
  /** The route passes the depot before its visit with this place in the order. */
  readonly restockAt?: number;
}

/** Routes by vehicle, in order of vehicles; plain data. */
export interface Plan {
  readonly routes: readonly PlannedRoute[];
  readonly unassigned: Int32Array;
  /** Of the routes alone. */
  readonly cost: number;
  /** What it costs that the unassigned are left out; of one that must be served more than it can cost to serve it. */
  readonly missed: number;
}

/** What has to be kept of a state to have its routes again. */
export interface RouteLists {
  readonly next: Int32Array;
  readonly window: Int32Array;
}

export const listsOf = ({ next, window }: RouteState): RouteLists => ({ next: next.slice(), window: window.slice() });

export const keepLists = (lists: RouteLists, { next, window, problem }: RouteState): void => {
  lists.next.set(next);
  if (!problem.single) lists.window.set(window);
};

const routesOf = ({ visitCount: n, vehicleCount, single }: Problem, { next, window }: RouteLists): PlannedRoute[] => {
  const routes: PlannedRoute[] = [];
  for (let vehicle = 0; vehicle < vehicleCount; vehicle++) {
    const list: number[] = [];
    for (let j = next[n + vehicle] as number; j < n; j = next[j] as number) list.push(j);
    if (list.length === 0) continue;
    const visits = Int32Array.from(list);
    routes.push(single ? { vehicle, visits } : { vehicle, visits, windows: visits.map((j) => window[j] as number) });
  }
  return routes;
};

/** A state of its own for some visits and the routes that they are on. */
export const stateOf = (problem: Problem, routes: Plan['routes'], scope?: Int32Array): RouteState => {
  const state = createState(problem, scope);
  for (const { vehicle, visits, windows } of routes) linkRoute(state, vehicle, visits, windows);
  return state;
};

/** The plan of some routes, which must be feasible; its cost is computed afresh. */
export const planOfRoutes = (problem: Problem, routes: readonly PlannedRoute[], scope?: Int32Array): Plan => {
  const state = stateOf(problem, routes, scope);
  const unassigned = state.absent.slice(0, state.absentCount).sort();
  const missed = unassigned.reduce((sum, visit) => sum + (state.absentCost[visit] as number), 0);
  return {
    routes: routes.map(({ restockAt: _, ...route }) => {
      const after = state.restockAfter[route.vehicle] as number;
      return after === -1 ? route : { ...route, restockAt: route.visits.indexOf(after) + 1 };
    }),
    unassigned,
    cost: state.cost.reduce((sum, cost) => sum + cost, 0),
    missed,
  };
};

export const planOf = (problem: Problem, lists: RouteLists, scope?: Int32Array): Plan =>
  planOfRoutes(problem, routesOf(problem, lists), scope);

export const emptyPlan = (scope: Int32Array): Plan => ({
  routes: [],
  unassigned: scope,
  cost: 0,
  missed: Number.POSITIVE_INFINITY,
});
