/** A measured share with how sure it is. */
export interface Share {
  readonly value: number;
  /** 95 % confidence interval. */
  readonly low: number;
  readonly high: number;
  /** Of how many. */
  readonly n: number;
}

const z = 1.959964;

/**
 * `count` of `n` with its 95 % interval, null of none.
 * Source: E. B. Wilson, Probable inference, the law of succession, and statistical inference (1927).
 */
export const shareOf = (count: number, n: number): Share | null => {
  if (n === 0) return null;
  const value = count / n;
  const middle = (value + (z * z) / (2 * n)) / (1 + (z * z) / n);
  const half = (z / (1 + (z * z) / n)) * Math.sqrt((value * (1 - value)) / n + (z * z) / (4 * n * n));
  return { value, low: Math.max(0, middle - half), high: Math.min(1, middle + half), n };
};
