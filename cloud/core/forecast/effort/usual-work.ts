import { featureFamilies } from '../trees/choose-family.ts';
import {
  baselineOptions,
  failureOptions,
  keptForFailures,
  lifeOptions,
  mostFolds,
  probe,
  probeRows,
  screening,
} from '../trees/fit-options.ts';
import type { BoostOptions } from '../trees/gradient-boosting.ts';
import { type Effort, hurry } from './effort.ts';

/** What decides how much work a component is. */
export interface WorkShape {
  readonly rows: number;
  readonly columns: number;
  readonly horizons: number;
  /** Spans in which the time to the last horizon is told: each has its own trees (failure-risk.ts). */
  readonly spans: number;
}

// Measured on one core of a server of about 2020. They need not be right here: a machine that is slower is noticed on the
// way (pace.ts), and one that is quicker only ends sooner.
const nsPerInput = 400;
const nsPerValue = 1.3;
const nsPerBin = 4;
const nsPerRow = 40;
const bins = 256;
/** Ages and attributes, about as many as fleets have. */
const agesAbout = 8;
/** Part of the rounds that is really done: many fits end early, when validation stands still. */
const doneShare = 0.8;

/** Growing the trees of one fold: values read into histograms, bins subtracted and scanned, and rows scored each round. */
const fitMs = (options: BoostOptions, shape: WorkShape, learnt: number): number => {
  const values = learnt * options.rowShare * shape.columns * options.columnShare * Math.log2(options.maxLeaves);
  const scanned = options.maxLeaves * shape.columns * options.columnShare * bins;
  return (options.rounds * (nsPerValue * values + nsPerBin * scanned + nsPerRow * shape.rows)) / 1e6;
};

const othersShare = (mostFolds - 1) / mostFolds;

/** Usual time of computing a data set, in ms of one thread. */
export const buildMs = ({ rows, columns }: WorkShape): number => (rows * columns * nsPerInput) / 1e6;

/** Usual time of choosing a feature family. */
export const choosingMs = (shape: WorkShape): number => {
  const learnt = Math.min(shape.rows, probeRows) * othersShare;
  const each = fitMs({ ...lifeOptions, ...probe }, shape, learnt);
  return mostFolds * featureFamilies.length * (1 + shape.horizons) * each;
};

/** Usual time of growing all trees with this effort. */
export const growingMs = (shape: WorkShape, effort: Effort): number => {
  const learnt = shape.rows * othersShare;
  const failures = hurry(failureOptions, effort);
  const kept = { ...shape, columns: Math.min(keptForFailures, shape.columns) };
  const each = fitMs({ ...failures, ...screening }, shape, learnt) + doneShare * fitMs(failures, kept, learnt);
  const byAge =
    shape.spans > 0 ? doneShare * fitMs(hurry(baselineOptions, effort), { ...shape, columns: agesAbout }, learnt) : 0;
  return mostFolds * (doneShare * fitMs(hurry(lifeOptions, effort), shape, learnt) + byAge + shape.spans * each);
};
