import type { VisitSpec, VisitWindow } from '../kernel/problem-spec.ts';
import type { SlotQuote } from '../live/slots.ts';
import { secondIdOf } from '../region/compile.ts';
import type { RegionVisit } from '../region/form-work.ts';

/** A visit of two as two visits of one: at one point in time with different technicians they know nothing of each other. */
export interface SplitVisit {
  readonly first: RegionVisit;
  /** Undefined where one technician comes alone. */
  readonly second: RegionVisit | undefined;
}

/** Two work at the visit's own pace, whoever they are; parts and prices of the time are the first one's matter. */
export const splitVisit = (visit: RegionVisit): SplitVisit => {
  const { second, durationByLevel: _, kind: __, ...first } = visit;
  if (!second) return { first: visit, second: undefined };
  const { id, site, machine, durationMin, windows } = visit;
  return {
    first,
    second: {
      id: secondIdOf(id),
      site,
      ...(machine === undefined ? {} : { machine }),
      durationMin,
      ...(windows ? { windows } : {}),
      skills: second.skills,
    },
  };
};

/** The second one's part at the times of the first one, which it costs nothing to meet. */
export const alongside = (second: VisitSpec, windows: readonly VisitWindow[]): VisitSpec => ({
  ...second,
  windows: second.windows.length === 0 ? [] : windows.map(({ from, to }) => ({ from, to })),
});

/** No pair comes cheaper in a window than each of the two alone; windows in which one of them cannot come are left out. */
export const pairQuotes = (first: readonly SlotQuote[], second: readonly SlotQuote[]): SlotQuote[] => {
  const costs = new Map(second.map(({ window, cost }) => [window, cost]));
  return first.flatMap((quote) => {
    const cost = costs.get(quote.window);
    return cost === undefined ? [] : [{ ...quote, cost: quote.cost + cost }];
  });
};

/** Of one technician at one time. */
interface PricedTechnician {
  readonly technician: number;
  readonly added: number;
}

/** The cheapest two who are not the same. */
export const cheapestTwo = <F extends PricedTechnician, S extends PricedTechnician>(
  firsts: readonly F[],
  seconds: readonly S[],
): { readonly first: F; readonly second: S; readonly added: number } | undefined => {
  const cheaperFirst = [...seconds].sort((a, b) => a.added - b.added);
  let best: { readonly first: F; readonly second: S; readonly added: number } | undefined;
  for (const first of firsts) {
    const second = cheaperFirst.find(({ technician }) => technician !== first.technician);
    if (!second) continue;
    const added = first.added + second.added;
    if (added < (best?.added ?? Number.POSITIVE_INFINITY) - 1e-9) best = { first, second, added };
  }
  return best;
};
