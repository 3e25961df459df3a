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

/** Routes that stay in one part: one each, or all days of a technician where they share a van. */
const bundlesOf = ({ coupled, technician }: Problem, routes: readonly PlannedRoute[]): PlannedRoute[][] =>
  coupled
    ? [...Map.groupBy(routes, ({ vehicle }) => technician[vehicle] as number).values()]
    : routes.map((route) => [route]);

/**
 * Cuts a plan into parts of about as many visits each: the routes nearest to a visit, and so on outwards. Vehicles without
 * a route are dealt out in turn, or go where their technician is; visits without one go to the first part.
 */
export const decompose = (
  problem: Problem,
  { routes, unassigned }: Pick<Plan, 'routes' | 'unassigned'>,
  vehicles: Int32Array,
  around: number,
  parts: number,
): Part[] => {
  const outwards = bundlesOf(problem, routes)
    .map((bundle) => {
      const visits = Int32Array.from(bundle.flatMap((route) => [...route.visits]));
      return { bundle, size: visits.length, far: remoteness(problem, around, visits) };
    })
    .sort((a, b) => a.far - b.far || (a.bundle[0]?.vehicle ?? 0) - (b.bundle[0]?.vehicle ?? 0));
  const total = outwards.reduce((sum, { size }) => sum + size, 0);
  const cut: PlannedRoute[][] = Array.from({ length: parts }, () => []);
  const partOf = new Map<number, number>();
  let before = 0;
  for (const { bundle, size } of outwards) {
    const part = Math.min(parts - 1, Math.floor((parts * before) / total));
    cut[part]?.push(...bundle);
    for (const { vehicle } of bundle) partOf.set(problem.technician[vehicle] as number, part);
    before += size;
  }
  const used = new Set(routes.map(({ vehicle }) => vehicle));
  const spare = vehicles.filter((vehicle) => !used.has(vehicle));
  const goesTo = (vehicle: number, i: number): number => {
    const technician = problem.technician[vehicle] as number;
    return problem.coupled ? (partOf.get(technician) ?? technician % parts) : i % parts;
  };
  return cut.map((own, part) => ({
    routes: own,
    visits: Int32Array.from([...own.flatMap(({ visits }) => [...visits]), ...(part === 0 ? unassigned : [])]).sort(),
    vehicles: Int32Array.from([
      ...own.map(({ vehicle }) => vehicle),
      ...spare.filter((vehicle, i) => goesTo(vehicle, i) === part),
    ]).sort(),
  }));
};
