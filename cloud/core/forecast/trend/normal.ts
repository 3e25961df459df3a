const coefficients = [
  -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223,
  0.17087277,
];

/**
 * ln of exp(x * x) times the complementary error function of x >= 0, relative error of the function below 1.2e-7.
 * Source: Chebyshev fit in W. Press et al., Numerical Recipes in C (1992), section 6.2.
 */
const logScaledErfc = (x: number): number => {
  const t = 1 / (1 + x / 2);
  return Math.log(t) + coefficients.reduceRight((sum, coefficient) => sum * t + coefficient, 0);
};

/** ln P(N(0, 1) < z), exact enough in both tails. */
export const logNormalCdf = (z: number): number => {
  const below = logScaledErfc(Math.abs(z) / Math.SQRT2) - (z * z) / 2 - Math.LN2;
  return z <= 0 ? below : Math.log1p(-Math.exp(below));
};

/** P(N(0, 1) < z). */
export const normalCdf = (z: number): number => Math.exp(logNormalCdf(z));

/** exp(z * z / 2) P(N(0, 1) > z) for z >= 0: a tail beside its density, which never underflows. */
export const scaledUpperTail = (z: number): number => Math.exp(logScaledErfc(z / Math.SQRT2)) / 2;
