import { eigenSymmetric } from './linear.ts';

/** How far a row is from the healthy state: above 1 is beyond what the baseline showed. */
export interface Detection {
  readonly score: number;
  readonly alarm: boolean;
}

interface Baseline {
  readonly mean: number[];
  readonly deviation: number[];
  /** Kept principal directions and their variances. */
  readonly vectors: number[][];
  readonly variances: number[];
}

const keptVariance = 0.9;
/** Share of the baseline that teaches the state; the rest, unseen, sets the limits. */
const teachingShare = 0.7;
const smoothing = 0.2;
/** Distance of the limit above the worst that healthy rows showed. */
const limitMargin = 1.5;
const leastRows = 10;
/** Rows above the limit in a row that make an alarm: a spike is a fault of the sensor, not of the machine. */
const alarmRows = 3;

const rowOf = (columns: readonly Float64Array[], row: number): number[] =>
  columns.map((column) => column[row] as number);

const standardise = (baseline: Pick<Baseline, 'mean' | 'deviation'>, row: readonly number[]): number[] =>
  row.map((x, i) => (Number.isFinite(x) ? (x - (baseline.mean[i] as number)) / (baseline.deviation[i] as number) : 0));

const learnBaseline = (rows: readonly number[][], width: number): Baseline => {
  const mean: number[] = [];
  const deviation: number[] = [];
  for (let i = 0; i < width; i++) {
    const known = rows.map((row) => row[i] as number).filter((x) => Number.isFinite(x));
    const m = known.reduce((sum, x) => sum + x, 0) / Math.max(1, known.length);
    const s = Math.sqrt(known.reduce((sum, x) => sum + (x - m) ** 2, 0) / Math.max(1, known.length));
    mean.push(m);
    deviation.push(Math.max(s, 1e-3 * Math.abs(m), 1e-9));
  }
  const covariance = new Float64Array(width * width);
  for (const row of rows) {
    const z = standardise({ mean, deviation }, row);
    for (let i = 0; i < width; i++)
      for (let j = 0; j < width; j++)
        covariance[i * width + j] =
          (covariance[i * width + j] as number) + ((z[i] as number) * (z[j] as number)) / rows.length;
  }
  const { values, vectors } = eigenSymmetric(covariance, width);
  const whole = values.reduce((sum, v) => sum + Math.max(0, v), 0);
  let kept = 0;
  let sum = 0;
  while (kept < width && sum < keptVariance * whole) sum += Math.max(0, values[kept++] as number);
  return { mean, deviation, vectors: vectors.slice(0, kept), variances: values.slice(0, kept) };
};

/** Hotelling's T2 inside the principal plane and the squared residual Q outside it. */
const statisticsOf = (baseline: Baseline, row: readonly number[]): { t2: number; q: number } => {
  const z = standardise(baseline, row);
  let t2 = 0;
  let q = z.reduce((sum, v) => sum + v * v, 0);
  baseline.vectors.forEach((vector, k) => {
    const score = vector.reduce((sum, v, i) => sum + v * (z[i] as number), 0);
    t2 += (score * score) / Math.max(1e-9, baseline.variances[k] as number);
    q -= score * score;
  });
  return { t2, q: Math.max(0, q) };
};

/**
 * Scores every row of one machine against its own first `baselineRows`, taken as healthy; those themselves score 0. A
 * score uses its row and earlier ones only, never the row's number or time; a row without any value keeps the state.
 * Source: J. E. Jackson and G. S. Mudholkar, Control procedures for residuals associated with principal component
 * analysis, Technometrics 21 (1979).
 */
export const detectStates = (columns: readonly Float64Array[], baselineRows: number): Detection[] => {
  const rowCount = columns[0]?.length ?? 0;
  const quiet: Detection = { score: 0, alarm: false };
  if (baselineRows < leastRows || rowCount <= baselineRows) return Array.from({ length: rowCount }, () => quiet);
  const teaching = Math.floor(teachingShare * baselineRows);
  const baseline = learnBaseline(
    Array.from({ length: teaching }, (_, row) => rowOf(columns, row)),
    columns.length,
  );
  const limit = { t2: 1e-9, q: 1e-9 };
  let smooth = { t2: 0, q: 0 };
  let above = 0;
  return Array.from({ length: rowCount }, (_, row) => {
    const values = rowOf(columns, row);
    if (values.some((x) => Number.isFinite(x))) {
      const { t2, q } = statisticsOf(baseline, values);
      smooth = { t2: smooth.t2 + smoothing * (t2 - smooth.t2), q: smooth.q + smoothing * (q - smooth.q) };
    }
    if (row < baselineRows) {
      if (row >= teaching) {
        limit.t2 = Math.max(limit.t2, limitMargin * smooth.t2);
        limit.q = Math.max(limit.q, limitMargin * smooth.q);
      }
      return quiet;
    }
    const score = Math.max(smooth.t2 / limit.t2, smooth.q / limit.q);
    above = score > 1 ? above + 1 : 0;
    return { score, alarm: above >= alarmRows };
  });
};
