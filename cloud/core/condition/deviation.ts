import { invertSpd } from './linear.ts';
import { normalOfStudent } from './quantiles.ts';

/** How unlike the healthy baseline a vector of features is. */
export interface Deviation {
  /** Each feature as a normal deviate; 0 is the healthy one. */
  deviatesOf(features: Float64Array): Float64Array;
  /** Evidence against the healthy state, the mean of the features', at least 0. */
  evidence(deviates: Float64Array): number;
  evidenceByFeature(deviates: Float64Array): Float64Array;
  /** What the other features let expect of each, as a distance from its healthy centre, in its unit. */
  expected(deviates: Float64Array): Float64Array;
}

const leastFreedom = 1.2;
/** Part of the correlation matrix that is taken from independence: few effective rows teach it. */
const shrinkage = 0.5;
const mostRowsForMemory = 600;
/** Autocorrelation below which the rest of the memory is noise. */
const leastCorrelation = 0.05;

/** How many independent rows the values about 0 are worth. Source: G. Box and G. Jenkins, Time Series Analysis, 2.1. */
export const effectiveRows = (values: Float64Array): number => {
  const stride = Math.ceil(values.length / mostRowsForMemory);
  const thin = stride > 1 ? values.filter((_, i) => i % stride === 0) : values;
  const n = thin.length;
  const square = thin.reduce((sum, v) => sum + v * v, 0);
  if (square === 0) return n;
  let memory = 1;
  for (let lag = 1; lag < n / 2; lag++) {
    let product = 0;
    for (let i = lag; i < n; i++) product += (thin[i] as number) * (thin[i - lag] as number);
    if (product < leastCorrelation * square) break;
    memory += (2 * product) / square;
  }
  return n / memory;
};

interface Scale {
  readonly centre: number;
  readonly deviation: number;
  /** Degrees of freedom of the deviation: few for a feature that wanders slowly, many for noise. */
  readonly freedom: number;
}

const scaleOf = (values: Float64Array, centred: boolean): Scale => {
  const centre = centred ? 0 : values.reduce((sum, v) => sum + v, 0) / values.length;
  const rest = values.map((v) => v - centre);
  const square = rest.reduce((sum, v) => sum + v * v, 0) / values.length;
  const worth = Math.max(leastFreedom + 1, effectiveRows(rest));
  // The variance of one more value about a mean that is itself estimated.
  const variance = (square * worth) / (worth - 1) + square / (worth - 1);
  return { centre, deviation: Math.sqrt(variance) + 1e-12 * (1 + Math.abs(centre)), freedom: worth - 1 };
};

const deviateOf = ({ centre, deviation, freedom }: Scale, value: number): number =>
  normalOfStudent((value - centre) / deviation, freedom);

/** Inverse of the deviates' correlation matrix, drawn towards independence. */
const precisionOf = (deviates: readonly Float64Array[]): Float64Array => {
  const width = deviates.length;
  const rows = deviates[0]?.length ?? 0;
  const matrix = new Float64Array(width * width);
  for (let i = 0; i < width; i++)
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let row = 0; row < rows; row++)
        sum += ((deviates[i] as Float64Array)[row] as number) * ((deviates[j] as Float64Array)[row] as number);
      matrix[i * width + j] = ((1 - shrinkage) * sum) / rows;
      matrix[j * width + i] = ((1 - shrinkage) * sum) / rows;
    }
  let trace = 0;
  for (let i = 0; i < width; i++) trace += (matrix[i * width + i] as number) / (1 - shrinkage);
  for (let i = 0; i < width; i++)
    matrix[i * width + i] = (matrix[i * width + i] as number) + (shrinkage * Math.max(trace, 1e-9)) / width;
  return invertSpd(matrix, width);
};

/** How often a feature is touched by a fault. */
const faultShare = 0.5;
/** What a fault adds to the variance of a deviate that it touches. */
export const faultVariance = 8;
const faultDensity = faultShare / Math.sqrt(1 + faultVariance);
const leastEvidence = Math.log(1 - faultShare + faultDensity);

/**
 * Log likelihood ratio of a deviate between "touched by a fault or not, who knows" and "healthy", counted from its least.
 * A few features far off weigh more than many a little off, which is what slow drift looks like; a sum of squares sees no
 * difference. Source: I. Johnstone and B. Silverman, Needles and straw in haystacks, Annals of Statistics 32 (2004).
 */
export const evidenceOf = (deviate: number): number => {
  const exponent = (deviate * deviate * faultVariance) / (2 * (1 + faultVariance));
  // exponent + log(...) instead of log(... e^exponent), which would overflow.
  return exponent + Math.log((1 - faultShare) * Math.exp(-exponent) + faultDensity) - leastEvidence;
};

/** What is left of each deviate beyond what the others let expect, times its precision given them. */
const beyondOthers = (precision: Float64Array, deviates: Float64Array): Float64Array => {
  const width = deviates.length;
  return deviates.map((_, i) => {
    let given = 0;
    for (let j = 0; j < width; j++) given += (precision[i * width + j] as number) * (deviates[j] as number);
    return given;
  });
};

/**
 * Learns the healthy range of each feature from the baseline's rows. Each deviation is judged by Student's t with the
 * degrees of freedom that the baseline's autocorrelation leaves: a level that wandered in the baseline may wander on, one
 * that was steady noise may not. Each is then judged given the others: what moves together in health counts once.
 * @param columns the baseline, one array per feature.
 * @param centred whether the features are distances already, of which 0 is the healthy one.
 */
export const learnDeviation = (columns: readonly Float64Array[], centred: boolean): Deviation => {
  const scales = columns.map((values) => scaleOf(values, centred));
  // What is given back outlives the baseline by years: it must not hold its columns.
  const width = columns.length;
  const precision = precisionOf(
    columns.map((values, f) => values.map((value) => deviateOf(scales[f] as Scale, value))),
  );
  const precisionGivenOthers = (i: number) => precision[i * width + i] as number;
  const evidenceByFeature = (deviates: Float64Array) =>
    beyondOthers(precision, deviates).map((given, i) => evidenceOf(given / Math.sqrt(precisionGivenOthers(i))));
  return {
    deviatesOf: (features) => features.map((value, f) => deviateOf(scales[f] as Scale, value)),
    evidence: (deviates) => evidenceByFeature(deviates).reduce((sum, one) => sum + one, 0) / deviates.length,
    evidenceByFeature,
    expected: (deviates) =>
      beyondOthers(precision, deviates).map(
        (given, i) => ((deviates[i] as number) - given / precisionGivenOthers(i)) * (scales[i] as Scale).deviation,
      ),
  };
};
