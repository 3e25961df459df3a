import { seededRandom } from '@kuluma/shared/clock.ts';
import type { Dataset } from './dataset.ts';
import { checkpointRounds } from './effort.ts';
import { screening } from './fit-options.ts';
import {
  type BinnedColumns,
  type Boosted,
  type BoostInput,
  type BoostOptions,
  boost,
  sigmoid,
} from './gradient-boosting.ts';

/** Wall time of one piece of work: `hasTime` tells whether less than the given share of it is used. */
export interface Budget {
  readonly hasTime: (share: number) => boolean;
  /** A part of this budget that begins now and ends at the given share of the whole. */
  readonly until: (share: number) => Budget;
}

/** Part of a budget that any of its pieces may use before it counts as late: a busy moment must not cost trees. */
const commonShare = 0.4;

/** A budget from now to `endMs` on the clock `now`; `onOver` hears of each piece of work that it cut short. */
export const createBudget = (now: () => number, endMs: number, onOver: () => void): Budget => {
  const startMs = now();
  const at = (share: number) => startMs + (commonShare + (1 - commonShare) * share) * (endMs - startMs);
  return {
    hasTime: (share) => {
      const left = now() < at(share);
      if (!left) onOver();
      return left;
    },
    until: (share) => createBudget(now, at(share), onOver),
  };
};

/** Checkpoints without a better loss after which a fit ends. */
const patience = 5;

export interface Fitting {
  readonly data: Dataset;
  readonly columns: BinnedColumns;
  /** Fold of each row; rows of one machine share it. */
  readonly fold: Int32Array;
  readonly folds: number;
  readonly seed: number;
  readonly budget: Budget;
  /** Told after each fold which share of this fit is done. */
  readonly report: (share: number) => void;
}

/** Rows whose target is known. */
export const knownRows = (target: Float64Array): Int32Array =>
  new Int32Array(target.length).map((_, i) => i).filter((i) => Number.isFinite(target[i]));

/** Whether rows with a known target stand in more than one fold: each fold is forecast by what the others teach. */
export const canCrossFit = (fold: Int32Array, target: Float64Array): boolean =>
  new Set(knownRows(target).map((i) => fold[i] as number)).size > 1;

/** Mean loss of the scores over the rows. */
export const lossOf = (
  loss: BoostOptions['loss'],
  scores: Float64Array,
  target: Float64Array,
  rows: Int32Array,
): number => {
  let sum = 0;
  for (const i of rows) {
    const y = target[i] as number;
    const score = scores[i] as number;
    if (loss === 'squared') sum += (score - y) ** 2;
    else sum -= Math.log(Math.max(1e-9, y === 1 ? sigmoid(score) : 1 - sigmoid(score)));
  }
  return sum / rows.length;
};

/**
 * The `keep` columns that a quick fit on the rows gains most by: among many columns that tell nothing a few rare
 * failures are lost. Ranked on the learning rows alone, so that the held machines stay unseen.
 */
const screen = (input: Omit<BoostInput, 'afterRound'>, options: BoostOptions, keep: number): readonly number[] => {
  if (input.allowed.length <= keep) return input.allowed;
  const quick = { ...options, ...screening };
  const { gains } = boost({ ...input, afterRound: () => true }, quick);
  return [...input.allowed]
    .sort((a, b) => (gains[b] as number) - (gains[a] as number) || a - b)
    .slice(0, keep)
    .sort((a, b) => a - b);
};

export interface CrossFit {
  readonly members: Boosted[];
  /** Score of each row by the member that did not see its machine. */
  readonly outOfFold: Float64Array;
}

/**
 * Fits one model a fold on the rows whose target is known (in more than one fold: `canCrossFit`); the best number of rounds is shared by all folds.
 * @param thin learns from every so many rows only; keep: screens the columns down to so many.
 */
export const crossFit = (
  fitting: Fitting,
  target: Float64Array,
  allowed: readonly number[],
  options: BoostOptions,
  { thin = 1, keep = null }: { readonly thin?: number; readonly keep?: number | null } = {},
): CrossFit => {
  const { columns, fold, folds, seed, budget, report } = fitting;
  const known = knownRows(target);
  const weight = new Float64Array(target.length).fill(1);
  const every = checkpointRounds;
  const checkpoints = Array.from({ length: Math.floor(options.rounds / every) }, () => new Float64Array(target.length));
  let reached = checkpoints.length;
  const firstLosses: number[] = [];
  const members = Array.from({ length: folds }, (_, k) => {
    const rows = known.filter((i, n) => fold[i] !== k && n % thin === 0);
    const held = known.filter((i) => fold[i] === k);
    const afterRound = (round: number, scores: Float64Array): boolean => {
      if ((round + 1) % every !== 0) return true;
      const at = (round + 1) / every;
      const checkpoint = checkpoints[at - 1];
      if (checkpoint) for (const i of held) checkpoint[i] = scores[i] as number;
      // Patience on the first fold saves the rounds that noise would waste on all of them.
      if (k === 0 && held.length > 0) firstLosses.push(lossOf(options.loss, scores, target, held));
      const watched = k === 0 && firstLosses.length > 0;
      const stale = watched && at - 1 - firstLosses.indexOf(Math.min(...firstLosses)) >= patience;
      if (at < reached && !stale && budget.hasTime((k + 1) / folds)) return true;
      reached = Math.min(reached, at);
      return false;
    };
    const input = { columns, allowed, target, weight, rows, random: seededRandom(seed * 1009 + k) };
    const kept = keep === null ? allowed : screen(input, options, keep);
    const member = boost({ ...input, allowed: kept, afterRound }, options);
    report((k + 1) / folds);
    return member;
  });
  const losses = checkpoints.slice(0, reached).map((scores) => lossOf(options.loss, scores, target, known));
  const best = losses.indexOf(Math.min(...losses));
  return {
    members: members.map(({ base, trees }) => ({ base, trees: trees.slice(0, (best + 1) * every) })),
    outOfFold: checkpoints[best] as Float64Array,
  };
};
