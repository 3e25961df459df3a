import type { LeftOut } from '@kuluma/shared/model/left-out.ts';
import type { Budget } from './effort/budget.ts';
import type { Effort } from './effort/effort.ts';
import type { Pace } from './effort/pace.ts';
import type { FeatureInfo } from './inputs/window-features.ts';
import type { RunJobs } from './jobs.ts';

/**
 * The rows that a method learns from, for one component. All arrays have one entry a row; the rows of a life stand
 * together by rising time, thinned evenly.
 */
export interface Lessons {
  readonly component: string;
  /** The method's section, by column, and what each column is. */
  readonly inputs: readonly Float32Array[];
  readonly inputInfos: readonly FeatureInfo[];
  /** Time of the row, in the time unit. */
  readonly t: Float64Array;
  /** Remaining life in the time unit, at most `cap`; NaN where a censored life hides it. */
  readonly rul: Float64Array;
  readonly cap: number;
  /** Remaining life that is as good as none where errors of life count beside it (life-scale.ts); null where they count by their length. */
  readonly relativeUnit: number | null;
  /** Rising horizons, and for each 1 when the failure came in (t, t + h], 0 when it did not, NaN when not observed. */
  readonly horizons: readonly number[];
  readonly failed: readonly Float64Array[];
  /** Time until the life's end as far as it was watched, and 1 where that end was a failure, 0 where it was censored. */
  readonly left: Float64Array;
  readonly endedInFailure: Uint8Array;
  /** Number of the row's life, and position of its machine. */
  readonly life: Int32Array;
  readonly machine: Int32Array;
  /** Group of every split: a forecast of fold k must come from the other folds. Machines are never split. */
  readonly fold: Int32Array;
  readonly folds: number;
}

/** What one method says of one row; NaN where it does not know. */
export interface Estimate {
  /** Remaining life in the time unit. */
  readonly life: number;
  /** Log-odds of a failure within each horizon of the lessons, or empty when it forecasts life only. */
  readonly margins: readonly number[];
  /** Remaining life at `quantileLevels`, from a method that knows how sure it is. */
  readonly quantiles?: readonly number[];
}

export interface Fitted<State> {
  /** Plain JSON, all that `forecast` needs. */
  readonly state: State;
  /** For each row what the method says of it, learnt without the row's fold; NaN where it does not know. */
  readonly life: Float64Array;
  /** For each horizon and row, or empty when it forecasts life only. */
  readonly margins: readonly Float64Array[];
  /** For each of `quantileLevels` and row, from a method that knows how sure it is. */
  readonly quantiles?: readonly Float64Array[];
  /** What the time did not allow. */
  readonly leftOut: readonly LeftOut[];
}

/** A method that does not take part says why. */
export interface NotFitted {
  readonly leftOut: readonly LeftOut[];
}

export interface FitOptions {
  readonly seed: number;
  /** How much of its full work a method may do; not full where the training is short of time. */
  readonly effort: Effort;
  /** How quickly work goes. */
  readonly pace: Pace;
  /** Time of this method on the clock `now`. One that cannot end in time leaves itself out. */
  readonly budget: Budget;
  readonly now: () => number;
  readonly run: RunJobs;
  /** Told as the work goes on which share of it is done. */
  readonly report: (share: number) => void;
}

/** The methods that a training tries. */
export interface Methods {
  /** It always knows: it answers where another does not, and the others have to improve on it. */
  readonly anchor: Method<unknown>;
  readonly others: readonly Method<unknown>[];
}

/** Which inputs moved one forecast of life. */
export interface Reasons {
  /** By input of the section, in the time unit: how far it moved the remaining life. */
  readonly contributions: Float64Array;
  /** Typical value of each input in training, null where never measured: what "up" and "down" refer to. */
  readonly typical: readonly (number | null)[];
}

/**
 * A way to forecast: learnt by folds of machines, it is judged by what it says of machines that it never saw, and takes
 * part in the blend of a component as far as that improves the forecasts (blend.ts). Seeded, and the same for any order
 * in which jobs are done.
 */
export interface Method<State> {
  readonly name: string;
  /** Name of the section that it reads (sections.ts). */
  readonly section: string;
  fit(lessons: Lessons, options: FitOptions): Promise<Fitted<State> | NotFitted>;
  /** The same numbers from a row's section as `fit` gave out of fold, but for what all folds together know more. */
  forecast(state: State, section: Float64Array): Estimate;
  explain?(state: State, section: Float64Array): Reasons;
  /** What was learnt, in a few words for the model card. */
  describe(state: State): string;
}
