import type { BoostOptions } from './gradient-boosting.ts';

/** Fits of remaining life at full effort. */
export const lifeOptions: BoostOptions = {
  loss: 'squared',
  rounds: 200,
  learningRate: 0.05,
  maxLeaves: 24,
  minLeafWeight: 20,
  l2: 1,
  rowShare: 0.4,
  columnShare: 0.4,
};

/** Fits of the hazard by ages and attributes: failures are rare, and few inputs tell it. */
export const baselineOptions: BoostOptions = {
  loss: 'logistic',
  rounds: 80,
  learningRate: 0.05,
  maxLeaves: 6,
  minLeafWeight: 0.5,
  l2: 1,
  rowShare: 0.7,
  columnShare: 0.5,
};

/** Fits of failure within a span of time at full effort. */
export const failureOptions: BoostOptions = {
  loss: 'logistic',
  rounds: 160,
  learningRate: 0.05,
  maxLeaves: 24,
  minLeafWeight: 2,
  l2: 2,
  rowShare: 0.8,
  columnShare: 0.7,
};
/** Columns that a fit of failures keeps, and what differs in the quick fit that ranks them. */
export const keptForFailures = 20;
export const screening = { rounds: 60, learningRate: 0.1, maxLeaves: 4, rowShare: 0.5, columnShare: 0.5 };

/** What differs in the small fits that compare feature families. */
export const probe = { rounds: 40, learningRate: 0.15, maxLeaves: 10, rowShare: 0.4, columnShare: 0.25 };
export const probeRows = 6_000;

export const mostFolds = 5;
export const mostRows = 24_000;
