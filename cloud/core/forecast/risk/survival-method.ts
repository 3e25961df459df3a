import type { Estimate, FitOptions, Fitted, Lessons, Method, NotFitted } from '../method.ts';
import { rowGapOf } from '../past-lives/past-lives.ts';
import { lifeEdges, pointOf, type RemainingLife } from '../past-lives/remaining-life.ts';
import { hazardOf, marginOf } from './hazard.ts';
import { hazardUpTo, kaplanMeier, learnWeibull, type Survival, type WatchedLife } from './survival-curves.ts';

interface State {
  readonly survival: Survival;
  /** Place of the age among the inputs. */
  readonly ageAt: number;
  readonly horizons: readonly number[];
  readonly edges: number[];
  /** Null where remaining life has no cap; JSON knows no infinity. */
  readonly cap: number | null;
  readonly relativeUnit: number | null;
  readonly failures: number;
}

/** Remaining lives are told up to so many times the longest that was seen. */
const reach = 3;
/** From fewer failures on other machines neither law says anything. */
const leastFailures = 2;

const learners = [learnWeibull, kaplanMeier] as const;

const livesOf = ({ life, left, endedInFailure, fold }: Lessons, age: Float32Array) =>
  [...life.keys()]
    .filter((row) => row === 0 || life[row] !== life[row - 1])
    .map((row) => {
      const entry = age[row] as number;
      const failed = endedInFailure[row] === 1;
      return { entry, exit: entry + (left[row] as number), failed, fold: fold[row] as number };
    })
    .filter(({ entry, exit }) => exit > entry);

const remainingAt = ({ survival, edges }: State, age: number): RemainingLife => {
  const now = hazardUpTo(survival, age);
  const alive = edges.map((edge) => Math.exp(now - hazardUpTo(survival, age + edge)));
  const last = edges.length - 2;
  return {
    edges: Float64Array.from(edges),
    probability: Float64Array.from({ length: last + 1 }, (_, c) =>
      c === last ? (alive[c] as number) : (alive[c] as number) - (alive[c + 1] as number),
    ),
  };
};

const marginAt = (survival: Survival, age: number, horizon: number): number =>
  marginOf(hazardUpTo(survival, age + horizon) - hazardUpTo(survival, age));

const forecast = (state: State, section: Float64Array): Estimate => {
  const age = section[state.ageAt] as number;
  return {
    life: pointOf(remainingAt(state, age), state.cap ?? Number.POSITIVE_INFINITY, state.relativeUnit),
    margins: state.horizons.map((horizon) => marginAt(state.survival, age, horizon)),
  };
};

/** Loss of failure probabilities by one law, learnt without the fold of each row: the negative log-likelihood. */
const lossOf = (lessons: Lessons, age: Float32Array, byFold: readonly Survival[]): number =>
  lessons.horizons.reduce((sum, horizon, h) => {
    const failed = lessons.failed[h] as Float64Array;
    return failed.reduce((total, y, row) => {
      if (Number.isNaN(y)) return total;
      const margin = marginAt(byFold[lessons.fold[row] as number] as Survival, age[row] as number, horizon);
      return total + hazardOf(y === 1 ? -margin : margin);
    }, sum);
  }, 0);

const fit = async (lessons: Lessons, { now, budget }: FitOptions): Promise<Fitted<State> | NotFitted> => {
  const ageAt = lessons.inputInfos.findIndex(({ name }) => name === 'age');
  const age = lessons.inputs[ageAt];
  if (!age) throw new Error('the section of the survival method has no age');
  const lives = livesOf(lessons, age);
  const without = (fold: number) => lives.filter((life) => life.fold !== fold);
  const failuresOf = (some: readonly WatchedLife[]) => some.filter(({ failed }) => failed).length;
  const folds = [...new Array(lessons.folds).keys()];
  if (folds.some((fold) => failuresOf(without(fold)) < leastFailures))
    return { leftOut: [{ code: 'NO_LIFE_LAW', facts: {} }] };
  const [best] = learners
    .map((learn) => ({ learn, byFold: folds.map((fold) => learn(without(fold))) }))
    .map((one) => ({ ...one, loss: lossOf(lessons, age, one.byFold) }))
    .sort((a, b) => a.loss - b.loss);
  if (!best) throw new Error('there is no law of lives');
  const longest = lives.reduce((most, { exit }) => Math.max(most, exit), 0);
  const shared = {
    ageAt,
    horizons: lessons.horizons,
    edges: [...lifeEdges(rowGapOf(lessons), reach * longest)],
    cap: Number.isFinite(lessons.cap) ? lessons.cap : null,
    relativeUnit: lessons.relativeUnit,
    failures: failuresOf(lives),
  };
  const section = new Float64Array(lessons.inputs.length);
  const life = new Float64Array(age.length);
  const margins = lessons.horizons.map(() => new Float64Array(age.length));
  const endMs = budget.deadline(1);
  for (const [row, at] of age.entries()) {
    if (now() >= endMs) return { leftOut: [{ code: 'METHOD_LATE', facts: { method: 'law' } }] };
    section[ageAt] = at;
    const estimate = forecast({ ...shared, survival: best.byFold[lessons.fold[row] as number] as Survival }, section);
    life[row] = estimate.life;
    estimate.margins.forEach((margin, h) => {
      (margins[h] as Float64Array)[row] = margin;
    });
  }
  return { state: { ...shared, survival: best.learn(lives) }, life, margins, leftOut: [] };
};

/** Life by age alone: what a component tells of which nothing is measured. */
export const lifeByAge: Method<State> = {
  name: 'life-by-age',
  section: 'features',
  fit,
  forecast,
  describe: ({ survival, failures }) =>
    survival.law === 'weibull'
      ? `${failures} failures, Weibull with shape ${survival.shape.toFixed(1)} and scale ${survival.scale.toPrecision(3)}`
      : `${failures} failures, steps at ${survival.age.length} ages`,
};
