import type { Random } from '@kuluma/shared/clock.ts';
import { linkedGroup } from './linked-visits.ts';
import type { Plan, PlannedRoute } from './plan.ts';
import type { Problem } from './problem.ts';
import type { Standing } from './sub-problem.ts';
import { technicianCost } from './visit-arrays.ts';

/** A part of a plan that can be searched on its own: no other part has its visits, vehicles or technicians. */
export interface Part {
  readonly routes: readonly PlannedRoute[];
  readonly visits: Int32Array;
  readonly vehicles: Int32Array;
  /** Of its visits, those that are linked with visits of other parts. */
  readonly standing: ReadonlyMap<number, Standing>;
}

/** A technician with all his days, and the visits on them; a truck is a technician with one day. */
interface Bundle {
  readonly technician: number;
  readonly vehicles: readonly number[];
  readonly routes: readonly PlannedRoute[];
  /** Where he works, or lives if he has no visits. */
  readonly places: Int32Array;
  /** How much there is to do for a search. */
  readonly weight: number;
}

const bundlesOf = (problem: Problem, routes: readonly PlannedRoute[]): Bundle[] => {
  const { visitCount: n, place, technician } = problem;
  const routesBy = Map.groupBy(routes, ({ vehicle }) => technician[vehicle] as number);
  return [...Map.groupBy(technician.keys(), (vehicle) => technician[vehicle] as number)].map(([who, days]) => {
    const own = routesBy.get(who) ?? [];
    const visits = own.flatMap((route) => [...route.visits]);
    const nodes = visits.length > 0 ? visits : [n + (days[0] as number)];
    return {
      technician: who,
      vehicles: days,
      routes: own,
      places: Int32Array.from(nodes, (node) => place[node] as number),
      weight: routes.length === 0 ? days.length : visits.length,
    };
  });
};

/** Mean distance from a place to those of a bundle. */
const remoteness = ({ placeCount, distance }: Problem, from: number, { places }: Bundle): number =>
  places.reduce((sum, to) => sum + (distance[from * placeCount + to] as number), 0) / places.length;

/**
 * Cuts bundles in so many parts of about the same weight: in two by which of two far places they are nearer to, and each
 * half again. The first of the two places is drawn.
 */
const bisect = (problem: Problem, bundles: readonly Bundle[], parts: number, random: Random): Bundle[][] => {
  if (parts === 1) return [[...bundles]];
  const drawn = bundles[Math.floor(random() * bundles.length)] as Bundle;
  const one = drawn.places[Math.floor(random() * drawn.places.length)] as number;
  const fromOne = bundles.map((bundle) => remoteness(problem, one, bundle));
  const farthest = bundles[fromOne.indexOf(Math.max(...fromOne))] as Bundle;
  const other = farthest.places[0] as number;
  const ordered = bundles
    .map((bundle, i) => ({ bundle, key: (fromOne[i] as number) - remoteness(problem, other, bundle) }))
    .sort((a, b) => a.key - b.key || a.bundle.technician - b.bundle.technician)
    .map(({ bundle }) => bundle);
  const half = Math.floor(parts / 2);
  const wanted = (ordered.reduce((sum, { weight }) => sum + weight, 0) * half) / parts;
  let before = 0;
  let cut = 0;
  while (cut < ordered.length - (parts - half) && (before < wanted || cut < half)) {
    before += (ordered[cut] as Bundle).weight;
    cut++;
  }
  return [
    ...bisect(problem, ordered.slice(0, cut), half, random),
    ...bisect(problem, ordered.slice(cut), parts - half, random),
  ];
};

/** Absent visits are offered to one of so many nearest technicians. */
const mostOffered = 5;

const mayServe = (problem: Problem, visit: number, { technician, vehicles }: Bundle): boolean => {
  const { service, serviceRow, frozenOn } = problem;
  const frozen = frozenOn[visit] as number;
  if (frozen !== -1) return vehicles.includes(frozen);
  return (
    vehicles.some((vehicle) => service[(serviceRow[vehicle] as number) + visit] !== Number.POSITIVE_INFINITY) &&
    technicianCost(problem, visit, technician) !== Number.POSITIVE_INFINITY
  );
};

/** The technicians nearest to a visit who may serve it, by where they start. */
const nearestAble = (problem: Problem, visit: number, bundles: readonly Bundle[], most: number): Bundle[] => {
  const { visitCount: n, place, placeCount, distance } = problem;
  const to = place[visit] as number;
  const able = bundles.filter((bundle) => mayServe(problem, visit, bundle));
  const farOf = ({ vehicles: [day = 0] }: Bundle) => distance[(place[n + day] as number) * placeCount + to] as number;
  return able
    .map((bundle) => ({ bundle, far: farOf(bundle) }))
    .sort((a, b) => a.far - b.far || a.bundle.technician - b.bundle.technician)
    .slice(0, most)
    .map(({ bundle }) => bundle);
};

/** Visits that do not stand on a route, each with those that it is linked with, the first of them leading. */
const groupsOf = (problem: Problem, visits: Int32Array): number[][] => {
  const seen = new Set<number>();
  return [...visits].flatMap((visit) => {
    if (seen.has(visit)) return [];
    const group = linkedGroup({ problem }, visit);
    for (const one of group) seen.add(one);
    return [[...group]];
  });
};

const partOfCut = (problem: Problem, bundles: readonly Bundle[], partOf: Int32Array, part: number): Part => {
  const { links, technician } = problem;
  const visits = Int32Array.from(partOf.keys()).filter((visit) => partOf[visit] === part);
  const routes = bundles.flatMap((bundle) => bundle.routes).sort((a, b) => a.vehicle - b.vehicle);
  const standing = new Map<number, Standing>();
  if (links)
    for (const { vehicle, visits: stops, windows, starts } of routes)
      for (const [i, visit] of stops.entries()) {
        if (linkedGroup({ problem }, visit).every((other) => partOf[other] === part)) continue;
        standing.set(visit, { vehicle, window: windows?.[i] ?? 0, start: starts?.[i] as number });
      }
  const own = new Set(bundles.map((bundle) => bundle.technician));
  const vehicles = Int32Array.from(technician.keys()).filter((vehicle) => own.has(technician[vehicle] as number));
  return { routes, visits, vehicles, standing };
};

/** Gives each technician without visits to a part that begins nearest to him; to each of those that are as near in turn. */
const dealOut = (problem: Problem, spare: readonly Bundle[], cut: Bundle[][]): void => {
  const { visitCount: n, place, placeCount, distance } = problem;
  const startOf = ({ vehicles: [day = 0] }: Bundle) => place[n + day] as number;
  const startsBy = cut.map((own) => [...new Set(own.map(startOf))]);
  for (const [i, bundle] of spare.entries()) {
    const row = startOf(bundle) * placeCount;
    const far = startsBy.map((starts) => Math.min(...starts.map((start) => distance[row + start] as number)));
    const least = Math.min(...far);
    const nearest = [...far.keys()].filter((part) => far[part] === least);
    cut[nearest[i % nearest.length] as number]?.push(bundle);
  }
};

/**
 * Cuts a plan into parts of near technicians with about as many visits each, another cut each time; without routes, with
 * about as many days. An absent visit goes where one of the nearest who may serve it is; one that is linked with visits of
 * several parts stays out of all.
 * @param nearest how many technicians an absent visit may go to
 */
export const decompose = (
  problem: Problem,
  { routes, unassigned }: Pick<Plan, 'routes' | 'unassigned'>,
  parts: number,
  random: Random,
  nearest = mostOffered,
): Part[] => {
  const bundles = bundlesOf(problem, routes);
  const working = bundles.filter(({ weight }) => weight > 0);
  const cut = bisect(problem, working, Math.min(parts, working.length), random);
  dealOut(
    problem,
    bundles.filter(({ weight }) => weight === 0),
    cut,
  );
  const partOfTechnician = new Map(cut.flatMap((own, part) => own.map(({ technician }) => [technician, part])));
  const partOf = new Int32Array(problem.visitCount).fill(-1);
  for (const { vehicle, visits } of routes)
    for (const visit of visits) partOf[visit] = partOfTechnician.get(problem.technician[vehicle] as number) as number;
  for (const group of groupsOf(problem, unassigned)) {
    const placedIn = new Set(group.map((visit) => partOf[visit] as number).filter((part) => part !== -1));
    const able = placedIn.size > 0 ? [] : nearestAble(problem, group[0] as number, bundles, nearest);
    const chosen = able[Math.floor(random() * able.length)];
    const [part] = chosen ? [partOfTechnician.get(chosen.technician) as number] : placedIn;
    if (placedIn.size > 1 || part === undefined) continue;
    for (const visit of group) if (partOf[visit] === -1) partOf[visit] = part;
  }
  return cut.map((own, part) => partOfCut(problem, own, partOf, part));
};
