import type { PlannedRoute } from '../kernel/plan.ts';
import type { ProblemSpec } from '../kernel/problem-spec.ts';

/** By visit: those that it begins with, after, or before; undefined where nothing is linked. */
export const linksOf = ({ visits }: ProblemSpec): readonly ReadonlySet<number>[] | undefined => {
  if (visits.every(({ together, after }) => together === undefined && after === undefined)) return undefined;
  const byId = new Map(visits.map(({ id }, at) => [id, at]));
  const links = visits.map(() => new Set<number>());
  for (const [at, { together, after = [] }] of visits.entries())
    for (const id of [...(together === undefined ? [] : [together]), ...after.map(({ visit }) => visit)]) {
      const other = byId.get(id);
      if (other === undefined) continue;
      links[at]?.add(other);
      links[other]?.add(at);
    }
  return links;
};

/** The routes that are laid anew when some are: those too that have visits linked with theirs. */
export const withLinked = (
  spec: ProblemSpec,
  routes: readonly PlannedRoute[],
  unsettled: ReadonlySet<number>,
): ReadonlySet<number> => {
  const links = linksOf(spec);
  if (!links || unsettled.size === 0) return unsettled;
  const vehicleOf = new Map(routes.flatMap(({ vehicle, visits }) => [...visits].map((visit) => [visit, vehicle])));
  const all = new Set(unsettled);
  for (const vehicle of all)
    for (const visit of routes[vehicle]?.visits ?? [])
      for (const other of links[visit] ?? []) {
        const of = vehicleOf.get(other);
        // A set that grows while it is gone through comes to what was added.
        if (of !== undefined) all.add(of);
      }
  return all;
};
