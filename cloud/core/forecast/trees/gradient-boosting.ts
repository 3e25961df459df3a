import type { Random } from '@kuluma/shared/clock.ts';
import { compact, createGrower, type GrowOptions } from './tree-grower.ts';
import { addTree, type BinnedColumns, type Boosted, sigmoid, type Tree } from './trees.ts';

export interface BoostOptions extends GrowOptions {
  readonly loss: 'squared' | 'logistic';
  readonly rounds: number;
  readonly rowShare: number;
  readonly columnShare: number;
}

/** More log-odds than any offset is wrong by. */
const mostShift = 30;

/** The constant that fits the rows best. */
const baseOf = (
  { target, weight, rows, offset }: Pick<BoostInput, 'target' | 'weight' | 'rows' | 'offset'>,
  loss: BoostOptions['loss'],
): number => {
  const start = (row: number) => (offset ? (offset[row] as number) : 0);
  let sum = 0;
  let total = 0;
  for (const row of rows) {
    sum += (weight[row] as number) * ((target[row] as number) - (loss === 'squared' ? start(row) : 0));
    total += weight[row] as number;
  }
  const mean = sum / total;
  if (loss === 'squared') return compact(mean);
  const p = Math.min(1 - 1e-4, Math.max(1e-4, mean));
  return compact(offset ? shiftTo(p, offset, weight, rows) : Math.log(p / (1 - p)));
};

/** What to add to the offsets of the rows so that their mean probability is `p`, by bisection: the mean rises with it. */
const shiftTo = (p: number, offset: Float64Array, weight: Float64Array, rows: Int32Array): number => {
  let low = -mostShift;
  let high = mostShift;
  for (let step = 0; step < 40; step++) {
    const middle = (low + high) / 2;
    let sum = 0;
    let total = 0;
    for (const row of rows) {
      sum += (weight[row] as number) * sigmoid((offset[row] as number) + middle);
      total += weight[row] as number;
    }
    if (sum < p * total) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
};

const sample = (rows: Int32Array, share: number, random: Random): Int32Array => {
  if (share >= 1) return rows;
  const drawn = new Int32Array(rows.length);
  let count = 0;
  for (let i = 0; i < rows.length; i++) if (random() < share) drawn[count++] = rows[i] as number;
  return drawn.subarray(0, count);
};

const sampleColumns = (count: number, allowed: readonly number[], share: number, random: Random): number[] => {
  const wanted = Math.max(1, Math.round(allowed.length * share));
  const deck = [...allowed];
  for (let i = 0; i < Math.min(wanted, count); i++) {
    const j = i + Math.floor(random() * (deck.length - i));
    [deck[i], deck[j]] = [deck[j] as number, deck[i] as number];
  }
  return deck.slice(0, wanted).sort((a, b) => a - b);
};

export interface BoostInput {
  readonly columns: BinnedColumns;
  /** Columns that may split. */
  readonly allowed: readonly number[];
  readonly target: Float64Array;
  readonly weight: Float64Array;
  /** Rows to learn from; all rows of the columns are scored. */
  readonly rows: Int32Array;
  /** Score of each row to begin from, not part of the ensemble. */
  readonly offset?: Float64Array;
  readonly random: Random;
  /** Called after each round with the scores of all rows; false ends the fit. */
  readonly afterRound: (round: number, scores: Float64Array) => boolean;
}

/**
 * Gradient-boosted regression trees on histograms.
 * Source: J. Friedman, Greedy function approximation, Annals of Statistics 29 (2001); second-order leaf values and
 * gains after Chen and Guestrin, XGBoost (KDD 2016); leaf-wise growth and histogram subtraction after Ke et al.,
 * LightGBM (NIPS 2017).
 * @returns the ensemble, and by column how much its splits lowered the loss.
 */
export const boost = (input: BoostInput, options: BoostOptions): Boosted & { readonly gains: Float64Array } => {
  const { columns, target, weight, rows, offset, random } = input;
  const rowCount = target.length;
  const base = baseOf(input, options.loss);
  const scores = offset ? offset.map((start) => start + base) : new Float64Array(rowCount).fill(base);
  const g = new Float64Array(rowCount);
  const h = new Float64Array(rowCount);
  const gains = new Float64Array(columns.length);
  const grow = createGrower(columns, input.allowed, options, gains);
  const trees: Tree[] = [];
  for (let round = 0; round < options.rounds; round++) {
    const chosen = sampleColumns(columns.length, input.allowed, options.columnShare, random);
    const drawn = sample(rows, options.rowShare, random);
    for (const row of drawn) {
      const w = weight[row] as number;
      if (options.loss === 'squared') {
        g[row] = w * ((scores[row] as number) - (target[row] as number));
        h[row] = w;
      } else {
        const p = sigmoid(scores[row] as number);
        g[row] = w * (p - (target[row] as number));
        h[row] = w * Math.max(1e-6, p * (1 - p));
      }
    }
    const tree = grow(drawn, chosen, g, h);
    trees.push(tree);
    addTree(tree, columns, scores);
    if (!input.afterRound(round, scores)) break;
  }
  return { base, trees, gains };
};
