/** What a window of vibration amounts to in the time domain, all of it about its mean: a sensor's offset is no vibration. */
export interface Statistics {
  readonly mean: number;
  /** Root of the mean square, in the unit of the values. */
  readonly rms: number;
  /** Largest magnitude, in the unit of the values. */
  readonly peak: number;
  /** peak / rms; NaN where nothing moves. */
  readonly crest: number;
  /** m4 / m2^2: 3 for normal noise, 1.5 for a sine; NaN where nothing moves. */
  readonly kurtosis: number;
  /** m3 / m2^1.5: 0 for what is symmetric; NaN where nothing moves. */
  readonly skewness: number;
}

/**
 * Moments with divisor n, not corrected for bias and not in excess of the normal: g1 and b2 of D.N. Joanes and C.A. Gill,
 * "Comparing measures of sample skewness and kurtosis", The Statistician 47 (1998). Kurtosis as a sign of bearing damage:
 * D. Dyer and R.M. Stewart, J. Mechanical Design 100 (1978). Crest factor: ISO 13373-2.
 */
export const statisticsOf = (values: ArrayLike<number>): Statistics => {
  const n = values.length;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += values[i] as number;
  const mean = sum / n;
  let m2 = 0;
  let m3 = 0;
  let m4 = 0;
  let peak = 0;
  for (let i = 0; i < n; i++) {
    const x = (values[i] as number) - mean;
    const square = x * x;
    m2 += square;
    m3 += square * x;
    m4 += square * square;
    // Not Math.max alone: it must let NaN through, and does.
    peak = Math.max(peak, Math.abs(x));
  }
  m2 /= n;
  const rms = Math.sqrt(m2);
  return { mean, rms, peak, crest: peak / rms, kurtosis: m4 / n / (m2 * m2), skewness: m3 / n / (m2 * rms) };
};
