import { seededRandom } from '@kuluma/shared/clock.ts';

/** By how much a sum over seeds changes, in per cent, with an interval that holds 95 of 100 such samples of seeds. */
export interface PairedChange {
  readonly percent: number;
  readonly from: number;
  readonly to: number;
  /** The seed with which it changes for the worse most. */
  readonly worst: number;
}

const resamples = 10_000;

const percentOf = (before: readonly number[], after: readonly number[]): number =>
  100 * (after.reduce((sum, value) => sum + value, 0) / before.reduce((sum, value) => sum + value, 0) - 1);

/**
 * The change between two ways of doing the same, seed by seed the same world: seeds are drawn anew in pairs (bootstrap;
 * Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13).
 */
export const pairedChange = (before: readonly number[], after: readonly number[]): PairedChange => {
  const random = seededRandom(1);
  const changes = Array.from({ length: resamples }, () => {
    const drawn = before.map(() => Math.floor(random() * before.length));
    return percentOf(
      drawn.map((seed) => before[seed] ?? 0),
      drawn.map((seed) => after[seed] ?? 0),
    );
  }).sort((a, b) => a - b);
  return {
    percent: percentOf(before, after),
    from: changes[Math.floor(0.025 * resamples)] ?? Number.NaN,
    to: changes[Math.floor(0.975 * resamples)] ?? Number.NaN,
    worst: Math.max(...before.map((value, seed) => percentOf([value], [after[seed] ?? 0]))),
  };
};
