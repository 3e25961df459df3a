/** What a drift, and its own random walk, come to within a time. */
export interface Grown {
  /** How far a drift of 1 leads. */
  readonly reach: number;
  /** What a drift of 1 has become. */
  readonly drift: number;
  /** Variance of level and drift, and their covariance, by a drift that gains a variance of 1 per time. */
  readonly levelVariance: number;
  readonly covariance: number;
  readonly driftVariance: number;
}

/** Below this growth within the time the drift as good as stands still, and the exact forms lose their digits. */
const hardlyGrown = 1e-3;
/** Powers of e beyond which a drift leads anywhere at once; the squares of larger ones are no numbers any more. */
const mostGrown = 50;

/**
 * A level whose drift grows by the share `growth` of itself per time: dz = v dt, dv = growth * v dt + dW. With no growth it
 * is the local linear trend; with some it is exponential wear on any floor (N. Gebraeel et al. 2005), without its logarithm.
 */
export const growthOver = (growth: number, time: number): Grown => {
  const x = Math.min(mostGrown, growth * time);
  if (Math.abs(x) < hardlyGrown)
    return {
      reach: time * (1 + x / 2),
      drift: 1 + x,
      levelVariance: time ** 3 / 3,
      covariance: time ** 2 / 2,
      driftVariance: time,
    };
  const once = Math.expm1(x) / growth;
  const twice = Math.expm1(2 * x) / (2 * growth);
  return {
    reach: once,
    drift: Math.exp(x),
    levelVariance: (twice - 2 * once + time) / growth ** 2,
    covariance: (twice - once) / growth,
    driftVariance: twice,
  };
};
