/** A stretch of a solve in which every searcher does one leg. */
export interface Round {
  /** Of the budget. */
  readonly share: number;
  /** Temperatures at its ends, in units of what driving on to a near stop costs. */
  readonly heat: { readonly from: number; readonly to: number };
  /** What searchers begin with: no route, the best plan, or, a piece each, where the last round stood. */
  readonly from: 'nothing' | 'best' | 'last';
  /** Whether the routes seen are of use for set partitioning. */
  readonly pooled: boolean;
}

const hot = 1.2;
const cold = 0.04;

const repeat = (times: number, round: Round): Round[] => Array.from({ length: times }, () => round);

/** Anew a few times, for different routes; then on from the best combination of them, not as hot. */
export const restartRounds: readonly Round[] = [
  ...repeat(4, { share: 0.15, heat: { from: hot, to: cold }, from: 'nothing', pooled: true }),
  ...repeat(4, { share: 0.1, heat: { from: 4 * cold, to: cold }, from: 'best', pooled: true }),
];

const coolingSteps = 24;

/** One slow cooling in pieces that are cut anew at each step. */
export const coolingRounds: readonly Round[] = Array.from({ length: coolingSteps }, (_, i) => ({
  share: 1 / coolingSteps,
  heat: { from: hot * (cold / hot) ** (i / coolingSteps), to: hot * (cold / hot) ** ((i + 1) / coolingSteps) },
  from: 'last',
  pooled: false,
}));
