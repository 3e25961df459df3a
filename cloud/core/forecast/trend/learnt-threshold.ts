import type { Lessons } from '../method.ts';

/** Where past failures came on the level of one point, in the units of the signal. */
export interface LearntThreshold {
  /** Where the numbers of the point begin in the section. */
  readonly place: number;
  /** 1 when failure lies above, -1 when below. */
  readonly direction: 1 | -1;
  readonly level: number;
  /** Of the level at which the next machine will fail. */
  readonly variance: number;
}

/** The level at failures must be so many deviations away from that of the first halves of lives: else it tells nothing. */
const leastDeviations = 3;
/** Of fewer healthy rows no deviation is known. */
const leastHealthyRows = 9;
/** How much levels at failures differ, against the way there, before any two were seen. */
const usualSpread = 0.25;

type FailedRows = Pick<Lessons, 'inputs' | 'life' | 'left' | 'endedInFailure'>;

interface LevelsAt {
  readonly atFailure: readonly number[];
  readonly healthy: readonly number[];
}

/** Levels at the last rows of failed lives, and over the first halves of all. */
const levelsAt = (
  { inputs, life, left, endedInFailure }: FailedRows,
  place: number,
  rows: readonly number[],
): LevelsAt => {
  const distance = inputs[place] as Float32Array;
  const first = new Map<number, number>();
  const last = new Map<number, number>();
  for (const row of rows) {
    const of = life[row] as number;
    if (!first.has(of)) first.set(of, left[row] as number);
    if (Number.isFinite(distance[row])) last.set(of, row);
  }
  const level = (row: number) => -(distance[row] as number);
  return {
    atFailure: [...last.values()].filter((row) => endedInFailure[row] === 1).map(level),
    healthy: rows
      .filter((row) => (left[row] as number) >= (first.get(life[row] as number) as number) / 2)
      .map(level)
      .filter(Number.isFinite),
  };
};

const meanOf = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length;
const squaresOf = (values: readonly number[], mean: number): number =>
  values.reduce((sum, v) => sum + (v - mean) ** 2, 0);

/**
 * The level of the point that tells failures best from healthy lives, and how sure it is: the spread of few levels is held
 * to a usual one, as if by one more failure.
 * @param places of the points whose level is followed.
 * @returns undefined when nothing has failed or no point announced it.
 */
export const learnThreshold = (lessons: FailedRows, places: readonly number[]): LearntThreshold | undefined => {
  const rows = [...lessons.life.keys()];
  const found = places.flatMap((place) => {
    const { atFailure, healthy } = levelsAt(lessons, place, rows);
    if (atFailure.length === 0 || healthy.length < leastHealthyRows) return [];
    const level = meanOf(atFailure);
    const usual = meanOf(healthy);
    const way = level - usual;
    const spread = (squaresOf(atFailure, level) + (usualSpread * way) ** 2) / atFailure.length;
    const deviations = Math.abs(way) / Math.sqrt(spread + squaresOf(healthy, usual) / healthy.length);
    const variance = spread * (1 + 1 / atFailure.length);
    const direction: 1 | -1 = way > 0 ? 1 : -1;
    return [{ place, direction, level, variance, deviations }];
  });
  const best = found.sort((a, b) => b.deviations - a.deviations || a.place - b.place)[0];
  if (!best || best.deviations < leastDeviations) return undefined;
  const { deviations: _, ...threshold } = best;
  return threshold;
};
