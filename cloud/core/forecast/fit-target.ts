import { seededRandom } from '@kuluma/shared/clock.ts';
import type { LeftOut } from '@kuluma/shared/model/left-out.ts';
import { blendLife, blendMargins, type LifeBlend } from './blend/blend.ts';
import { type LifeErrors, learnProbabilityScale, probabilityOf } from './blend/calibration.ts';
import { machineFolds } from './blend/folds.ts';
import { chooseIntervals, isFew } from './blend/intervals.ts';
import { relativeUnitOf } from './blend/life-scale.ts';
import type { Budget } from './effort/budget.ts';
import type { Effort } from './effort/effort.ts';
import type { Pace } from './effort/pace.ts';
import type { Dataset } from './inputs/dataset.ts';
import type { LearntSection } from './inputs/section.ts';
import type { RunJobs } from './jobs.ts';
import type { Fitted, Lessons, Method, Methods } from './method.ts';
import type { HorizonModel, MethodMetrics, TargetModel } from './model.ts';
import { rowGapOf, watchedLengths } from './past-lives/past-lives.ts';
import { knownRows } from './trees/boost-job.ts';
import { canCrossFit } from './trees/cross-fit.ts';
import { mostFolds } from './trees/fit-options.ts';

const rmseOf = (forecast: Float64Array, truth: Float64Array): number =>
  Math.sqrt(truth.reduce((sum, life, i) => sum + ((forecast[i] as number) - life) ** 2, 0) / truth.length);

const take = (values: Float64Array, rows: Int32Array): Float64Array =>
  Float64Array.from(rows, (i) => values[i] as number);
const takeWhole = (values: Int32Array, rows: Int32Array): Int32Array => rows.map((i) => values[i] as number);

/** Back to where they stand among `count` rows; NaN elsewhere. */
const spread = (values: Float64Array, rows: Int32Array, count: number): Float64Array => {
  const all = new Float64Array(count).fill(Number.NaN);
  rows.forEach((row, i) => {
    all[row] = values[i] as number;
  });
  return all;
};

interface FittedMethod extends Fitted<unknown> {
  readonly method: Method<unknown>;
}

export interface TargetTask {
  readonly component: string;
  readonly rulCap: number | null;
  readonly referenceLife: number;
  /** Holds failures of at least two machines. */
  readonly data: Dataset;
  /** In the order of `data.inputs`. */
  readonly sections: readonly LearntSection[];
  readonly methods: Methods;
  readonly seed: number;
  readonly effort: Effort;
  readonly pace: Pace;
  readonly now: () => number;
  readonly budget: Budget;
  readonly run: RunJobs;
  /** Told as the work goes on which share of it is done. */
  readonly report: (share: number) => void;
}

/** Part of time and progress that the anchor gets where other methods want to take part. */
const anchorShare = 0.8;

/** Everything but the inputs, which differ by method; horizons are those that more than one fold has watched. */
const lessonsOf = ({ component, data, rulCap, seed }: TargetTask): Omit<Lessons, 'inputs' | 'inputInfos'> => {
  const dealt = machineFolds([...new Set(data.machine)], mostFolds, seededRandom(seed), data.failing);
  const fold = data.machine.map((m) => dealt.fold.get(m) as number);
  const usable = data.failed.flatMap((target, h) => (canCrossFit(fold, target) ? [h] : []));
  const cap = rulCap ?? Number.POSITIVE_INFINITY;
  return {
    ...data,
    component,
    cap,
    relativeUnit: relativeUnitOf(watchedLengths(data), cap, rowGapOf(data)),
    horizons: usable.map((h) => data.horizons[h] as number),
    failed: usable.map((h) => data.failed[h] as Float64Array),
    fold,
    folds: dealt.folds,
  };
};

const fitMethods = async (
  task: TargetTask,
  shared: Omit<Lessons, 'inputs' | 'inputInfos'>,
): Promise<{ fitted: FittedMethod[]; leftOut: LeftOut[] }> => {
  const { anchor, others } = task.methods;
  const fitted: FittedMethod[] = [];
  const leftOut: LeftOut[] = [];
  const shareUntil = (m: number) => (others.length === 0 ? 1 : anchorShare + ((1 - anchorShare) * m) / others.length);
  for (const [m, method] of [anchor, ...others].entries()) {
    const at = task.sections.findIndex(({ name }) => name === method.section);
    const from = m === 0 ? 0 : shareUntil(m - 1);
    const lessons: Lessons = {
      ...shared,
      inputs: task.data.inputs[at] as readonly Float32Array[],
      inputInfos: (task.sections[at] as LearntSection).inputs,
    };
    const result = await method.fit(lessons, {
      seed: task.seed,
      effort: task.effort,
      pace: task.pace,
      now: task.now,
      budget: task.budget.until(shareUntil(m)),
      run: task.run,
      report: (share) => task.report(from + share * (shareUntil(m) - from)),
    });
    leftOut.push(...result.leftOut);
    if ('state' in result) fitted.push({ ...result, method });
  }
  return { fitted, leftOut };
};

const knowsAll = ({ life, margins }: FittedMethod): boolean =>
  [life, ...margins].every((of) => of.every(Number.isFinite));

/**
 * The methods in the order in which they have to prove themselves: the first speaks unless the others improve on it. Few
 * machines prove little, and there a method that knows how little it knows goes first.
 */
const inOrder = (fitted: FittedMethod[], failing: number): FittedMethod[] => {
  const modest = isFew(failing) ? fitted.find((one) => one.quantiles && knowsAll(one)) : undefined;
  return modest ? [modest, ...fitted.filter((one) => one !== modest)] : fitted;
};

const notKnown = (rows: number): Float64Array => new Float64Array(rows).fill(Number.NaN);

type Forecasts = readonly [Float64Array, ...Float64Array[]];

const fitHorizon = (lessons: Omit<Lessons, 'inputs' | 'inputInfos'>, fitted: readonly FittedMethod[], h: number) => {
  const target = lessons.failed[h] as Float64Array;
  const horizon = lessons.horizons[h] as number;
  const known = knownRows(target);
  const failed = take(target, known);
  const forecasts = fitted.map(({ margins }) => take(margins[h] ?? notKnown(target.length), known));
  const { parts, outOfFold } = blendMargins({
    forecasts: forecasts as unknown as Forecasts,
    truth: failed,
    machine: takeWhole(lessons.machine, known),
    fold: takeWhole(lessons.fold, known),
  });
  const scale = learnProbabilityScale(outOfFold, failed);
  const rate = failed.reduce((sum, y) => sum + y, 0) / failed.length;
  const probability = outOfFold.map((margin) => probabilityOf(scale, margin));
  const brier = failed.reduce((sum, y, i) => sum + ((probability[i] as number) - y) ** 2, 0) / failed.length;
  const model: HorizonModel = { horizon, parts, scale };
  const metrics = { horizon, rows: failed.length, brier, brierOfBaseRate: rate * (1 - rate) };
  return { model, metrics, unseen: { horizon, probability: spread(probability, known, target.length) } };
};

const methodMetrics = (
  fitted: readonly FittedMethod[],
  forecasts: readonly Float64Array[],
  truth: Float64Array,
  life: LifeBlend,
  horizons: readonly HorizonModel[],
): MethodMetrics[] =>
  fitted.map(({ method, state }, m) => {
    const of = forecasts[m] as Float64Array;
    const known = knownRows(of);
    return {
      name: method.name,
      note: method.describe(state),
      knows: known.length / of.length,
      rmse: known.length > 0 ? rmseOf(take(of, known), take(truth, known)) : 0,
      lifeWeight: life.weights[m] as number,
      horizonWeights: horizons.map(({ parts }) => parts[m]?.weight ?? 0),
    };
  });

/**
 * What each row of the data set is told by what never saw its machine, beside which the truth is known; NaN where it is
 * not.
 */
export interface UnseenRows {
  /** By level of `quantileLevels`. */
  readonly quantiles: readonly Float64Array[];
  /** By rising horizon. */
  readonly horizons: readonly { readonly horizon: number; readonly probability: Float64Array }[];
}

export interface FittedTarget {
  readonly model: TargetModel;
  readonly unseen: UnseenRows;
  readonly leftOut: LeftOut[];
}

/**
 * Fits the forecaster of one component by folds of machines: methods are blended, and intervals and probabilities are
 * calibrated, on what each machine got from what never saw it.
 */
export const fitTarget = async (task: TargetTask): Promise<FittedTarget> => {
  const { data } = task;
  const lessons = lessonsOf(task);
  const { fitted: inTable, leftOut } = await fitMethods(task, lessons);
  const fitted = inOrder(inTable, data.failing.size);
  const known = knownRows(data.rul);
  const truth = take(data.rul, known);
  const machine = takeWhole(data.machine, known);
  const fold = takeWhole(lessons.fold, known);
  const held = (v: number) => Math.max(0, Math.min(lessons.cap, v));
  const forecasts = fitted.map(({ life }) => take(life, known).map(held));
  const life = blendLife({
    forecasts: forecasts as unknown as Forecasts,
    truth,
    machine,
    fold,
    relativeUnit: lessons.relativeUnit,
  });
  const errors: LifeErrors = { forecast: life.outOfFold, truth, machine, cap: lessons.cap };
  const told = fitted.flatMap(({ method: { name }, quantiles }) =>
    quantiles ? [{ name, quantiles: quantiles.map((of) => take(of, known)) }] : [],
  );
  const intervals = chooseIntervals(errors, fold, told, lessons.relativeUnit);
  const horizons = lessons.horizons.map((_, h) => fitHorizon(lessons, fitted, h));
  const used = fitted.map(
    ({ method }, m) =>
      m === 0 ||
      method.name === intervals.quantiles ||
      life.weights[m] !== 0 ||
      horizons.some(({ model }) => model.parts[m]?.weight !== 0),
  );
  const kept = <T>(of: readonly T[]): T[] => of.filter((_, m) => used[m]);
  const model: TargetModel = {
    component: task.component,
    rulCap: task.rulCap,
    referenceLife: task.referenceLife,
    methods: kept(fitted).map(({ method, state }) => ({ name: method.name, section: method.section, state })),
    lifeWeights: kept(life.weights),
    quantiles: intervals.quantiles,
    horizons: horizons.map(({ model: one }) => ({ ...one, parts: kept(one.parts) })),
    metrics: {
      machines: new Set(data.machine).size,
      failures: data.failures,
      rows: known.length,
      rmse: rmseOf(intervals.life, truth),
      coverage90: intervals.coverage90,
      meanWidth90: intervals.meanWidth90,
      horizons: horizons.map(({ metrics }) => metrics),
      methods: methodMetrics(
        fitted,
        forecasts,
        truth,
        life,
        horizons.map(({ model: one }) => one),
      ),
    },
  };
  const unseen = {
    quantiles: intervals.outOfFold.map((of) => spread(of, known, data.rul.length)),
    horizons: horizons.map((one) => one.unseen),
  };
  return { model, unseen, leftOut };
};
