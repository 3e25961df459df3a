import { quantileLevels } from '../blend/calibration.ts';
import type { Estimate, FitOptions, Fitted, Lessons, Method, NotFitted, Reasons } from '../method.ts';
import { rowGapOf } from '../past-lives/past-lives.ts';
import {
  lifeEdges,
  logOddsWithin,
  normalised,
  pointOf,
  quantilesOf,
  type RemainingLife,
} from '../past-lives/remaining-life.ts';
import { createRowEstimates, rowOf } from '../row-estimates.ts';
import { likelyCrossedWithin } from './first-passage.ts';
import { growthOver } from './growth.ts';
import { type LearntThreshold, learnThreshold } from './learnt-threshold.ts';
import { towardsOf, trendNumbers } from './trend-section.ts';

export interface TrendReach {
  /** Where the numbers of each point with a given threshold for this component begin in the section. */
  readonly places: readonly number[];
  /** Where none is given, what past failures taught; null where they taught nothing. */
  readonly learnt: LearntThreshold | null;
  readonly points: readonly string[];
  /** By place, 1 when failure lies above, -1 when below. */
  readonly directions: readonly (readonly [place: number, direction: 1 | -1])[];
  readonly least: number;
  /** Nothing is told beyond this remaining life, in the time unit. */
  readonly reach: number;
  readonly cap: number | null;
  readonly relativeUnit: number | null;
  readonly horizons: readonly number[];
}

/** A trend is followed over this many times the longest life that was ever watched. */
const reachOfWatched = 3;

type Numbers = readonly [
  distance: number,
  speed: number,
  distanceVariance: number,
  covariance: number,
  speedVariance: number,
  diffusion: number,
  wander: number,
  growth: number,
  growthSpread: number,
];

/** A point on its way to its threshold. */
interface OnItsWay {
  readonly numbers: Numbers;
  /** It still runs, so that a threshold that is not known for sure lies ahead. */
  readonly isAhead: boolean;
}

const numbersAt = (section: Float64Array, place: number): Numbers =>
  [...section.subarray(place, place + trendNumbers.length)] as unknown as Numbers;

/** The numbers of a level as those of its distance to a threshold that failures taught. */
const towardsLearnt = (section: Float64Array, { place, direction, level, variance }: LearntThreshold): OnItsWay => {
  const [toZero, speed, levelVariance, ...rest] = numbersAt(section, place);
  const numbers: Numbers = [direction * (level + toZero), direction * speed, levelVariance + variance, ...rest];
  return { numbers, isAhead: true };
};

/** Middles of three parts of the normal law that weigh the same, of its deviation: how fast machines speed up. */
const thirds: readonly number[] = [-Math.sqrt(1.5), 0, Math.sqrt(1.5)];

/** P(this point reaches its threshold within `time`) where its speed grows and wanders: by the mean speed until then. */
const reachedAtGrowth = ({ numbers, isAhead }: OnItsWay, growth: number, time: number): number => {
  const [distance, speed, distanceVariance, covariance, speedVariance, diffusion, wander] = numbers;
  const grown = growthOver(growth, time);
  const faster = grown.reach / time;
  return likelyCrossedWithin(
    {
      distance,
      drift: faster * speed,
      distanceVariance,
      covariance: faster * covariance,
      driftVariance: faster ** 2 * speedVariance + (wander * grown.levelVariance) / time ** 2,
      diffusion,
      isAhead,
    },
    time,
  );
};

const reachedWithin = (point: OnItsWay, time: number): number => {
  const [, , , , , , , growth, growthSpread] = point.numbers;
  if (growth === 0) return reachedAtGrowth(point, 0, time);
  const by = thirds.map((z) => reachedAtGrowth(point, growth * Math.exp(z * growthSpread), time));
  return by.reduce((sum, p) => sum + p, 0) / thirds.length;
};

/** Remaining life up to the first threshold that any point reaches; undefined while none of them was measured. */
const remainingByTrend = (state: TrendReach, section: Float64Array): RemainingLife | undefined => {
  const given = state.places.map((place) => ({ numbers: numbersAt(section, place), isAhead: false }));
  const points = state.learnt ? [...given, towardsLearnt(section, state.learnt)] : given;
  const known = points.filter(({ numbers: [distance] }) => !Number.isNaN(distance));
  if (known.length === 0) return undefined;
  const edges = lifeEdges(state.least, state.reach);
  let before = 0;
  const weights = Float64Array.from({ length: edges.length - 1 }, (_, c) => {
    const untouched = known.reduce((p, point) => p * (1 - reachedWithin(point, edges[c + 1] as number)), 1);
    const within = c === edges.length - 2 ? 1 : Math.max(before, 1 - untouched);
    const weight = within - before;
    before = within;
    return weight;
  });
  return normalised(edges, weights);
};

const notKnown = (state: TrendReach): Required<Estimate> => ({
  life: Number.NaN,
  margins: state.horizons.map(() => Number.NaN),
  quantiles: quantileLevels.map(() => Number.NaN),
});

export const estimateByTrend = (state: TrendReach, section: Float64Array): Required<Estimate> => {
  const life = remainingByTrend(state, section);
  if (!life) return notKnown(state);
  const cap = Math.min(state.reach, state.cap ?? state.reach);
  return {
    life: pointOf(life, cap, state.relativeUnit),
    quantiles: quantilesOf(life, quantileLevels, cap),
    margins: state.horizons.map((horizon) => logOddsWithin(life, horizon)),
  };
};

type TrendLessons = Pick<
  Lessons,
  'component' | 'inputs' | 'inputInfos' | 't' | 'life' | 'left' | 'endedInFailure' | 'cap' | 'relativeUnit' | 'horizons'
>;

/** Where the points that tell of this component stand in the section, those with a given threshold or those without. */
const placesFor = ({ component, inputInfos }: TrendLessons, isGiven: boolean): number[] =>
  inputInfos.flatMap((info, i) => {
    const towards = towardsOf(info.name);
    const tells = info.component === undefined || info.component === component;
    return towards && (towards !== 'learnt') === isGiven && tells ? [i] : [];
  });

/** How points move was learnt with the section; where no threshold is given, failures teach one. */
export const trendStateOf = (lessons: TrendLessons): TrendReach => {
  const places = placesFor(lessons, true);
  const learnt = places.length > 0 ? undefined : learnThreshold(lessons, placesFor(lessons, false));
  const watched = lessons.left.reduce((most, left) => Math.max(most, left), 0);
  const least = rowGapOf(lessons);
  return {
    places,
    learnt: learnt ?? null,
    directions: [
      ...places.map((place) => [place, towardsOf(lessons.inputInfos[place]?.name ?? '') === 'below' ? -1 : 1] as const),
      ...(learnt ? [[learnt.place, learnt.direction] as const] : []),
    ],
    points: [...new Set((learnt ? [learnt.place] : places).map((place) => lessons.inputInfos[place]?.point ?? ''))],
    least,
    reach: reachOfWatched * Math.max(watched, least),
    cap: Number.isFinite(lessons.cap) ? lessons.cap : null,
    relativeUnit: lessons.relativeUnit,
    horizons: lessons.horizons,
  };
};

export const knowsThreshold = ({ places, learnt }: TrendReach): boolean => places.length > 0 || learnt !== null;

const fit = async (lessons: Lessons, { now, budget }: FitOptions): Promise<Fitted<TrendReach> | NotFitted> => {
  const state = trendStateOf(lessons);
  // A threshold that failures taught is for fleets where nothing can be judged: with more, past lives tell the same better.
  if (state.places.length === 0) return { leftOut: [] };
  const said = createRowEstimates(lessons);
  const endMs = budget.deadline(1);
  for (const row of lessons.t.keys()) {
    if (now() >= endMs) return { leftOut: [{ code: 'METHOD_LATE', facts: { method: trendToThreshold.name } }] };
    said.add(row, estimateByTrend(state, rowOf(lessons.inputs, row)));
  }
  const { life, margins, quantiles } = said;
  return { state, life, margins, quantiles, leftOut: [] };
};

/** Each point shortens the life by what it would be longer if that point stood still far from its threshold. */
const explain = (state: TrendReach, section: Float64Array): Reasons => {
  const contributions = new Float64Array(section.length);
  const whole = estimateByTrend(state, section).life;
  for (const place of state.places) {
    const without = estimateByTrend({ ...state, places: state.places.filter((one) => one !== place) }, section).life;
    const moved = whole - (Number.isNaN(without) ? state.reach : without);
    contributions[place] = Number.isFinite(moved) ? moved : 0;
  }
  const { learnt } = state;
  if (learnt && Number.isFinite(whole)) contributions[learnt.place] = whole - state.reach;
  const typical: (number | null)[] = [...section].map(() => null);
  // A distance that is left is told as a level that is near: high where failure lies above.
  for (const [place, towards] of state.directions) typical[place] = towards * Number.NEGATIVE_INFINITY;
  return { contributions, typical };
};

/**
 * Remaining life until a point reaches its threshold of failure, as its present speed and noise let expect: knows without
 * any failure seen; where no threshold is given, that of few failures.
 * Sources: N. Gebraeel et al., Residual-life distributions from component degradation signals (2005), for the speed learnt
 * of the fleet and updated with each row; X.-S. Si et al., Remaining useful life estimation based on stochastic filtering
 * and first passage (2011-2013), for a speed that changes and is tracked by a Kalman filter.
 */
export const trendToThreshold: Method<TrendReach> = {
  name: 'trend',
  section: 'trend',
  fit,
  forecast: estimateByTrend,
  explain,
  describe: ({ points, learnt }) =>
    `${points.join(', ')} to ${learnt ? 'the level of past failures' : 'the given threshold'}`,
};
