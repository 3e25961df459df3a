import { logNormalCdf, normalCdf, scaledUpperTail } from './normal.ts';

/** How a level stands to its threshold, in units of the level and the time unit. */
export interface Approach {
  /** Threshold - level; nothing is left at 0 and below. */
  readonly distance: number;
  /** Mean change of the level per time, and its variance: how sure the speed is. */
  readonly drift: number;
  readonly driftVariance: number;
  /** Variance that the level itself gains per time, above 0. */
  readonly diffusion: number;
}

/**
 * P(the level reaches its threshold within `time`) for a Wiener process whose drift is normally distributed.
 * Source: C.-Y. Peng, S.-T. Tseng, Mis-specification analysis of linear degradation models (2009), theorem 1: the inverse
 * Gaussian law of the first passage, integrated over the drift.
 */
export const crossedWithin = ({ distance, drift, driftVariance, diffusion }: Approach, time: number): number => {
  if (distance <= 0) return 1;
  if (time <= 0) return 0;
  const deviation = Math.sqrt(driftVariance * time * time + diffusion * time);
  const short = (distance - drift * time) / deviation;
  const pull = distance / diffusion;
  const reflected = (2 * driftVariance * pull * time + drift * time + distance) / deviation;
  // Both forms are the same; the first loses all digits where the level hardly strays, the second needs a tail.
  const returned =
    reflected < 0
      ? Math.exp(2 * pull * (drift + driftVariance * pull) + logNormalCdf(-reflected))
      : Math.exp((-short * short) / 2) * scaledUpperTail(reflected);
  const direct = normalCdf(-short);
  return Math.min(1, direct + returned);
};

/** Where the level itself is not sure, or the threshold: middles of five parts of the normal law that weigh the same. */
const fifths: readonly number[] = [-1.3998, -0.5319, 0, 0.5319, 1.3998];

export interface UncertainApproach extends Approach {
  readonly distanceVariance: number;
  /** Of distance and drift. */
  readonly covariance: number;
  /** Whether it is known that the threshold, wherever it is, was not reached so far. */
  readonly isAhead: boolean;
}

/** The same where the distance is normally distributed as well. */
export const likelyCrossedWithin = (approach: UncertainApproach, time: number): number => {
  const { distance, drift, driftVariance, distanceVariance, covariance, isAhead } = approach;
  if (!(distanceVariance > 0)) return crossedWithin(approach, time);
  const slope = covariance / distanceVariance;
  const given = { ...approach, driftVariance: Math.max(0, driftVariance - slope * covariance) };
  const offs = fifths.map((z) => z * Math.sqrt(distanceVariance));
  const possible = isAhead ? offs.filter((off) => distance + off > 0) : offs;
  if (possible.length === 0) return 1;
  const sum = possible.reduce(
    (total, off) => total + crossedWithin({ ...given, distance: distance + off, drift: drift + slope * off }, time),
    0,
  );
  return sum / possible.length;
};
