import { findInsertion } from '../kernel/insertion.ts';
import { createInsertion } from '../kernel/insertion-place.ts';
import type { RouteState } from '../kernel/route-state.ts';
import { withOneWindow } from './one-window.ts';

/** The cheapest way to come in one window of a visit. */
export interface SlotQuote {
  /** Index into the windows of the visit. */
  readonly window: number;
  readonly vehicle: number;
  /** What the whole plan costs more with the visit there than without the visit. */
  readonly cost: number;
}

const probe = createInsertion();

/**
 * A quote for each window of an absent visit in which somebody can come: every vehicle and every place of its route is
 * tried, with all rules of the plan. Cheapest first.
 */
export const quotesOf = (state: RouteState, visit: number, vehicles: Int32Array): SlotQuote[] => {
  const quotes: SlotQuote[] = [];
  for (let window = 0; window < (state.problem.windowCount[visit] as number); window++)
    withOneWindow(state, visit, window, () => {
      let cost = Number.POSITIVE_INFINITY;
      let at = -1;
      for (const vehicle of vehicles) {
        findInsertion(state, visit, vehicle, -1, probe);
        if (probe.added >= cost) continue;
        cost = probe.added;
        at = vehicle;
      }
      if (at !== -1) quotes.push({ window, vehicle: at, cost });
    });
  return quotes.sort((a, b) => a.cost - b.cost || a.window - b.window);
};

/** What makes two times a choice: other days first, then, if there are fewer days than asked for, other parts of a day. */
export interface Choice {
  readonly day: string | number;
  readonly partOfDay: string | number;
}

/** The cheapest that are a real choice, cheapest first. */
export const chooseSlots = <T extends Pick<SlotQuote, 'cost'>>(
  quotes: readonly T[],
  count: number,
  choiceOf: (quote: T) => Choice,
): T[] => {
  const cheapestFirst = [...quotes].sort((a, b) => a.cost - b.cost);
  const chosen: T[] = [];
  for (const key of ['day', 'partOfDay'] as const)
    for (const quote of cheapestFirst) {
      const { [key]: part } = choiceOf(quote);
      if (chosen.length < count && chosen.every((other) => choiceOf(other)[key] !== part)) chosen.push(quote);
    }
  return chosen.sort((a, b) => a.cost - b.cost);
};
