import { weightOf } from './movement.ts';

/** What is known of a row: one array of normal deviates for each kind of feature. */
export type Deviates = readonly Float64Array[];

/** What the scores exceed the limit by, summed up, that raises an alarm; and what speaks for a return, that ends one. */
const decisionInterval = 2.5;
/** One row speaks for or against a return by at most this. */
const mostOfRow = 4;
/** Rows from which a fault has a place of its own. */
const leastFaultRows = 15;

/**
 * Holds the state between its two switches. From healthy to faulty: the cumulative sum of what the scores exceed the limit
 * by. Back: the row is nearer to the healthy place than to the fault's own, which is the mean of the rows since the alarm.
 * So a fault that hides in the machine's drift or flickers about the limit stays one, and so does one that moves elsewhere,
 * since it has to come below the limit in any case, or be so much nearer to the healthy place for some rows that it can
 * only have returned, to where healthy is after the drift of the meantime. What is as calm as a usual healthy row ends an alarm too: noise has no
 * place of its own. Sources: E. S. Page, Continuous inspection schemes, Biometrika 41 (1954); Y. Bar-Shalom and X.-R. Li,
 * Estimation and tracking (1993), chapter 11, on filters that keep one mean for each state.
 * @param memoryRows of the fault's place.
 * @param levelsAt position of the levels among the deviates.
 * @param calm score of a usual healthy row.
 * @param scoreOf how far deviates lie from the healthy place; above 1 is beyond what the baseline lets expect.
 */
export const createStateSwitch = (
  memoryRows: number,
  levelsAt: number,
  calm: number,
  scoreOf: (deviates: Deviates) => number,
) => {
  let excess = 0;
  let faultRows = 0;
  let returned = 0;
  let fault: Deviates = [];
  const raise = (deviates: Deviates, score: number): boolean => {
    excess = Math.max(0, excess + score - 1);
    if (excess <= decisionInterval) return false;
    excess = 0;
    returned = 0;
    faultRows = 1;
    fault = deviates.map((values) => Float64Array.from(values));
    return false;
  };
  const clear = (deviates: Deviates, score: number): boolean => {
    const beyondFault = deviates.map((values, k) => values.map((v, i) => v - (fault[k]?.[i] ?? 0)));
    const fromFault = scoreOf(beyondFault);
    // By the levels alone: movement rings at a step and is over, which looks like a return.
    const levelsFromFault = scoreOf(
      deviates.map((values, k) => (k === levelsAt ? (beyondFault[k] ?? values) : values)),
    );
    returned = Math.max(0, returned + Math.max(-mostOfRow, Math.min(mostOfRow, levelsFromFault - score)));
    const hasReturned = faultRows > leastFaultRows && returned > decisionInterval;
    if (hasReturned || score < calm || score < Math.min(1, fromFault)) {
      faultRows = 0;
      return hasReturned;
    }
    const weight = Math.max(1 / ++faultRows, weightOf(memoryRows));
    for (const [k, values] of deviates.entries())
      fault[k]?.forEach((v, i, place) => {
        place[i] = v + weight * ((values[i] as number) - v);
      });
    return false;
  };
  return {
    isFaulty: (): boolean => faultRows > 0,
    /** `score` is that of the row's own deviates. True when an alarm ends since the machine has returned after a drift. */
    next: (deviates: Deviates, score: number): boolean => (faultRows > 0 ? clear : raise)(deviates, score),
  };
};
