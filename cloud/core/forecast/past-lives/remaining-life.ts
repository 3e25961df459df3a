/**
 * Remaining life as probabilities of the cells of a grid: cell c is (edges[c], edges[c + 1]], the last cell ends where
 * nothing is told apart any more. Cells grow with their distance, because errors are judged beside what is left.
 */
export interface RemainingLife {
  /** Rising from 0, in the time unit; one more than cells. */
  readonly edges: Float64Array;
  /** Sums to 1. */
  readonly probability: Float64Array;
}

const cellRatio = 1.08;
/** No remaining life counts as less probable: one surprise must not outweigh all else. */
const leastProbability = 1e-6;

/** Edges from 0 over `least` (the row interval) up to `most` and a little beyond, each `cellRatio` times the one before. */
export const lifeEdges = (least: number, most: number): Float64Array => {
  const steps = Math.max(1, Math.ceil(Math.log(most / least) / Math.log(cellRatio)));
  return Float64Array.from({ length: steps + 2 }, (_, i) => (i === 0 ? 0 : least * cellRatio ** (i - 1)));
};

/** Where a cell stands: the middle on the log scale, that of the first cell the half of its edge. */
export const cellMiddles = (edges: Float64Array): Float64Array =>
  Float64Array.from({ length: edges.length - 1 }, (_, c) =>
    c === 0 ? (edges[1] as number) / 2 : Math.sqrt((edges[c] as number) * (edges[c + 1] as number)),
  );

/** Scales weights to probabilities. Where nothing has any weight the last cell takes all: longer than can be told. */
export const normalised = (edges: Float64Array, weights: Float64Array): RemainingLife => {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const last = weights.length - 1;
  return { edges, probability: weights.map((weight, c) => (sum > 0 ? weight / sum : c === last ? 1 : 0)) };
};

/** The life below which the share `level` lies, in the time unit. */
export const quantileOf = ({ edges, probability }: RemainingLife, level: number): number => {
  let sum = 0;
  for (let c = 0; c < probability.length; c++) {
    const p = probability[c] as number;
    if (p > 0 && sum + p >= level) {
      const from = edges[c] as number;
      return from + ((level - sum) / p) * ((edges[c + 1] as number) - from);
    }
    sum += p;
  }
  return edges.at(-1) as number;
};

/** P(failure within `horizon`), the horizon in the time unit. */
export const failureWithin = ({ edges, probability }: RemainingLife, horizon: number): number => {
  let sum = 0;
  for (let c = 0; c < probability.length; c++) {
    const from = edges[c] as number;
    if (horizon <= from) return sum;
    const part = Math.min(1, (horizon - from) / ((edges[c + 1] as number) - from));
    sum += part * (probability[c] as number);
  }
  return Math.min(1, sum);
};

/** Quantiles at rising `levels`, lives longer than `cap` counting as the cap. */
export const quantilesOf = (life: RemainingLife, levels: readonly number[], cap: number): number[] =>
  levels.map((level) => Math.min(cap, quantileOf(life, level)));

const leastOdds = 1e-6;

/** Log-odds of a failure within `horizon`, held where a distribution knows nothing finer. */
export const logOddsWithin = (life: RemainingLife, horizon: number): number => {
  const p = Math.min(1 - leastOdds, Math.max(leastOdds, failureWithin(life, horizon)));
  return Math.log(p / (1 - p));
};

/**
 * The forecast of least squared error, lives longer than `cap` counting as the cap. With `unit` the squares are divided
 * by remaining life + unit: the variance of a first-passage time grows with what is left, and where lives differ by
 * multiples an error is judged beside it.
 */
export const pointOf = ({ edges, probability }: RemainingLife, cap: number, unit: number | null): number => {
  let sum = 0;
  let weights = 0;
  cellMiddles(edges).forEach((middle, c) => {
    const life = Math.min(cap, middle);
    const weight = (probability[c] as number) / (unit === null ? 1 : life + unit);
    sum += weight * life;
    weights += weight;
  });
  return sum / weights;
};

/** ln probability density of ln remaining life at `left`: how well a distribution foresaw what came true. */
export const logDensityAt = ({ edges, probability }: RemainingLife, left: number): number => {
  let c = 0;
  while (c + 1 < probability.length && (edges[c + 1] as number) < left) c++;
  const from = Math.max(edges[c] as number, (edges[c + 1] as number) / 2);
  return Math.log(Math.max(leastProbability, probability[c] as number) / Math.log((edges[c + 1] as number) / from));
};
