import { sigmoid } from '../trees/trees.ts';

export const quantileLevels = [0.05, 0.1, 0.5, 0.9, 0.95] as const;

/** Quantiles of the true remaining life at rising forecasts; between knots they are interpolated. */
export interface LifeQuantiles {
  readonly knots: number[];
  /** For each knot one value for each of `quantileLevels`, never falling. */
  readonly values: number[][];
}

const knotCount = 24;
const leastNeighbours = 200;

/**
 * The level of a conformal quantile from `n` exchangeable machines, moved outwards by `caution` times the finite-sample
 * correction.
 */
const conformalLevel = (level: number, n: number, caution: number): number => {
  if (level === 0.5) return level;
  const corrected = level > 0.5 ? Math.min(1, (level * (n + 1)) / n) : Math.max(0, (level * (n + 1) - 1) / n);
  return level + caution * (corrected - level);
};

const weightedQuantiles = (values: readonly number[], machine: readonly number[], caution: number): number[] => {
  const rowsOf = new Map<number, number>();
  for (const m of machine) rowsOf.set(m, (rowsOf.get(m) ?? 0) + 1);
  const order = values.map((_, i) => i).sort((a, b) => (values[a] as number) - (values[b] as number) || a - b);
  return quantileLevels.map((level) => {
    const wanted = conformalLevel(level, rowsOf.size, caution) * rowsOf.size;
    let weight = 0;
    for (const i of order) {
      weight += 1 / (rowsOf.get(machine[i] as number) as number);
      if (weight >= wanted - 1e-9) return values[i] as number;
    }
    return values[order.at(-1) as number] as number;
  });
};

/** Out-of-fold forecasts and what came true, one entry a row. */
export interface LifeErrors {
  readonly forecast: Float64Array;
  readonly truth: Float64Array;
  readonly machine: Int32Array;
  readonly cap: number;
}

/**
 * Conformal quantiles of remaining life from out-of-fold forecasts: at each knot those of the errors of the nearest
 * forecasts, every machine counting the same. A life at the cap may be any length above: its error has no upper end.
 * Source: V. Vovk, Cross-conformal predictors (2015), binned by the prediction (Mondrian taxonomy).
 */
export const learnLifeQuantiles = ({ forecast, truth, machine, cap }: LifeErrors, caution = 1): LifeQuantiles => {
  const order = Array.from(forecast, (_, i) => i).sort(
    (a, b) => (forecast[a] as number) - (forecast[b] as number) || a - b,
  );
  const n = order.length;
  const width = Math.min(n, Math.max(leastNeighbours, Math.ceil(n / knotCount)));
  const knots: number[] = [];
  const values: number[][] = [];
  for (let k = 0; k < knotCount; k++) {
    const start = Math.round((k * (n - width)) / (knotCount - 1));
    const near = order.slice(start, start + width);
    const knot = near.reduce((sum, i) => sum + (forecast[i] as number), 0) / width;
    if (knots.length > 0 && knot <= (knots.at(-1) as number)) continue;
    knots.push(knot);
    const error = near.map((i) =>
      (truth[i] as number) < cap ? (truth[i] as number) - (forecast[i] as number) : Number.POSITIVE_INFINITY,
    );
    const quantiles = weightedQuantiles(
      error,
      near.map((i) => machine[i] as number),
      caution,
    );
    values.push(quantiles.map((e) => Math.max(0, Math.min(cap, knot + e))));
  }
  return { knots, values };
};

/** P05, P10, P50, P90, P95 of the remaining life given its point forecast, never crossing. */
export const lifeQuantilesAt = ({ knots, values }: LifeQuantiles, forecast: number): number[] => {
  let high = 0;
  while (high < knots.length && (knots[high] as number) < forecast) high++;
  if (high === 0) return [...(values[0] as number[])];
  if (high === knots.length) return [...(values[high - 1] as number[])];
  const from = knots[high - 1] as number;
  const share = (forecast - from) / ((knots[high] as number) - from);
  const below = values[high - 1] as number[];
  const above = values[high] as number[];
  return below.map((low, i) => low + share * ((above[i] as number) - low));
};

interface HeldOut {
  /** Share of the rows whose truth lay from P05 to P95, its standard error over machines, and the mean width. */
  readonly coverage90: number;
  readonly error: number;
  readonly meanWidth90: number;
  /** By level and row, learnt without the row's fold. */
  readonly outOfFold: readonly Float64Array[];
}

/** What quantiles learnt without a fold of machines were worth on that fold, over all folds. */
const heldOut = (errors: LifeErrors, fold: Int32Array, caution: number): HeldOut => {
  const rows = [...fold.keys()];
  const covered = new Float64Array(rows.length);
  const outOfFold = quantileLevels.map(() => new Float64Array(rows.length));
  let width = 0;
  for (const k of new Set(fold)) {
    const others = rows.filter((i) => fold[i] !== k);
    const pick = (values: Float64Array) => Float64Array.from(others, (i) => values[i] as number);
    const { forecast, truth, machine, cap } = errors;
    const quantiles = learnLifeQuantiles(
      {
        forecast: pick(forecast),
        truth: pick(truth),
        machine: Int32Array.from(others, (i) => machine[i] as number),
        cap,
      },
      caution,
    );
    for (const i of rows) {
      if (fold[i] !== k) continue;
      const at = lifeQuantilesAt(quantiles, forecast[i] as number);
      at.forEach((value, q) => {
        (outOfFold[q] as Float64Array)[i] = value;
      });
      const [low, , , , high] = at as [number, number, number, number, number];
      covered[i] = Number(low <= (truth[i] as number) && (truth[i] as number) <= high);
      width += high - low;
    }
  }
  const coverage90 = covered.reduce((sum, v) => sum + v, 0) / rows.length;
  const missed = new Map<number, number>();
  for (const i of rows) {
    const m = errors.machine[i] as number;
    missed.set(m, (missed.get(m) ?? 0) + (covered[i] as number) - coverage90);
  }
  const square = [...missed.values()].reduce((sum, v) => sum + v * v, 0);
  return { coverage90, error: Math.sqrt(square) / rows.length, meanWidth90: width / rows.length, outOfFold };
};

/** Shares of the finite-sample correction among which held-out machines choose. */
const cautions = [0, 0.25, 0.5, 0.75, 1] as const;
const wantedCoverage = 0.9;

/**
 * Quantiles with the least caution at which machines that they were not learnt from are covered as promised, one standard
 * error on the safe side. The full correction holds for one row a machine; with many rows a machine it is often too wide.
 */
export const calibrateLife = (
  errors: LifeErrors,
  fold: Int32Array,
): { quantiles: LifeQuantiles } & Omit<HeldOut, 'error'> => {
  const tried = cautions.map((caution) => ({ caution, ...heldOut(errors, fold, caution) }));
  const chosen = tried.find(({ coverage90, error }) => coverage90 - error >= wantedCoverage) ?? tried.at(-1);
  const { caution, coverage90, meanWidth90, outOfFold } = chosen as (typeof tried)[number];
  return { quantiles: learnLifeQuantiles(errors, caution), coverage90, meanWidth90, outOfFold };
};

/** Maps a raw margin to a probability: sigmoid(slope * margin + offset). */
export interface ProbabilityScale {
  readonly slope: number;
  readonly offset: number;
}

/**
 * Calibrates margins on out-of-fold outcomes by Newton's method with targets held off 0 and 1.
 * Source: J. Platt, Probabilistic outputs for support vector machines (1999).
 */
export const learnProbabilityScale = (margin: Float64Array, failed: Float64Array): ProbabilityScale => {
  const positives = failed.reduce((sum, y) => sum + y, 0);
  const high = (positives + 1) / (positives + 2);
  const low = 1 / (failed.length - positives + 2);
  let slope = 1;
  let offset = 0;
  for (let step = 0; step < 50; step++) {
    let ga = 1e-3 * (slope - 1);
    let gb = 0;
    let haa = 1e-3;
    let hab = 0;
    let hbb = 1e-6;
    for (let i = 0; i < margin.length; i++) {
      const x = margin[i] as number;
      const p = sigmoid(slope * x + offset);
      const residual = p - (failed[i] === 1 ? high : low);
      const w = p * (1 - p);
      ga += residual * x;
      gb += residual;
      haa += w * x * x;
      hab += w * x;
      hbb += w;
    }
    const det = haa * hbb - hab * hab;
    if (!(det > 1e-12)) break;
    const da = (hbb * ga - hab * gb) / det;
    const db = (haa * gb - hab * ga) / det;
    slope -= Math.max(-1, Math.min(1, da));
    offset -= Math.max(-1, Math.min(1, db));
    if (Math.abs(da) + Math.abs(db) < 1e-8) break;
  }
  return { slope: Math.max(0.05, slope), offset };
};

export const probabilityOf = (scale: ProbabilityScale, margin: number): number =>
  sigmoid(scale.slope * margin + scale.offset);
