import type { Plan } from './plan.ts';
import { stateOf } from './plan.ts';
import type { Problem } from './problem.ts';
import { createRouteKey, type PooledRoute, type RouteKey } from './route-pool.ts';

/** A program of binary columns with coefficients of 1, rows bounded from both sides; the least sum of costs is wanted. */
export interface BinaryProgram {
  readonly costs: Float64Array;
  /** Rows of column `j`: `rows[columnStarts[j]] .. rows[columnStarts[j + 1] - 1]`, rising. */
  readonly columnStarts: Int32Array;
  readonly rows: Int32Array;
  readonly rowLower: Float64Array;
  readonly rowUpper: Float64Array;
  /** Columns of a solution that is known. */
  readonly start: Int32Array;
}

export interface BinaryProgramLimits {
  /** Columns that the linear relaxation prices worst are left out above this many. */
  readonly mostColumns: number;
  readonly mostNodes: number;
  /** Left out: the other limits alone, so that the same call gives the same answer. */
  readonly timeLimitMs?: number | undefined;
}

/** The columns of the best solution that was found; undefined if there is none better than the known one. */
export type BinaryProgramSolver = (
  program: BinaryProgram,
  limits: BinaryProgramLimits,
) => Promise<Int32Array | undefined>;

/** Routes of a plan as the pool has them. */
const pooledOf = (problem: Problem, routes: Plan['routes'], keyOf: RouteKey): PooledRoute[] => {
  const state = stateOf(problem, routes);
  return routes.map(({ vehicle, ...route }) => {
    const kind = problem.kind[vehicle] as number;
    return { key: keyOf(kind, route.visits), kind, ...route, cost: state.cost[vehicle] as number };
  });
};

/** The cheapest order of each set of visits, in the order of first appearance. */
export const mergePools = (pools: readonly (readonly PooledRoute[])[], most: number): PooledRoute[] => {
  const byKey = new Map<number, PooledRoute>();
  for (const route of pools.flat()) {
    const known = byKey.get(route.key);
    if (!known || route.cost < known.cost) byKey.set(route.key, route);
  }
  return [...byKey.values()].slice(-most);
};

const programOf = (
  problem: Problem,
  pool: readonly PooledRoute[],
  plan: Plan,
  started: readonly PooledRoute[],
  vehicles: Int32Array,
): BinaryProgram => {
  const n = problem.visitCount;
  const kindSizes = Array.from(new Set(problem.kind), () => 0);
  for (const vehicle of vehicles) {
    const kind = problem.kind[vehicle] as number;
    kindSizes[kind] = (kindSizes[kind] as number) + 1;
  }
  const columnStarts = new Int32Array(pool.length + 1);
  for (const [j, { visits }] of pool.entries()) columnStarts[j + 1] = (columnStarts[j] as number) + visits.length + 1;
  const rows = new Int32Array(columnStarts[pool.length] as number);
  for (const [j, { kind, visits }] of pool.entries()) {
    rows.set(visits.toSorted(), columnStarts[j]);
    rows[(columnStarts[j + 1] as number) - 1] = n + kind;
  }
  const unassigned = new Set(plan.unassigned);
  const served = Array.from({ length: n }, (_, visit) => (unassigned.has(visit) ? 0 : 1));
  const columns = new Map(pool.map(({ key }, j) => [key, j]));
  return {
    costs: Float64Array.from(pool, ({ cost }) => cost),
    columnStarts,
    rows,
    rowLower: Float64Array.from([...served, ...kindSizes.map(() => 0)]),
    rowUpper: Float64Array.from([...served, ...kindSizes]),
    start: Int32Array.from(started, ({ key }) => columns.get(key) ?? -1),
  };
};

/** Gives each chosen route a vehicle of its kind. */
const routesOf = (problem: Problem, chosen: readonly PooledRoute[], vehicles: Int32Array): Plan['routes'] => {
  const free = Map.groupBy(vehicles, (vehicle) => problem.kind[vehicle] as number);
  return chosen
    .map(({ key: _, cost: __, kind, ...route }) => ({ vehicle: free.get(kind)?.shift() ?? -1, ...route }))
    .sort((a, b) => a.vehicle - b.vehicle);
};

export interface RecombineOptions extends BinaryProgramLimits {
  readonly solver: BinaryProgramSolver;
  /** That may be used, those of the plan among them. */
  readonly vehicles: Int32Array;
}

/**
 * The cheapest plan that is made of routes of the pool: each visit that the plan serves on exactly one.
 * Undefined if there is none cheaper than the plan.
 */
export const recombine = async (
  problem: Problem,
  plan: Plan,
  pool: readonly PooledRoute[],
  { solver, vehicles, ...limits }: RecombineOptions,
): Promise<Plan['routes'] | undefined> => {
  const started = pooledOf(problem, plan.routes, createRouteKey(problem));
  const columns = mergePools([pool, started], Number.POSITIVE_INFINITY);
  const chosen = await solver(programOf(problem, columns, plan, started, vehicles), limits);
  if (!chosen) return undefined;
  const routes = Array.from(chosen, (j) => columns[j]).filter((route) => route !== undefined);
  return routesOf(problem, routes, vehicles);
};
