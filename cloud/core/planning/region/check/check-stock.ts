import { dayMs } from '@kuluma/shared/model/units.ts';
import type { PlanDocument } from '../plan-document.ts';
import type { Judge } from './judge.ts';
import { localClock } from './local-clock.ts';

/** Parts that come to or leave a place, positive or negative. */
interface Movement {
  readonly atMs: number;
  readonly quantity: number;
  readonly what: string;
}

/** Quantities that a visit asks for: its own parts and those of its kit. */
const neededBy = ({ region, visits }: Judge, id: string): Map<string, number> => {
  const visit = visits.get(id);
  const kit = region.kits.find((one) => one.id === visit?.kit);
  const needed = new Map<string, number>();
  for (const { part, quantity } of [...(visit?.parts ?? []), ...(kit?.lines ?? [])])
    needed.set(part, (needed.get(part) ?? 0) + quantity);
  return needed;
};

/** What comes in: from the beginning, by deliveries, and by orders of parts that can be ordered. */
const arrivals = ({ region, nowMs }: Judge, part: string, place: string): Movement[] => {
  const initial = region.stock
    .filter((line) => line.part === part && line.place === place)
    .map(({ quantity }) => ({ atMs: Number.NEGATIVE_INFINITY, quantity, what: 'stock' }));
  const deliveries = region.deliveries
    .filter((line) => line.part === part && line.depot === place)
    .map(({ quantity, arrivesOn }) => {
      // Whoever sets out on the day itself finds it there.
      const atMs = Date.parse(arrivesOn) - dayMs;
      return { atMs, quantity, what: 'delivery', arrivesOn };
    });
  const leadDays = region.parts.find(({ id }) => id === part)?.supplierLeadTimeDays;
  const orders =
    leadDays === undefined || !region.depots.some(({ id }) => id === place)
      ? []
      : [{ atMs: nowMs + leadDays * dayMs, quantity: Number.POSITIVE_INFINITY, what: 'order' }];
  return [...initial, ...deliveries, ...orders];
};

/** Of what lies there from the beginning, what is kept for visits that do not use it: first come, first served. */
const keptForOthers = ({ region }: Judge, part: string, place: string, users: ReadonlySet<string>): number => {
  const isHere = (line: { readonly part: string; readonly place: string }) =>
    line.part === part && line.place === place;
  let left = region.stock.filter(isHere).reduce((sum, { quantity }) => sum + quantity, 0);
  let kept = 0;
  for (const { quantity, visit } of region.reservations.filter(isHere)) {
    const taken = Math.min(quantity, left);
    left -= taken;
    if (!users.has(visit)) kept += taken;
  }
  return kept;
};

/** Parts of visits come from where they are: nothing is taken that is not there at that time. */
export function* checkStock(judge: Judge, { routes }: PlanDocument): Generator<string> {
  const taken = new Map<
    string,
    { part: string; place: string; uses: { atMs: number; on: string; quantity: number; visit: string }[] }
  >();
  for (const { technician, depot, visits, leavesAt } of routes) {
    const home = judge.technicians.get(technician);
    for (const { visit, second, startsAt, parts } of visits) {
      if (second) continue;
      const isFrozen = judge.visits.get(visit)?.fixed?.by === 'frozen';
      const needed = isFrozen ? new Map<string, number>() : neededBy(judge, visit);
      for (const { part, quantity, from } of parts) {
        needed.set(part, (needed.get(part) ?? 0) - quantity);
        const isBehind = depot !== undefined && Date.parse(depot.endsAt) <= Date.parse(startsAt);
        if (from !== technician && !(from === depot?.depot && isBehind))
          yield `visit ${visit} takes ${part} from ${from}, where ${technician} was not`;
        const key = `${part}@${from}`;
        const line = taken.get(key) ?? { part, place: from, uses: [] };
        const { on } = localClock(Date.parse(leavesAt), home?.working.timeZone ?? 'UTC');
        line.uses.push({ atMs: Date.parse(startsAt), on, quantity, visit });
        taken.set(key, line);
      }
      for (const [part, open] of needed)
        if (Math.abs(open) > 1e-9) yield `visit ${visit} has ${-open} too many of ${part}`;
    }
  }
  for (const { part, place, uses } of taken.values()) {
    const coming = arrivals(judge, part, place);
    const kept = keptForOthers(judge, part, place, new Set(uses.map(({ visit }) => visit)));
    for (const use of uses) {
      const there = coming.filter((line) => line.atMs <= use.atMs).reduce((sum, { quantity }) => sum + quantity, 0);
      const gone = uses.filter(({ atMs }) => atMs <= use.atMs).reduce((sum, { quantity }) => sum + quantity, 0);
      if (there - kept - gone < -1e-9) yield `${place} has no ${part} left for visit ${use.visit} on ${use.on}`;
    }
  }
}
