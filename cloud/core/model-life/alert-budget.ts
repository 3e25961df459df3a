import { dayMs } from '@kuluma/shared/model/units.ts';

export const budgetDays = 7;

/** How many of those that went count against the budget of the week that ends now. */
export const usedOfBudget = (startedMs: readonly number[], nowMs: number): number =>
  startedMs.filter((ms) => ms > nowMs - budgetDays * dayMs).length;

/**
 * Which of the waiting go now: the most certain, as many as the week has left. The others wait.
 * @param startedMs when those of the last days went; older ones do not count.
 */
export const withinBudget = <T extends { readonly certainty: number }>(
  waiting: readonly T[],
  startedMs: readonly number[],
  most: number,
  nowMs: number,
): { readonly now: readonly T[]; readonly later: readonly T[] } => {
  const free = Math.max(0, most - usedOfBudget(startedMs, nowMs));
  const ordered = [...waiting].sort((a, b) => b.certainty - a.certainty);
  return { now: ordered.slice(0, free), later: ordered.slice(free) };
};
