import type { Budget } from '../effort/budget.ts';
import { checkpointRounds } from '../effort/effort.ts';
import type { RunJobs } from '../jobs.ts';
import { boostFold, type FoldAnswer, type FoldInput, heldRows, knownRows, lossOf } from './boost-job.ts';
import type { BoostOptions } from './gradient-boosting.ts';
import type { BinnedColumns, Boosted } from './trees.ts';

export interface Fitting {
  readonly columns: BinnedColumns;
  /** Fold of each row; rows of one machine share it. */
  readonly fold: Int32Array;
  readonly folds: number;
  readonly seed: number;
  readonly budget: Budget;
  readonly run: RunJobs;
  /** Told after each fold. */
  readonly foldDone: () => void;
}

/** Whether rows with a known target stand in more than one fold: each fold is forecast by what the others teach. */
export const canCrossFit = (fold: Int32Array, target: Float64Array): boolean =>
  new Set(knownRows(target).map((i) => fold[i] as number)).size > 1;

/** Part of the time that the first fold may take: a fifth of the work, which the others do some at a time. */
const firstShare = 0.25;

export interface CrossFit {
  readonly members: Boosted[];
  /** Score of each row by the member that did not see its machine; NaN where the target is not known. */
  readonly outOfFold: Float64Array;
  /** Whether time ended any fold. */
  readonly cut: boolean;
}

/**
 * Fits one model a fold on the rows whose target is known (in more than one fold: `canCrossFit`); the best number of
 * rounds is shared by all folds.
 * @param thin learns from every so many rows only; keep: screens the columns down to so many; offset: scores to begin
 * from, which may be left as they are.
 */
export const crossFit = async (
  fitting: Fitting,
  target: Float64Array,
  allowed: readonly number[],
  options: BoostOptions,
  {
    thin = 1,
    keep = null,
    offset = null,
  }: { readonly thin?: number; readonly keep?: number | null; readonly offset?: Float64Array | null } = {},
): Promise<CrossFit> => {
  const { columns, fold, folds, seed, budget, run, foldDone } = fitting;
  const grow = async (held: number, rates: readonly number[]): Promise<FoldAnswer> => {
    const input: FoldInput = {
      columns,
      allowed,
      target,
      offset,
      fold,
      held,
      options,
      seed: seed * 1009 + held,
      thin,
      keep,
      // Patience on the first fold saves the rounds that noise would waste on all of them.
      plannedMs: held === 0 ? budget.planned(firstShare) : null,
      rates,
      endMs: budget.deadline(1),
    };
    const [answer] = await run(boostFold, [input]);
    foldDone();
    return answer as FoldAnswer;
  };
  const first = await grow(0, []);
  const others = Array.from({ length: folds - 1 }, (_, k) =>
    grow(k + 1, first.rates.slice(0, first.checkpoints.length - 1)),
  );
  const answers = [first, ...(await Promise.all(others))];
  const known = knownRows(target);
  const held = answers.map((_, k) => heldRows(target, fold, k));
  const scoresAt = (checkpoint: number): Float64Array => {
    const scores = new Float64Array(target.length).fill(Number.NaN);
    answers.forEach(({ checkpoints }, k) => {
      const of = checkpoints[Math.min(checkpoint, checkpoints.length - 1)] as Float64Array;
      (held[k] as Int32Array).forEach((i, n) => {
        scores[i] = of[n] as number;
      });
    });
    return scores;
  };
  // A fold that time ended stays where it was.
  const reached = Math.max(...answers.map(({ checkpoints }) => checkpoints.length));
  const losses = Array.from({ length: reached }, (_, at) => lossOf(options.loss, scoresAt(at), target, known));
  const best = losses.indexOf(Math.min(...losses));
  return {
    members: answers.map(({ member: { base, trees }, checkpoints }) => ({
      base,
      trees: trees.slice(0, Math.min(best, checkpoints.length - 1) * checkpointRounds),
    })),
    outOfFold: scoresAt(best),
    cut: answers.some(({ cut }) => cut),
  };
};
