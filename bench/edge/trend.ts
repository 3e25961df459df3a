/** A straight line through noise, and what it may be worth. */
export interface Trend {
  /** Of y, a unit of x. */
  readonly slope: number;
  /** 95 % confidence interval of the slope. */
  readonly low: number;
  readonly high: number;
}

const means = (values: readonly number[], blocks: number): number[] =>
  Array.from({ length: blocks }, (_, b) => {
    const block = values.slice(
      Math.floor((b * values.length) / blocks),
      Math.floor(((b + 1) * values.length) / blocks),
    );
    return block.reduce((sum, v) => sum + v, 0) / block.length;
  });

/**
 * Slope of a series of evenly spaced values by Theil and Sen, with Sen's interval from the variance of Kendall's S (Sen
 * 1968, "Estimates of the regression coefficient based on Kendall's tau"). Neighbours in a memory line are alike, which
 * would make the interval too narrow: so it is of the means of blocks.
 * @param stepX from one value to the next
 */
export const trendOf = (values: readonly number[], stepX: number, blocks = 24): Trend => {
  const n = Math.min(blocks, values.length);
  const y = means(values, n);
  const blockX = (stepX * values.length) / n;
  const slopes: number[] = [];
  for (let j = 1; j < n; j++)
    for (let i = 0; i < j; i++) slopes.push(((y[j] as number) - (y[i] as number)) / ((j - i) * blockX));
  slopes.sort((a, b) => a - b);
  const at = (rank: number) => slopes[Math.max(0, Math.min(slopes.length - 1, Math.round(rank)))] ?? Number.NaN;
  const c = 1.96 * Math.sqrt((n * (n - 1) * (2 * n + 5)) / 18);
  return {
    slope: at((slopes.length - 1) / 2),
    low: at((slopes.length - c) / 2 - 1),
    high: at((slopes.length + c) / 2),
  };
};
