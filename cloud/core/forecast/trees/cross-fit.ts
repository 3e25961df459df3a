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
  /** The same with the number of rounds that the other folds choose: what they say of their fold they say unseen. */
  readonly heldMembers: Boosted[];
  /** Score of each row by the member that did not see its machine; NaN where the target is not known. */
  readonly outOfFold: Float64Array;
  /** Whether time ended any fold. */
  readonly cut: boolean;
}

/** The checkpoint at which the losses of the folds come to the least; folds without a known target have no say. */
const bestOf = (losses: readonly (readonly number[])[]): number => {
  const sums = (losses[0] ?? [0]).map((_, at) =>
    losses.reduce((sum, of) => sum + (Number.isNaN(of[at]) ? 0 : (of[at] as number)), 0),
  );
  return sums.indexOf(Math.min(...sums));
};

/**
 * Fits one model a fold on the rows whose target is known (in more than one fold: `canCrossFit`); the best number of
 * rounds is shared by all folds, but each fold is forecast with the number that is best for the others.
 * @param thin learns from every so many rows only; keep: screens the columns down to so many; weight: what an error at each
 * row counts; offset: scores to begin from, which may be left as they are.
 */
export const crossFit = async (
  fitting: Fitting,
  target: Float64Array,
  allowed: readonly number[],
  options: BoostOptions,
  {
    thin = 1,
    keep = null,
    weight = null,
    offset = null,
  }: {
    readonly thin?: number;
    readonly keep?: number | null;
    readonly weight?: Float64Array | null;
    readonly offset?: Float64Array | null;
  } = {},
): Promise<CrossFit> => {
  const { columns, fold, folds, seed, budget, run, foldDone } = fitting;
  const grow = async (held: number, rates: readonly number[]): Promise<FoldAnswer> => {
    const input: FoldInput = {
      columns,
      allowed,
      target,
      weight,
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
  const held = answers.map((_, k) => heldRows(target, fold, k));
  // A fold that time ended stays where it was.
  const reached = Math.max(...answers.map(({ checkpoints }) => checkpoints.length));
  const scoresOf = (k: number, at: number): Float64Array => {
    const { checkpoints } = answers[k] as FoldAnswer;
    return checkpoints[Math.min(at, checkpoints.length - 1)] as Float64Array;
  };
  const losses = held.map((rows, k) =>
    Array.from({ length: reached }, (_, at) => {
      const scores = new Float64Array(target.length);
      rows.forEach((i, n) => {
        scores[i] = scoresOf(k, at)[n] as number;
      });
      return rows.length * lossOf(options.loss, scores, { target, weight }, rows);
    }),
  );
  const best = bestOf(losses);
  const outOfFold = new Float64Array(target.length).fill(Number.NaN);
  const bestWithout = held.map((rows, k) => {
    const at = bestOf(losses.filter((_, other) => other !== k));
    rows.forEach((i, n) => {
      outOfFold[i] = scoresOf(k, at)[n] as number;
    });
    return at;
  });
  const upTo = (rounds: (k: number) => number): Boosted[] =>
    answers.map(({ member: { base, trees } }, k) => ({ base, trees: trees.slice(0, rounds(k) * checkpointRounds) }));
  return {
    members: upTo(() => best),
    heldMembers: upTo((k) => bestWithout[k] as number),
    outOfFold,
    cut: answers.some(({ cut }) => cut),
  };
};
