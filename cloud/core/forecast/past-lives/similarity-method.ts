import { shareFloats } from '../jobs.ts';
import type { Estimate, FitOptions, Fitted, Lessons, Method, NotFitted, Reasons } from '../method.ts';
import { createRowEstimates } from '../row-estimates.ts';
import { indexOf } from './degradation-index.ts';
import { pastLivesOf } from './past-lives.ts';
import { pointOf } from './remaining-life.ts';
import { remainingWhen } from './similarity.ts';
import {
  ageAt,
  compareFold,
  estimateBySimilarity,
  failuresIn,
  firstInput,
  type SimilarityState,
} from './similarity-job.ts';

const fit = async (
  lessons: Lessons,
  { budget, run, report }: FitOptions,
): Promise<Fitted<SimilarityState> | NotFitted> => {
  const { inputInfos: _, inputs, folds, ...rest } = lessons;
  const lives = pastLivesOf(lessons, inputs[ageAt] as Float32Array);
  if (failuresIn(lives) === 0) return { leftOut: [{ code: 'NO_PAST_LIFE', facts: {} }] };
  const shared = { ...rest, folds, inputs: inputs.map(shareFloats) };
  let done = 0;
  const answers = await Promise.all(
    Array.from({ length: folds + 1 }, async (_, held) => {
      const [answer] = await run(compareFold, [{ lessons: shared, held, endMs: budget.deadline(1) }]);
      report(++done / (folds + 1));
      return answer ?? null;
    }),
  );
  const whole = answers.at(-1);
  if (answers.includes('late') || !whole || whole === 'late')
    return { leftOut: [{ code: 'METHOD_LATE', facts: { method: similarLives.name } }] };
  const said = createRowEstimates(lessons);
  for (const answer of answers)
    if (answer && answer !== 'late')
      answer.rows.forEach((row, i) => {
        said.add(row, answer.said[i] as Required<Estimate>);
      });
  const { life, margins, quantiles } = said;
  return { state: whole.state, life, margins, quantiles, leftOut: [] };
};

/** How far the index is moved to see what that does to the forecast, in deviations among lives. */
const probeDeviations = 0.5;

/** Each input moves the forecast as far as it moves the index. */
const explain = (state: SimilarityState, section: Float64Array): Reasons => {
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
export const similarLives: Method<SimilarityState> = {
  name: 'similar-lives',
  section: 'wear',
  fit,
  forecast: estimateBySimilarity,
  explain,
  describe: ({ similarity, failures }) =>
    `${failures} past failures, their likeness trusted to ${Math.round(100 * similarity.trust)} %`,
};
