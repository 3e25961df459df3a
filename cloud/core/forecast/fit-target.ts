import type { Random } from '@kuluma/shared/clock.ts';
import { seededRandom } from '@kuluma/shared/clock.ts';
import { binColumn, learnBins } from './binning.ts';
import { calibrateLife, type LifeErrors, learnProbabilityScale, probabilityOf } from './calibration.ts';
import { type Budget, canCrossFit, crossFit, type Fitting, knownRows, lossOf } from './cross-fit.ts';
import type { Dataset } from './dataset.ts';
import { type Effort, hurry } from './effort.ts';
import { failureOptions, keptForFailures, lifeOptions, mostFolds, probe, probeRows } from './fit-options.ts';
import { machineFolds } from './folds.ts';
import type { BoostOptions } from './gradient-boosting.ts';
import type { HorizonModel, TargetModel } from './model.ts';
import type { FeatureInfo } from './window-features.ts';

/** A smaller family must be this much better than all features: few machines make validation noisy. */
const leastGain = 0.02;

/** Families among which validation chooses: age misleads where lives differ much, absolute levels where machines do. */
export const featureFamilies: readonly { readonly name: string; readonly has: (feature: FeatureInfo) => boolean }[] = [
  { name: 'all', has: () => true },
  { name: 'no-age', has: ({ kind }) => kind !== 'age' },
  { name: 'relative', has: ({ kind }) => kind !== 'level' },
  { name: 'relative-no-age', has: ({ kind }) => kind !== 'level' && kind !== 'age' },
];

const foldRows = (data: Dataset, random: Random): { fold: Int32Array; folds: number } => {
  const { fold, folds } = machineFolds([...new Set(data.machine)], mostFolds, random, data.failing);
  return { fold: data.machine.map((m) => fold.get(m) as number), folds };
};

/** Variance of a squared-loss target, entropy of a logistic one: what a constant forecast would lose. */
const lossOfConstant = (loss: BoostOptions['loss'], target: Float64Array): number => {
  const known = target.filter((y) => Number.isFinite(y));
  const mean = known.reduce((sum, y) => sum + y, 0) / known.length;
  if (loss === 'squared') return known.reduce((sum, y) => sum + (y - mean) ** 2, 0) / known.length;
  return -(mean * Math.log(mean) + (1 - mean) * Math.log(1 - mean));
};

const hasBoth = (failed: Float64Array): boolean => failed.includes(0) && failed.includes(1);

interface Scored {
  readonly name: string;
  readonly allowed: readonly number[];
  readonly loss: number;
}

/** The features of the family that forecasts unseen machines best, by a small model and the same folds. */
const chooseFamily = (fitting: Fitting, features: readonly FeatureInfo[]): Scored => {
  const { data, budget } = fitting;
  const tasks = [
    { target: data.rul, options: { ...lifeOptions, ...probe } },
    ...data.failed
      .filter((target) => hasBoth(target) && canCrossFit(fitting.fold, target))
      .map((target) => ({ target, options: { ...failureOptions, ...probe } })),
  ];
  const thin = Math.max(1, Math.ceil(data.rul.length / probeRows));
  const candidates = featureFamilies
    .map(({ name, has }) => ({ name, allowed: features.flatMap((feature, i) => (has(feature) ? [i] : [])) }))
    .filter(({ name, allowed }) => name === 'all' || (allowed.length > 0 && allowed.length < features.length));
  const lossOfCandidate = (allowed: readonly number[], candidate: number): number =>
    tasks.reduce((sum, { target, options }, task) => {
      const part = budget.until((candidate * tasks.length + task + 1) / (candidates.length * tasks.length));
      const { outOfFold } = crossFit({ ...fitting, budget: part, report: () => undefined }, target, allowed, options, {
        thin,
      });
      return sum + lossOf(options.loss, outOfFold, target, knownRows(target)) / lossOfConstant(options.loss, target);
    }, 0);
  const [all, ...smaller] = candidates.map(
    (candidate, n): Scored => ({ ...candidate, loss: lossOfCandidate(candidate.allowed, n) }),
  );
  if (!all) throw new Error('the family of all features is missing');
  const best = smaller.reduce((a, b) => (b.loss < a.loss ? b : a), all);
  return best.loss < (1 - leastGain) * all.loss ? best : all;
};

const rmseOf = ({ forecast, truth }: LifeErrors): number =>
  Math.sqrt(truth.reduce((sum, life, i) => sum + ((forecast[i] as number) - life) ** 2, 0) / truth.length);

const take = (values: Float64Array, rows: Int32Array): Float64Array =>
  Float64Array.from(rows, (i) => values[i] as number);

const fitHorizon = (fitting: Fitting, index: number, allowed: readonly number[], options: BoostOptions) => {
  const target = fitting.data.failed[index] as Float64Array;
  const horizon = fitting.data.horizons[index] as number;
  const known = knownRows(target);
  const failed = take(target, known);
  const { members, outOfFold } = crossFit(fitting, target, allowed, options, { keep: keptForFailures });
  const margin = take(outOfFold, known);
  const scale = learnProbabilityScale(margin, failed);
  const rate = failed.reduce((sum, y) => sum + y, 0) / failed.length;
  const brier =
    failed.reduce((sum, y, i) => sum + (probabilityOf(scale, margin[i] as number) - y) ** 2, 0) / failed.length;
  const model: HorizonModel = { horizon, members, scale };
  return { model, metrics: { horizon, rows: failed.length, brier, brierOfBaseRate: rate * (1 - rate) } };
};

/**
 * Fits the forecaster of one component by cross-fitting over machines: the members of each ensemble are the models of
 * the folds, and intervals and probabilities are calibrated on what each machine got from members that never saw it.
 * @param data must hold failures of at least two machines.
 */
export const fitTarget = (args: {
  component: string;
  rulCap: number | null;
  referenceLife: number;
  data: Dataset;
  features: readonly FeatureInfo[];
  seed: number;
  effort: Effort;
  budget: Budget;
  /** Told as the work goes on which share of it is done. */
  report: (share: number) => void;
}): TargetModel => {
  const { data, features, seed, effort, budget } = args;
  const bins = data.features.map(learnBins);
  const edges = bins.map((one) => one.edges);
  const columns = data.features.map((values, f) => binColumn(edges[f] ?? [], values));
  const shared = { data, columns, ...foldRows(data, seededRandom(seed)), seed };
  /** The shared input with the part of budget and progress that ends at the given share of the whole. */
  const part = (from: number, to: number): Fitting => ({
    ...shared,
    budget: budget.until(to),
    report: (share) => args.report(from + share * (to - from)),
  });
  const { name, allowed } = effort.families
    ? chooseFamily(part(0, 0.2), features)
    : { name: 'all', allowed: features.map((_, i) => i) };
  const life = crossFit(part(0.2, 0.65), data.rul, allowed, hurry(lifeOptions, effort));
  const cap = args.rulCap ?? Number.POSITIVE_INFINITY;
  const known = knownRows(data.rul);
  const errors: LifeErrors = {
    forecast: take(life.outOfFold, known).map((v) => Math.max(0, Math.min(cap, v))),
    truth: take(data.rul, known),
    machine: known.map((i) => data.machine[i] as number),
    cap,
  };
  const { quantiles, coverage90, meanWidth90 } = calibrateLife(
    errors,
    known.map((i) => shared.fold[i] as number),
  );
  const usable = data.failed.flatMap((target, h) => (canCrossFit(shared.fold, target) ? [h] : []));
  const upTo = (n: number) => 0.65 + (0.35 * n) / usable.length;
  const horizons = usable.map((h, n) =>
    fitHorizon(part(upTo(n), upTo(n + 1)), h, allowed, hurry(failureOptions, effort)),
  );
  return {
    component: args.component,
    rulCap: args.rulCap,
    referenceLife: args.referenceLife,
    family: name,
    members: life.members,
    quantiles,
    horizons: horizons.map(({ model }) => model),
    edges,
    typical: bins.map(({ typical }) => typical),
    metrics: {
      machines: new Set(data.machine).size,
      failures: data.failures,
      rows: known.length,
      rmse: rmseOf(errors),
      coverage90,
      meanWidth90,
      horizons: horizons.map(({ metrics }) => metrics),
    },
  };
};
