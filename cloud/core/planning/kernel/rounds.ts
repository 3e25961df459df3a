/** A stretch of a solve in which every searcher does one leg. */
export interface Round {
  /** Of the budget that is left, set against the shares of the rounds to come. */
  readonly share: number;
  readonly aim: 'cost' | 'fewerVehicles';
  /** Temperatures at its ends, in units of what a visit costs beside its service. */
  readonly heat: { readonly from: number; readonly to: number };
  /** What searchers begin with: no route, the best plan, or, in parts, where the last round stood. */
  readonly from: 'nothing' | 'best' | 'last';
  /** Whether vehicles without a route in the best plan stay out of use. */
  readonly usedOnly: boolean;
  /** Whether the routes seen are of use for set partitioning. */
  readonly pooled: boolean;
}

const hot = 3;
const cold = 0.05;

const repeat = (times: number, round: Round): Round[] => Array.from({ length: times }, () => round);

const search = { aim: 'cost', usedOnly: false, pooled: true } as const;

/** Warm enough to leave the valley of a plan, for one with another number of routes. */
const reheated = 20 * cold;

/** Anew a few times, for different routes; then on from the best combination of them, heated again but not as hot. */
export const restartRounds: readonly Round[] = [
  ...repeat(4, { ...search, share: 0.12, heat: { from: hot, to: cold }, from: 'nothing' }),
  ...repeat(4, { ...search, share: 0.13, heat: { from: reheated, to: cold }, from: 'best' }),
];

const coolingSteps = 24;

// Many visits get few moves each, which are not enough to heal a hot beginning.
const warm = 0.3;
const chill = 0.03;
const heatAt = (step: number): number => warm * (chill / warm) ** (step / coolingSteps);

/** One slow cooling in pieces that are cut anew at each step. */
export const coolingRounds: readonly Round[] = Array.from({ length: coolingSteps }, (_, step) => ({
  ...search,
  share: 1 / coolingSteps,
  heat: { from: heatAt(step), to: heatAt(step + 1) },
  from: 'last',
  pooled: step >= coolingSteps / 2,
}));

/** Fewer vehicles first, then the shortest way with as many. */
export const fleetRounds: readonly Round[] = [
  { ...search, share: 0.02, heat: { from: hot, to: cold }, from: 'nothing' },
  ...repeat(4, {
    ...search,
    share: 0.1,
    aim: 'fewerVehicles',
    heat: { from: cold, to: cold },
    from: 'best',
    usedOnly: true,
    pooled: false,
  }),
  ...repeat(3, { ...search, share: 0.1, heat: { from: hot, to: cold }, from: 'best', usedOnly: true }),
  ...repeat(4, { ...search, share: 0.07, heat: { from: 4 * cold, to: cold }, from: 'best', usedOnly: true }),
];
