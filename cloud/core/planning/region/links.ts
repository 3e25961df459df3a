import type { SiftedVisit } from './sift.ts';
import type { Trouble } from './trouble.ts';

const follow = (visit: SiftedVisit, visits: ReadonlyMap<string, SiftedVisit>): string[] => {
  const chain: string[] = [];
  for (let next = visit.after?.visit; next !== undefined; next = visits.get(next)?.after?.visit) {
    if (chain.includes(next)) break;
    chain.push(next);
  }
  return chain;
};

/** Why the visit's ties to others cannot hold; undefined if they can. */
const faultOf = (visit: SiftedVisit, visits: ReadonlyMap<string, SiftedVisit>): string | undefined => {
  const { id, after, together, second } = visit;
  if (after && !visits.has(after.visit)) return `it comes after ${after.visit}, which is unknown or cannot be planned`;
  if (together !== undefined && !visits.has(together))
    return `it comes together with ${together}, which is unknown or cannot be planned`;
  if (together === id || follow(visit, visits).includes(id)) return 'it waits for itself';
  const partner = visits.get(together ?? '');
  if (partner?.together !== undefined && partner.together !== id)
    return `${partner.id} already comes together with ${partner.together}`;
  if (together !== undefined && (second ?? partner?.second))
    return 'a visit of two technicians cannot come together with another';
  return undefined;
};

/** Takes visits out whose ties cannot hold, until all that are left can. */
export const brokenLinks = (visits: ReadonlyMap<string, SiftedVisit>): Trouble[] => {
  const left = new Map(visits);
  const troubles: Trouble[] = [];
  for (let found = true; found; ) {
    found = false;
    for (const visit of [...left.values()]) {
      const message = faultOf(visit, left);
      if (message === undefined) continue;
      found = true;
      left.delete(visit.id);
      const path = `${visit.path}/${visit.after ? 'after' : 'together'}`;
      troubles.push({ code: 'linkBroken', path, message, visit: visit.id });
    }
  }
  return troubles;
};
