import { quantileLevels } from '../blend/calibration.ts';
import type { Estimate, FitOptions, Fitted, Lessons, Method, NotFitted, Reasons } from '../method.ts';
import { createRowEstimates } from '../row-estimates.ts';
import { indexOf } from './degradation-index.ts';
import { learnSimilarity } from './learn-similarity.ts';
import { type PastLife, pastLivesOf, rowGapOf } from './past-lives.ts';
import { logOddsWithin, pointOf, quantilesOf, type RemainingLife } from './remaining-life.ts';
import { type PastRows, remainingBySimilarity, remainingWhen, type Similarity } from './similarity.ts';

interface State {
  readonly similarity: Similarity;
  readonly relativeUnit: number | null;
  /** Null where remaining life has no cap; JSON knows no infinity. */
  readonly cap: number | null;
  readonly horizons: readonly number[];
  readonly failures: number;
}

/** The first number of the section is the age, the others are what the index is made of. */
const ageAt = 0;
const firstInput = 1;

const distributionOf = ({ similarity }: State, section: Float64Array): RemainingLife =>
  remainingBySimilarity(similarity, section[ageAt] as number, (f) => section[firstInput + f] as number);

const estimateOf = (state: State, section: Float64Array): Required<Estimate> => {
  const life = distributionOf(state, section);
  const cap = state.cap ?? Number.POSITIVE_INFINITY;
  return {
    life: pointOf(life, cap, state.relativeUnit),
    quantiles: quantilesOf(life, quantileLevels, cap),
    margins: state.horizons.map((horizon) => logOddsWithin(life, horizon)),
  };
};

const failuresIn = (lives: readonly PastLife[]): number => lives.filter(({ failed }) => failed).length;

const learnState = (lessons: Lessons, lives: readonly PastLife[], rows: PastRows): State => {
  const { cap, horizons, relativeUnit } = lessons;
  return {
    similarity: learnSimilarity(lives, rows, rowGapOf(lessons)),
    relativeUnit,
    cap: Number.isFinite(cap) ? cap : null,
    horizons,
    failures: failuresIn(lives),
  };
};

const fit = async (lessons: Lessons, { now, budget }: FitOptions): Promise<Fitted<State> | NotFitted> => {
  const [age, ...inputs] = lessons.inputs as readonly [Float32Array, ...Float32Array[]];
  const rows: PastRows = { age, left: lessons.left, inputs };
  const lives = pastLivesOf(lessons, age);
  // A life of one row has no length to learn from; it is forecast like any other.
  const teaching = lives.filter(({ length }) => length > 0);
  if (failuresIn(teaching) === 0) return { leftOut: ['no past life: none that failed was watched for a while'] };
  const said = createRowEstimates(lessons);
  for (let fold = 0; fold < lessons.folds; fold++) {
    const others = teaching.filter((one) => one.fold !== fold);
    if (failuresIn(others) === 0) continue;
    if (now() >= budget.deadline(1)) return { leftOut: ['no time was left to compare with past lives'] };
    const state = learnState(lessons, others, rows);
    for (const { firstRow, endRow } of lives.filter((one) => one.fold === fold))
      for (let row = firstRow; row < endRow; row++) said.add(row, (section) => estimateOf(state, section));
  }
  const { life, margins, quantiles } = said;
  return { state: learnState(lessons, teaching, rows), life, margins, quantiles, leftOut: [] };
};

/** How far the index is moved to see what that does to the forecast, in deviations among lives. */
const probeDeviations = 0.5;

/** Each input moves the forecast as far as it moves the index. */
const explain = (state: State, section: Float64Array): Reasons => {
  const { similarity, relativeUnit } = state;
  const { index, spread } = similarity;
  const cap = state.cap ?? Number.POSITIVE_INFINITY;
  const worn = indexOf(index, (f) => section[firstInput + f] as number);
  const step = probeDeviations * spread;
  const lifeAt = (at: number) => pointOf(remainingWhen(similarity, section[ageAt] as number, at), cap, relativeUnit);
  const slope = step > 0 ? (lifeAt(worn + step) - lifeAt(worn - step)) / (2 * step) : 0;
  const contributions = new Float64Array(section.length);
  index.weight.forEach((weight, f) => {
    const away = (section[firstInput + f] as number) - (index.mean[f] as number);
    contributions[firstInput + f] = Number.isFinite(away) ? slope * weight * away : 0;
  });
  return { contributions, typical: [null, ...index.mean] };
};

/** Remaining life as past failures tell it: from the age, and from how far lives that looked like this had come. */
export const similarLives: Method<State> = {
  name: 'similar-lives',
  section: 'wear',
  fit,
  forecast: estimateOf,
  explain,
  describe: ({ similarity, failures }) =>
    `${failures} past failures, their likeness trusted to ${Math.round(100 * similarity.trust)} %`,
};
