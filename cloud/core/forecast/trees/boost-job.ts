import { seededRandom } from '@kuluma/shared/clock.ts';
import { checkpointRounds } from '../effort/effort.ts';
import { givenRates, type LearningRates, leastCheckpoints, timedRates } from '../effort/learning-rates.ts';
import type { JobKind } from '../jobs.ts';
import { screening } from './fit-options.ts';
import { type BoostInput, type BoostOptions, boost } from './gradient-boosting.ts';
import { type BinnedColumns, type Boosted, sigmoid } from './trees.ts';

/** Checkpoints without a better loss after which a patient fit ends. */
const patience = 5;

/** One fold of a cross-fit: grows trees on the other folds' rows with a known target and scores this fold's. */
export interface FoldInput {
  readonly columns: BinnedColumns;
  readonly allowed: readonly number[];
  /** NaN where not known. */
  readonly target: Float64Array;
  /** What an error at each row counts, or null where all count the same. */
  readonly weight: Float64Array | null;
  /** Score of each row to begin from, or null. */
  readonly offset: Float64Array | null;
  /** Fold of each row. */
  readonly fold: Int32Array;
  readonly held: number;
  readonly options: BoostOptions;
  readonly seed: number;
  /** Learns from every so many rows only. */
  readonly thin: number;
  /** Columns that a quick fit screens for, or null for all that are allowed. */
  readonly keep: number | null;
  /**
   * Given for the fold that goes first: when it should be done, by which it sets its learning rates; it ends earlier when
   * its held rows are forecast no better any more. The others follow its rates.
   */
  readonly plannedMs: number | null;
  readonly rates: readonly number[];
  /** When to end in any case, with the trees so far, or with the least that tells anything. */
  readonly endMs: number;
}

export interface FoldAnswer {
  readonly member: Boosted;
  /** Before any tree and at each checkpoint the scores of the held rows, in the order of `heldRows`. */
  readonly checkpoints: readonly Float64Array[];
  /** Learning rate of the rounds before each checkpoint. */
  readonly rates: readonly number[];
  /** Whether time ended it. */
  readonly cut: boolean;
}

/** Rows whose target is known. */
export const knownRows = (target: Float64Array): Int32Array =>
  new Int32Array(target.length).map((_, i) => i).filter((i) => Number.isFinite(target[i]));

/** Rows of a fold whose target is known: those that its fit scores. */
export const heldRows = (target: Float64Array, fold: Int32Array, held: number): Int32Array =>
  knownRows(target).filter((i) => fold[i] === held);

/** Mean loss of the scores over the rows. */
export const lossOf = (
  loss: BoostOptions['loss'],
  scores: Float64Array,
  { target, weight }: Pick<FoldInput, 'target' | 'weight'>,
  rows: Int32Array,
): number => {
  let sum = 0;
  for (const i of rows) {
    const y = target[i] as number;
    const score = scores[i] as number;
    const w = weight ? (weight[i] as number) : 1;
    if (loss === 'squared') sum += w * (score - y) ** 2;
    else sum -= w * Math.log(Math.max(1e-9, y === 1 ? sigmoid(score) : 1 - sigmoid(score)));
  }
  return sum / rows.length;
};

/**
 * The `keep` columns that a quick fit on the rows gains most by: among many columns that tell nothing a few rare
 * failures are lost. Ranked on the learning rows alone, so that the held machines stay unseen.
 */
const screen = (input: BoostInput, options: BoostOptions, keep: number): readonly number[] => {
  if (input.allowed.length <= keep) return input.allowed;
  const { gains } = boost(input, { ...options, ...screening });
  return [...input.allowed]
    .sort((a, b) => (gains[b] as number) - (gains[a] as number) || a - b)
    .slice(0, keep)
    .sort((a, b) => a - b);
};

const growFold = (input: FoldInput, now: () => number): FoldAnswer => {
  const { columns, allowed, target, offset, fold, held, options, thin, keep, plannedMs } = input;
  const rows = knownRows(target).filter((i, n) => fold[i] !== held && n % thin === 0);
  const scored = heldRows(target, fold, held);
  const checkpoints: Float64Array[] = [];
  const losses: number[] = [];
  let cut = false;
  const isInTime = (): boolean => {
    cut = now() >= input.endMs;
    return !cut;
  };
  let rates: LearningRates | undefined;
  const afterRound = (round: number, scores: Float64Array): boolean => {
    const isLeast = round + 1 < leastCheckpoints * checkpointRounds;
    if ((round + 1) % checkpointRounds !== 0) return isLeast || isInTime();
    checkpoints.push(Float64Array.from(scored, (i) => scores[i] as number));
    if (plannedMs !== null && scored.length > 0) {
      losses.push(lossOf(options.loss, scores, input, scored));
      if (losses.length - 1 - losses.indexOf(Math.min(...losses)) >= patience) return false;
    }
    const rate = rates?.next() ?? null;
    const inTime = isInTime();
    if (rate === null) return false;
    // The rounds to come read it.
    live.learningRate = rate;
    return isLeast || inTime;
  };
  const learning = {
    columns,
    allowed,
    target,
    weight: input.weight ?? new Float64Array(target.length).fill(1),
    rows,
    random: seededRandom(input.seed),
    ...(offset ? { offset } : {}),
  };
  const kept = keep === null ? allowed : screen({ ...learning, afterRound: isInTime }, options, keep);
  rates = plannedMs === null ? givenRates(input.rates) : timedRates(options, now, plannedMs);
  const live = { ...options, learningRate: rates.used[0] ?? options.learningRate };
  const { base, trees } = boost({ ...learning, allowed: kept, afterRound }, live);
  checkpoints.unshift(Float64Array.from(scored, (i) => base + (offset ? (offset[i] as number) : 0)));
  return { member: { base, trees }, checkpoints, rates: rates.used, cut };
};

/** Grows the trees of one fold. */
export const boostFold: JobKind<FoldInput, FoldAnswer> = { name: 'boost-fold', run: growFold };
