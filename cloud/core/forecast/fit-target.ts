import type { Random } from '@kuluma/shared/clock.ts';
import { seededRandom } from '@kuluma/shared/clock.ts';
import { type BinEdges, binColumn, learnEdges } from './binning.ts';
import { learnLifeQuantiles, learnProbabilityScale, lifeQuantilesAt, probabilityOf } from './calibration.ts';
import type { Dataset } from './dataset.ts';
import { machineFolds } from './folds.ts';
import { type BinnedColumns, type Boosted, type BoostOptions, boost, sigmoid } from './gradient-boosting.ts';
import type { HorizonModel, TargetMetrics, TargetModel } from './model.ts';
import type { FeatureInfo } from './window-features.ts';

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

const lifeOptions: BoostOptions = {
  loss: 'squared',
  rounds: 200,
  learningRate: 0.05,
  maxLeaves: 24,
  minLeafWeight: 20,
  l2: 1,
  rowShare: 0.4,
  columnShare: 0.4,
};
const failureOptions: BoostOptions = {
  loss: 'logistic',
  rounds: 100,
  learningRate: 0.07,
  maxLeaves: 10,
  minLeafWeight: 2,
  l2: 2,
  rowShare: 0.4,
  columnShare: 0.25,
};
const probe = { rounds: 40, learningRate: 0.15, maxLeaves: 10, columnShare: 0.25 };
const probeRows = 6_000;
const mostFolds = 5;
/** Checkpoints without a better loss after which a fit ends. */
const patience = 5;
/** A smaller family must be this much better than all features: few machines make validation noisy. */
const leastGain = 0.02;

/** Families among which validation chooses: age misleads where lives differ much, absolute levels where machines do. */
export const featureFamilies: readonly { readonly name: string; readonly has: (feature: FeatureInfo) => boolean }[] = [
  { name: 'all', has: () => true },
  { name: 'no-age', has: ({ kind }) => kind !== 'age' },
  { name: 'relative', has: ({ kind }) => kind !== 'level' },
  { name: 'relative-no-age', has: ({ kind }) => kind !== 'level' && kind !== 'age' },
];

interface Fitting {
  readonly data: Dataset;
  readonly columns: BinnedColumns;
  /** Fold of each row; rows of one machine share it. */
  readonly fold: Int32Array;
  readonly folds: number;
  readonly seed: number;
  readonly budget: Budget;
}

const foldRows = (machine: Int32Array, random: Random): { fold: Int32Array; folds: number } => {
  const { fold, folds } = machineFolds([...new Set(machine)], mostFolds, random);
  return { fold: machine.map((m) => fold.get(m) as number), folds };
};

const knownRows = (target: Float64Array): Int32Array =>
  new Int32Array(target.length).map((_, i) => i).filter((i) => Number.isFinite(target[i]));

interface CrossFit {
  readonly members: Boosted[];
  /** Score of each row by the member that did not see its machine. */
  readonly outOfFold: Float64Array;
}

/** Fits one model a fold on the rows whose target is known; the best number of rounds is shared by all folds. */
const crossFit = (
  fitting: Fitting,
  target: Float64Array,
  allowed: readonly number[],
  options: BoostOptions,
  thin = 1,
): CrossFit => {
  const { columns, fold, folds, seed, budget } = fitting;
  const known = knownRows(target);
  const weight = new Float64Array(target.length).fill(1);
  const every = 10;
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
      if (k === 0) firstLosses.push(lossOf(options.loss, scores, target, held));
      const stale = k === 0 && at - 1 - firstLosses.indexOf(Math.min(...firstLosses)) >= patience;
      if (at < reached && !stale && budget.hasTime((k + 1) / folds)) return true;
      reached = Math.min(reached, at);
      return false;
    };
    return boost(
      { columns, allowed, target, weight, rows, random: seededRandom(seed * 1009 + k), afterRound },
      options,
    );
  });
  const losses = checkpoints.slice(0, reached).map((scores) => lossOf(options.loss, scores, target, known));
  const best = losses.indexOf(Math.min(...losses));
  return {
    members: members.map(({ base, trees }) => ({ base, trees: trees.slice(0, (best + 1) * every) })),
    outOfFold: checkpoints[best] as Float64Array,
  };
};

const lossOf = (loss: BoostOptions['loss'], scores: Float64Array, target: Float64Array, rows: Int32Array): number => {
  let sum = 0;
  for (const i of rows) {
    const y = target[i] as number;
    const score = scores[i] as number;
    if (loss === 'squared') sum += (score - y) ** 2;
    else sum -= Math.log(Math.max(1e-9, y === 1 ? sigmoid(score) : 1 - sigmoid(score)));
  }
  return sum / rows.length;
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
    ...data.failed.filter(hasBoth).map((target) => ({ target, options: { ...failureOptions, ...probe } })),
  ];
  const thin = Math.max(1, Math.ceil(data.rul.length / probeRows));
  const candidates = featureFamilies
    .map(({ name, has }) => ({ name, allowed: features.flatMap((feature, i) => (has(feature) ? [i] : [])) }))
    .filter(({ name, allowed }) => name === 'all' || (allowed.length > 0 && allowed.length < features.length));
  const lossOfCandidate = (allowed: readonly number[], candidate: number): number =>
    tasks.reduce((sum, { target, options }, task) => {
      const part = budget.until((candidate * tasks.length + task + 1) / (candidates.length * tasks.length));
      const { outOfFold } = crossFit({ ...fitting, budget: part }, target, allowed, options, thin);
      return sum + lossOf(options.loss, outOfFold, target, knownRows(target)) / lossOfConstant(options.loss, target);
    }, 0);
  const [all, ...smaller] = candidates.map(
    (candidate, n): Scored => ({ ...candidate, loss: lossOfCandidate(candidate.allowed, n) }),
  );
  if (!all) throw new Error('the family of all features is missing');
  const best = smaller.reduce((a, b) => (b.loss < a.loss ? b : a), all);
  return best.loss < (1 - leastGain) * all.loss ? best : all;
};

const median = (values: Float32Array): number | null => {
  const sorted = values.filter((v) => Number.isFinite(v)).sort();
  return sorted[sorted.length >> 1] ?? null;
};

const metricsOf = (data: Dataset, life: CrossFit, cap: number, quantiles: TargetModel['quantiles']): TargetMetrics => {
  let rows = 0;
  let square = 0;
  let covered = 0;
  let width = 0;
  data.rul.forEach((truth, i) => {
    if (!Number.isFinite(truth)) return;
    const forecast = Math.max(0, Math.min(cap, life.outOfFold[i] as number));
    const [low, , , , high] = lifeQuantilesAt(quantiles, forecast) as [number, number, number, number, number];
    rows++;
    square += (forecast - truth) ** 2;
    covered += Number(low <= truth && truth <= high);
    width += high - low;
  });
  return {
    machines: new Set(data.machine).size,
    failures: data.failures,
    rows,
    rmse: Math.sqrt(square / rows),
    coverage90: covered / rows,
    meanWidth90: width / rows,
    horizons: [],
  };
};

const take = (values: Float64Array, rows: Int32Array): Float64Array =>
  Float64Array.from(rows, (i) => values[i] as number);

const fitHorizon = (fitting: Fitting, index: number, allowed: readonly number[]) => {
  const target = fitting.data.failed[index] as Float64Array;
  const horizon = fitting.data.horizons[index] as number;
  const known = knownRows(target);
  const failed = take(target, known);
  const { members, outOfFold } = crossFit(fitting, target, allowed, failureOptions);
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
  budget: Budget;
}): TargetModel => {
  const { data, features, seed, budget } = args;
  const edges: BinEdges[] = data.features.map(learnEdges);
  const columns = data.features.map((values, f) => binColumn(edges[f] as BinEdges, values));
  const fitting = { data, columns, ...foldRows(data.machine, seededRandom(seed)), seed };
  const { name, allowed } = chooseFamily({ ...fitting, budget: budget.until(0.2) }, features);
  const life = crossFit({ ...fitting, budget: budget.until(0.65) }, data.rul, allowed, lifeOptions);
  const cap = args.rulCap ?? Number.POSITIVE_INFINITY;
  const known = knownRows(data.rul);
  const forecast = take(life.outOfFold, known).map((v) => Math.max(0, Math.min(cap, v)));
  const quantiles = learnLifeQuantiles(
    forecast,
    take(data.rul, known),
    data.machine.filter((_, i) => Number.isFinite(data.rul[i])),
    cap,
  );
  const usable = data.horizons.flatMap((_, h) => (data.failed[h]?.some((y) => Number.isFinite(y)) ? [h] : []));
  const horizons = usable.map((h, n) =>
    fitHorizon({ ...fitting, budget: budget.until(0.65 + (0.35 * (n + 1)) / usable.length) }, h, allowed),
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
    typical: data.features.map(median),
    metrics: { ...metricsOf(data, life, cap, quantiles), horizons: horizons.map(({ metrics }) => metrics) },
  };
};
