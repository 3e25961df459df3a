import type { Random } from '@kuluma/shared/clock.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import type { RegionVisit } from './form-work.ts';

/** A component that wears out: lives are Weibull distributed, shape above 1. Costs in euros. */
export interface WearKind {
  readonly meanLifeDays: number;
  readonly shape: number;
  /** A planned replacement: parts and labour. */
  readonly replaceEuros: number;
  /** What a failure costs beyond that: standstill, damage that follows. */
  readonly failureEuros: number;
}

/** The gamma function above 1: Stirling's series (Abramowitz and Stegun 6.1.37), far enough out to be exact to 1e-9. */
const gamma = (x: number): number => {
  if (x < 12) return gamma(x + 1) / x;
  const series = 1 + 1 / (12 * x) + 1 / (288 * x ** 2) - 139 / (51840 * x ** 3) - 571 / (2488320 * x ** 4);
  return Math.sqrt((2 * Math.PI) / x) * (x / Math.E) ** x * series;
};

const scaleOf = ({ meanLifeDays, shape }: WearKind): number => meanLifeDays / gamma(1 + 1 / shape);

/** How likely a component lives longer than that many days. */
export const survival = (kind: WearKind, days: number): number =>
  Math.exp(-((Math.max(0, days) / scaleOf(kind)) ** kind.shape));

/** Life of a new component in days, by inversion. */
export const drawLife = (kind: WearKind, random: Random): number =>
  scaleOf(kind) * (-Math.log(1 - random())) ** (1 / kind.shape);

/** Standard normal, by Box and Muller (Annals of Mathematical Statistics 29, 1958). */
export const drawNormal = (random: Random): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** What readings of a forecaster are worth: a straight line over the share of a life that is gone, and its scatter. */
export interface Reader {
  readonly offset: number;
  readonly slope: number;
  /** One sigma. */
  readonly error: number;
}

/**
 * Learns from lives that have ended, by least squares, what readings tell. Of readings that tell nothing the line is
 * flat, and then no reading moves a forecast away from the base rate.
 * @param past readings with the share of the life that was gone; three at least
 */
export const learnReader = (past: readonly { readonly reading: number; readonly gone: number }[]): Reader => {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [gone, reading] = [mean(past.map((one) => one.gone)), mean(past.map((one) => one.reading))];
  const spread = mean(past.map((one) => (one.gone - gone) ** 2));
  const slope = mean(past.map((one) => (one.gone - gone) * (one.reading - reading))) / spread;
  const offset = reading - slope * gone;
  const error = Math.sqrt(mean(past.map((one) => (one.reading - offset - slope * one.gone) ** 2)));
  return { offset, slope, error };
};

/** A reading, and what readings of its kind are worth. */
export interface WearSignal {
  readonly reading: number;
  readonly reader: Reader;
}

/** Remaining life as probabilities of a grid of days; they sum to 1. */
export interface Remaining {
  readonly days: readonly number[];
  readonly probability: readonly number[];
}

/** From an hour to six years, each step a tenth longer: fine where a plan decides, coarse where it cannot matter. */
const grid: readonly number[] = Array.from({ length: 115 }, (_, i) => 1.1 ** i / 24);

/**
 * Remaining life of a component of an age: Bayes' rule on what lives of its kind are like and on what is read off it.
 * Without a signal the base rate is all that is known, so that a forecaster who knows nothing claims nothing.
 */
export const remainingLife = (kind: WearKind, ageDays: number, signal: WearSignal | undefined): Remaining => {
  const weights = grid.map((days, i) => {
    const from = i === 0 ? 0 : (grid[i - 1] as number);
    const prior = survival(kind, ageDays + from) - survival(kind, ageDays + days);
    if (!signal) return prior;
    const gone = ageDays / (ageDays + (from + days) / 2);
    const { offset, slope, error } = signal.reader;
    const deviation = (signal.reading - offset - slope * gone) / error;
    return prior * Math.exp(-(deviation ** 2) / 2);
  });
  const sum = weights.reduce((total, weight) => total + weight, 0);
  // A signal that no life of the kind could give is not believed.
  if (!(sum > 1e-300))
    return signal
      ? remainingLife(kind, ageDays, undefined)
      : { days: grid, probability: grid.map((_, i) => (i === 0 ? 1 : 0)) };
  return { days: grid, probability: weights.map((weight) => weight / sum) };
};

/** The day by which the component has failed with that probability. */
export const quantileDays = ({ days, probability }: Remaining, level: number): number => {
  let sum = 0;
  for (const [i, p] of probability.entries()) {
    if (sum + p >= level) {
      const from = i === 0 ? 0 : (days[i - 1] as number);
      return from + ((days[i] as number) - from) * ((level - sum) / p);
    }
    sum += p;
  }
  return days.at(-1) ?? 0;
};

/** Days from now at which a curve has a point: each of the next two weeks, then ever further apart. */
const knots = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 16, 19, 23, 28, 35, 45, 60, 80, 110, 150, 200];

/**
 * What a day of a component's life is worth: the least cost of a day that replacing at a fixed age can reach (Barlow and
 * Hunter, Operations Research 8, 1960).
 */
export const dayOfLifeEuros = (kind: WearKind): number => {
  const steps = 200;
  const step = (2 * kind.meanLifeDays) / steps;
  let lived = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let i = 1; i <= steps; i++) {
    const alive = survival(kind, i * step);
    lived += (step * (survival(kind, (i - 1) * step) + alive)) / 2;
    least = Math.min(least, (kind.replaceEuros + kind.failureEuros * (1 - alive)) / lived);
  }
  return least;
};

/**
 * What a service costs by its day: the expected cost of a failure before it, and the worth of the life that it throws
 * away. Their sum is least where failures have become as likely as a day of life is worth: the rule of age replacement,
 * with the remaining life of this very component.
 */
export const waitingCurve = (
  kind: WearKind,
  { days, probability }: Remaining,
  nowMs: number,
): NonNullable<RegionVisit['waiting']> => {
  const dayEuros = dayOfLifeEuros(kind);
  return knots.map((knot) => {
    let failed = 0;
    let lost = 0;
    for (const [i, p] of probability.entries()) {
      const from = i === 0 ? 0 : (days[i - 1] as number);
      const to = days[i] as number;
      const share = Math.min(1, Math.max(0, (knot - from) / (to - from)));
      failed += p * share;
      lost += p * (1 - share) * ((Math.max(from, knot) + to) / 2 - knot);
    }
    return {
      startAt: new Date(nowMs + knot * dayMs).toISOString(),
      riskCents: Math.round(100 * kind.failureEuros * failed),
      wastedLifeCents: Math.round(100 * dayEuros * lost),
    };
  });
};
