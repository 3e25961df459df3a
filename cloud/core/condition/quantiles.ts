/**
 * Quantile of the standard normal distribution, right to 5e-4; `share` above 0 and below 1.
 * Source: Abramowitz and Stegun, Handbook of Mathematical Functions, 26.2.23.
 */
export const normalQuantile = (share: number): number => {
  const tail = Math.min(share, 1 - share);
  const t = Math.sqrt(-2 * Math.log(tail));
  const size = t - (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
  return share < 0.5 ? -size : size;
};

/**
 * Quantile of the gamma distribution with this mean and variance, both above 0: what sums of squares of correlated values
 * follow nearly. Sources: E. B. Wilson and M. M. Hilferty, The distribution of chi-square, PNAS 17 (1931); G. E. P. Box,
 * Some theorems on quadratic forms, Annals of Mathematical Statistics 25 (1954).
 */
export const gammaQuantile = (mean: number, variance: number, share: number): number => {
  const shape = (mean * mean) / variance;
  const root = 1 - 1 / (9 * shape) + normalQuantile(share) / (3 * Math.sqrt(shape));
  return mean * Math.max(0, root) ** 3;
};

/**
 * The normal deviate that is as unlikely as `value` under Student's t with `freedom` degrees.
 * Source: D. L. Wallace, Bounds on normal approximations to Student's and the chi-square distributions, Annals of
 * Mathematical Statistics 30 (1959).
 */
export const normalOfStudent = (value: number, freedom: number): number =>
  Math.sign(value) *
  ((8 * freedom + 1) / (8 * freedom + 3)) *
  Math.sqrt(freedom * Math.log1p((value * value) / freedom));
