/** Shares of the largest allowed stake among which the stakes are spread: nobody knows beforehand how strong the effect is. */
const stakes = [0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9] as const;

/** Evidence at which a claim is given up: were it true, that much would be seen at any time in 1 of 20 cases at most. */
export const decisiveEvidence = 20;

/**
 * Evidence against the claim "the mean of these values is at most `most`": the highest that the wealth of a gambler rose
 * who began with 1 and bet on values above it. Were the claim true, it would ever reach x with probability 1/x at most,
 * however often one looks: so it may be asked every night.
 * Source: I. Waudby-Smith, A. Ramdas, Estimating means of bounded random variables by betting (2024), theorem 1 with a
 * mixture of stakes; J. Ville (1939).
 * @param values in 0 to 1, in the order in which they became known; one for each independent unit, such as a life.
 * @param most above 0, below 1
 */
export const evidenceAbove = (values: readonly number[], most: number): number => {
  const wealth = stakes.map(() => 1);
  let highest = 1;
  for (const value of values) {
    stakes.forEach((stake, i) => {
      wealth[i] = (wealth[i] as number) * (1 + (stake / most) * (value - most));
    });
    highest = Math.max(highest, wealth.reduce((sum, one) => sum + one, 0) / stakes.length);
  }
  return highest;
};
