/** Time for a piece of work, on any steady clock. */
export interface Budget {
  /** When the given share of the work should be done, in ms on the clock: what is then unfinished is left out. */
  readonly deadline: (share: number) => number;
  /** When it would be done if all of it went evenly. */
  readonly planned: (share: number) => number;
  /** A part of this budget that begins now and ends at the given share of the whole. */
  readonly until: (share: number) => Budget;
}

/** Part of a budget that any of its pieces may use before it counts as late: a busy moment must not cost trees. */
const commonShare = 0.4;

/** A budget from now to `endMs` on the clock `now`. */
export const createBudget = (now: () => number, endMs: number): Budget => {
  const startMs = now();
  const deadline = (share: number) => startMs + (commonShare + (1 - commonShare) * share) * (endMs - startMs);
  const planned = (share: number) => startMs + share * (endMs - startMs);
  return { deadline, planned, until: (share) => createBudget(now, deadline(share)) };
};
