/** Time for a piece of work, on any steady clock. */
export interface Budget {
  /** When the given share of the work should be done if all of it goes evenly, in ms on the clock: what to plan for. */
  readonly planned: (share: number) => number;
  /** When it has to be done in any case: what is then unfinished is left out. */
  readonly deadline: (share: number) => number;
  /** What is left up to the given share of the whole, beginning now. */
  readonly until: (share: number) => Budget;
  /** A fair part of what is left for the first of so many pieces, beginning now. */
  readonly firstOf: (pieces: number) => Budget;
}

/** Part of a budget that any of its pieces may use before it counts as late: a busy moment must not cost trees. */
const commonShare = 0.4;
/** How far one of several pieces may go beyond its fair part when it is late. */
const mostParts = 1.25;

/**
 * A budget from now on.
 * @param endMs by which to plan, on the clock `now`; latestMs: when all has to be done.
 */
export const createBudget = (now: () => number, endMs: number, latestMs = endMs): Budget => {
  const startMs = now();
  const planned = (share: number) => startMs + share * (endMs - startMs);
  const deadline = (share: number) => startMs + (commonShare + (1 - commonShare) * share) * (latestMs - startMs);
  return {
    planned,
    deadline,
    until: (share) => createBudget(now, planned(share), deadline(share)),
    firstOf: (pieces) => {
      const fromMs = now();
      const part = (toMs: number, parts: number) => fromMs + (Math.min(pieces, parts) * (toMs - fromMs)) / pieces;
      return createBudget(now, part(endMs, 1), part(latestMs, mostParts));
    },
  };
};
