import { quantileLevels } from '../blend/calibration.ts';
import type { JobKind } from '../jobs.ts';
import type { Estimate, Lessons } from '../method.ts';
import { rowOf } from '../row-estimates.ts';
import { learnSimilarity } from './learn-similarity.ts';
import { type PastLife, pastLivesOf, rowGapOf } from './past-lives.ts';
import { logOddsWithin, pointOf, quantilesOf } from './remaining-life.ts';
import { remainingBySimilarity, type Similarity } from './similarity.ts';

export interface SimilarityState {
  readonly similarity: Similarity;
  readonly relativeUnit: number | null;
  /** Null where remaining life has no cap; JSON knows no infinity. */
  readonly cap: number | null;
  readonly horizons: readonly number[];
  readonly failures: number;
}

/** The first number of the section is the age, the others are what the index is made of. */
export const ageAt = 0;
export const firstInput = 1;

export const estimateBySimilarity = (state: SimilarityState, section: Float64Array): Required<Estimate> => {
  const life = remainingBySimilarity(
    state.similarity,
    section[ageAt] as number,
    (f) => section[firstInput + f] as number,
  );
  const cap = state.cap ?? Number.POSITIVE_INFINITY;
  return {
    life: pointOf(life, cap, state.relativeUnit),
    quantiles: quantilesOf(life, quantileLevels, cap),
    margins: state.horizons.map((horizon) => logOddsWithin(life, horizon)),
  };
};

/** One fold of a cross-fit: learns from the lives outside of it and answers its rows. */
export interface SimilarityFold {
  readonly lessons: Omit<Lessons, 'inputInfos'>;
  /** A number that is no fold: learns from all lives and answers no row. */
  readonly held: number;
  readonly endMs: number;
}

export interface SimilarityAnswer {
  readonly state: SimilarityState;
  /** The rows of the fold, and for each what is said of it. */
  readonly rows: readonly number[];
  readonly said: readonly Required<Estimate>[];
}

/** A life of one row has no length to learn from; it is forecast like any other. */
const teaches = ({ length }: PastLife): boolean => length > 0;

export const failuresIn = (lives: readonly PastLife[]): number =>
  lives.filter((life) => life.failed && teaches(life)).length;

/** Null where nothing failed outside of the fold; 'late' where the time did not suffice. */
const compare = ({ lessons, held, endMs }: SimilarityFold, now: () => number): SimilarityAnswer | 'late' | null => {
  const [age, ...inputs] = lessons.inputs as readonly [Float32Array, ...Float32Array[]];
  const { left, cap, horizons, relativeUnit } = lessons;
  const lives = pastLivesOf(lessons, age);
  const others = lives.filter((one) => one.fold !== held && teaches(one));
  if (failuresIn(others) === 0) return null;
  if (now() >= endMs) return 'late';
  const state: SimilarityState = {
    similarity: learnSimilarity(others, { age, left, inputs }, rowGapOf(lessons)),
    relativeUnit,
    cap: Number.isFinite(cap) ? cap : null,
    horizons,
    failures: failuresIn(others),
  };
  const rows = [...left.keys()].filter((row) => lessons.fold[row] === held);
  const said: Required<Estimate>[] = [];
  for (const row of rows) {
    if (now() >= endMs) return 'late';
    said.push(estimateBySimilarity(state, rowOf(lessons.inputs, row)));
  }
  return { state, rows, said };
};

/** Compares the rows of one fold with the past lives of the others. */
export const compareFold: JobKind<SimilarityFold, SimilarityAnswer | 'late' | null> = {
  name: 'compare-lives',
  run: compare,
};
