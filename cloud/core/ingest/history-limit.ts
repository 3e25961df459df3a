/** How far behind ingest is, and how fast it goes. */
export interface IngestLoad {
  /** Age of the oldest letter that waits for the store. */
  readonly lagMs: number;
  readonly storedPerS: number;
}

const highLagMs = 1000;
const lowLagMs = 250;
const cutTo = 0.7;
const raiseTo = 1.2;
const leastPerS = 1000;
/** A limit that is raised over this is none. */
const mostPerS = 1_000_000;

/**
 * Samples a second that all gateways together may send by the history lane, null for as many as they can: cut in
 * proportion while ingest lags and raised while it keeps up, so that it settles where the store is just busy.
 */
export const nextHistoryLimit = (limit: number | null, { lagMs, storedPerS }: IngestLoad): number | null => {
  if (lagMs > highLagMs)
    return Math.max(leastPerS, Math.min(limit ?? Infinity, Math.max(storedPerS, leastPerS)) * cutTo);
  if (limit === null || lagMs > lowLagMs) return limit;
  const raised = limit * raiseTo;
  return raised > mostPerS ? null : raised;
};
