import type { Plan, PlannedRoute } from './plan.ts';
import type { Problem } from './problem.ts';

/** A part of a plan that can be searched on its own: no other part has its visits or vehicles. */
export interface Part {
  readonly routes: readonly PlannedRoute[];
  readonly visits: Int32Array;
  readonly vehicles: Int32Array;
}

/** Mean distance from a visit to those of a route. */
const remoteness = ({ place, placeCount, distance }: Problem, from: number, visits: Int32Array): number =>
  visits.reduce(
    (sum, visit) => sum + (distance[(place[from] as number) * placeCount + (place[visit] as number)] as number),
    0,
  ) / visits.length;

/**
 * Cuts a plan into parts of about as many visits each: the routes nearest to a visit, and so on outwards. Vehicles without
 * a route are dealt out in turn; visits without one go to the first part.
 */
export const decompose = (
  problem: Problem,
  { routes, unassigned }: Pick<Plan, 'routes' | 'unassigned'>,
  vehicles: Int32Array,
  around: number,
  parts: number,
): Part[] => {
  const outwards = routes
    .map((route) => ({ route, far: remoteness(problem, around, route.visits) }))
    .sort((a, b) => a.far - b.far || a.route.vehicle - b.route.vehicle);
  const total = routes.reduce((sum, { visits }) => sum + visits.length, 0);
  const cut: PlannedRoute[][] = Array.from({ length: parts }, () => []);
  let before = 0;
  for (const { route } of outwards) {
    cut[Math.min(parts - 1, Math.floor((parts * before) / total))]?.push(route);
    before += route.visits.length;
  }
  const used = new Set(routes.map(({ vehicle }) => vehicle));
  const spare = vehicles.filter((vehicle) => !used.has(vehicle));
  return cut.map((own, part) => ({
    routes: own,
    visits: Int32Array.from([...own.flatMap(({ visits }) => [...visits]), ...(part === 0 ? unassigned : [])]).sort(),
    vehicles: Int32Array.from([
      ...own.map(({ vehicle }) => vehicle),
      ...spare.filter((_, i) => i % parts === part),
    ]).sort(),
  }));
};
