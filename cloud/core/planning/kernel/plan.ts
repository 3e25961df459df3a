import type { Problem } from './problem.ts';
import { createState, linkRoute } from './route-edits.ts';
import type { RouteState } from './route-state.ts';

export interface PlannedRoute {
  readonly vehicle: number;
  readonly visits: Int32Array;
  /** The window in which each is served, an index into its `windows`; left out: the first of each. */
  readonly windows?: Int32Array;
  /** When service of each begins that is linked with another, NaN for others; left out where none is linked. */
  readonly starts?: Float64Array;
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
  readonly restockAfter: Int32Array;
  /** By visit; of linked ones their starts. */
  readonly open: Float64Array;
}

export const listsOf = ({ next, window, restockAfter, open }: RouteState): RouteLists => ({
  next: next.slice(),
  window: window.slice(),
  restockAfter: restockAfter.slice(),
  open: open.slice(),
});

export const keepLists = (lists: RouteLists, { next, window, restockAfter, open, problem }: RouteState): void => {
  lists.next.set(next);
  if (!problem.single) lists.window.set(window);
  if (problem.stock) lists.restockAfter.set(restockAfter);
  if (problem.links) lists.open.set(open);
};

const visitsOf = ({ visitCount: n }: Problem, { next }: Pick<RouteLists, 'next'>, vehicle: number): Int32Array => {
  const visits: number[] = [];
  for (let j = next[n + vehicle] as number; j < n; j = next[j] as number) visits.push(j);
  return Int32Array.from(visits);
};

/** The route of a vehicle; one without visits too. */
export const plannedRoute = (problem: Problem, lists: RouteLists, vehicle: number): PlannedRoute => {
  const visits = visitsOf(problem, lists, vehicle);
  const after = lists.restockAfter[vehicle] as number;
  return {
    vehicle,
    visits,
    ...(problem.single ? {} : { windows: visits.map((visit) => lists.window[visit] as number) }),
    ...(problem.links
      ? { starts: Float64Array.from(visits, (j) => (problem.links?.count[j] ? (lists.open[j] as number) : Number.NaN)) }
      : {}),
    ...(after === -1 ? {} : { restockAt: visits.indexOf(after) + 1 }),
  };
};

const routesOf = (problem: Problem, lists: RouteLists): PlannedRoute[] =>
  Array.from({ length: problem.vehicleCount }, (_, vehicle) => plannedRoute(problem, lists, vehicle)).filter(
    ({ visits }) => visits.length > 0,
  );

/** A state of its own for some visits and the routes that they are on. */
export const stateOf = (problem: Problem, routes: Plan['routes'], scope?: Int32Array): RouteState => {
  const state = createState(problem, scope);
  for (const { vehicle, visits, windows, restockAt = -1, starts } of routes)
    linkRoute(state, vehicle, visits, windows, restockAt, starts);
  return state;
};

/** The plan of some routes, which must be feasible; its cost is computed afresh. */
export const planOfRoutes = (problem: Problem, routes: readonly PlannedRoute[], scope?: Int32Array): Plan => {
  const state = stateOf(problem, routes, scope);
  const unassigned = state.absent.slice(0, state.absentCount).sort();
  const missed = unassigned.reduce((sum, visit) => sum + (state.absentCost[visit] as number), 0);
  return {
    routes,
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
