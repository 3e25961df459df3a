import { weightOf } from './movement.ts';

/** What is known of a row: one array of normal deviates for each kind of feature. */
export type Deviates = readonly Float64Array[];

/** What the scores exceed the limit by, summed up, that raises an alarm. */
const decisionInterval = 2.5;

/**
 * Holds the state between its two switches. From healthy to faulty: the cumulative sum of what the scores exceed the limit
 * by. Back: the row is nearer to the healthy place than to the fault's own, which is the mean of the rows since the alarm.
 * So a fault that hides in the machine's drift or flickers about the limit stays one, and so does one that moves elsewhere,
 * since it has to come below the limit in any case. What is as calm as a usual healthy row ends an alarm too: noise has no
 * place of its own. Sources: E. S. Page, Continuous inspection schemes, Biometrika 41 (1954); Y. Bar-Shalom and X.-R. Li,
 * Estimation and tracking (1993), chapter 11, on filters that keep one mean for each state.
 * @param memoryRows of the fault's place.
 * @param calm score of a usual healthy row.
 * @param scoreOf how far deviates lie from the healthy place; above 1 is beyond what the baseline lets expect.
 */
export const createStateSwitch = (memoryRows: number, calm: number, scoreOf: (deviates: Deviates) => number) => {
  let excess = 0;
  let faultRows = 0;
  let fault: Deviates = [];
  const raise = (deviates: Deviates, score: number): void => {
    excess = Math.max(0, excess + score - 1);
    if (excess <= decisionInterval) return;
    excess = 0;
    faultRows = 1;
    fault = deviates.map((values) => Float64Array.from(values));
  };
  const clear = (deviates: Deviates, score: number): void => {
    const fromFault = scoreOf(deviates.map((values, k) => values.map((v, i) => v - (fault[k]?.[i] ?? 0))));
    if (score < calm || score < Math.min(1, fromFault)) {
      faultRows = 0;
      return;
    }
    const weight = Math.max(1 / ++faultRows, weightOf(memoryRows));
    for (const [k, values] of deviates.entries())
      fault[k]?.forEach((v, i, place) => {
        place[i] = v + weight * ((values[i] as number) - v);
      });
  };
  return {
    isFaulty: (): boolean => faultRows > 0,
    /** `score` is that of the row's own deviates. */
    next: (deviates: Deviates, score: number): void => (faultRows > 0 ? clear : raise)(deviates, score),
  };
};
