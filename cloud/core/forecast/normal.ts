/**
 * ln of the complementary error function of x >= 0, relative error of erfc below 1.2e-7 at any x.
 * Source: Chebyshev fit in Press et al., Numerical Recipes in C (1992), section 6.2.
 */
const logErfcOfPositive = (x: number): number => {
  const t = 1 / (1 + x / 2);
  const series = [
    -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223,
    0.17087277,
  ];
  return Math.log(t) - x * x + series.reduceRight((sum, coefficient) => sum * t + coefficient, 0);
};

/** ln P(N(0, 1) < z), exact enough in both tails. */
export const logNormalCdf = (z: number): number => {
  const half = Math.LN2;
  if (z <= 0) return logErfcOfPositive(-z / Math.SQRT2) - half;
  return Math.log1p(-Math.exp(logErfcOfPositive(z / Math.SQRT2) - half));
};

/** P(N(0, 1) < z). */
export const normalCdf = (z: number): number => Math.exp(logNormalCdf(z));
