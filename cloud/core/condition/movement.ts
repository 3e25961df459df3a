import { eigenSymmetric, solveSpd } from './linear.ts';

/** How the movement of a healthy machine about its moving level spreads over its signals. */
export interface MovementModel {
  /** Of each signal, in its unit; above 0. */
  readonly deviation: Float64Array;
  /** Of the movements in units of their deviation; row-major. */
  readonly covariance: Float64Array;
  /** Principal directions and the variance along each. */
  readonly vectors: readonly (readonly number[])[];
  readonly variances: readonly number[];
}

/** A movement beyond this many deviations counts as this many: one spike is a fault of the sensor. */
const mostDeviations = 8;
/** Variance along a direction below which it is rounding. */
const leastVariance = 1e-3;
const mostPatterns = 64;

/** Weight of the newest row in a moving mean with this memory. */
export const weightOf = (memoryRows: number): number => 2 / (memoryRows + 1);

/** Moves `level` towards what is known of the row. */
export const followLevel = (level: Float64Array, row: ArrayLike<number>, weight: number): void => {
  for (let i = 0; i < level.length; i++) {
    const value = row[i] as number;
    if (Number.isFinite(value)) level[i] = (level[i] as number) + weight * (value - (level[i] as number));
  }
};

/**
 * Takes the moving level out of each row; NaN where not measured. The array that is given back is used again.
 * @param level of each signal before the first row; it moves on with the rows.
 */
export const createMovement = (level: Float64Array, memoryRows: number) => {
  const movement = new Float64Array(level.length);
  return (row: ArrayLike<number>): Float64Array => {
    for (let i = 0; i < level.length; i++) {
      const value = row[i] as number;
      movement[i] = Number.isFinite(value) ? value - (level[i] as number) : Number.NaN;
    }
    followLevel(level, row, weightOf(memoryRows));
    return movement;
  };
};

/** The movement in deviations, held within bounds. */
export const scaled = (movement: number, deviation: number): number =>
  Math.max(-mostDeviations, Math.min(mostDeviations, movement / deviation));

/** Root mean square of what is known. */
const deviationOf = (values: readonly number[]): number => {
  const known = values.filter((v) => Number.isFinite(v));
  return Math.sqrt(known.reduce((sum, v) => sum + v * v, 0) / Math.max(1, known.length)) + 1e-12;
};

/** Drawn towards independence by the part `independence`, the more the fewer rows there are for each signal. */
const covarianceOf = (rows: readonly Float64Array[], width: number, independence: number): Float64Array => {
  const covariance = new Float64Array(width * width);
  for (let i = 0; i < width; i++)
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      let count = 0;
      for (const row of rows) {
        const product = (row[i] as number) * (row[j] as number);
        if (Number.isNaN(product)) continue;
        sum += product;
        count++;
      }
      const part = count > 0 ? ((1 - independence) * sum) / count : 0;
      covariance[i * width + j] = part + (i === j ? independence : 0);
      covariance[j * width + i] = covariance[i * width + j] as number;
    }
  return covariance;
};

/** Learns from the movements of healthy rows, NaN where not measured. */
export const learnMovement = (movements: readonly Float64Array[]): MovementModel => {
  const width = movements[0]?.length ?? 0;
  const deviation = Float64Array.from({ length: width }, (_, i) =>
    deviationOf(movements.map((row) => row[i] as number)),
  );
  const covariance = covarianceOf(
    movements.map((row) => row.map((v, i) => scaled(v, deviation[i] as number))),
    width,
    width / (movements.length + width),
  );
  const { values, vectors } = eigenSymmetric(covariance, width);
  return { deviation, covariance, vectors, variances: values.map((v) => Math.max(leastVariance, v)) };
};

/** What the known signals of a row say of the missing ones. */
interface Completion {
  readonly missing: readonly number[];
  readonly known: readonly number[];
  /** Weights of the known signals, one array for each missing one. */
  readonly weights: readonly Float64Array[];
  /** Power that the missing signals would add along each direction beyond their expected values. */
  readonly unseenPower: Float64Array;
}

const completionOf = ({ covariance, vectors }: MovementModel, missing: readonly number[]): Completion => {
  const width = vectors.length;
  const known = Array.from({ length: width }, (_, i) => i).filter((i) => !missing.includes(i));
  const at = (i: number, j: number) => covariance[i * width + j] as number;
  const weights = missing.map((m) =>
    solveSpd(
      Float64Array.from(known.flatMap((i) => known.map((j) => at(i, j)))),
      Float64Array.from(known, (i) => at(i, m)),
    ),
  );
  const rest = (a: number, b: number) =>
    known.reduce(
      (left, i, k) => left - ((weights[a] as Float64Array)[k] as number) * at(i, missing[b] as number),
      at(missing[a] as number, missing[b] as number),
    );
  const unseenPower = Float64Array.from(vectors, (vector) => {
    let sum = 0;
    for (let a = 0; a < missing.length; a++)
      for (let b = 0; b < missing.length; b++)
        sum += (vector[missing[a] as number] as number) * (vector[missing[b] as number] as number) * rest(a, b);
    return Math.max(0, sum);
  });
  return { missing, known, weights, unseenPower };
};

/**
 * Fills the missing values of scaled movements with what the healthy covariance expects of them, and says how much power
 * that leaves out. Source: A. Dempster, N. Laird and D. Rubin, Maximum
 * likelihood from incomplete data via the EM algorithm, 1977, the expectation step for a normal distribution.
 */
export const createCompleter = (model: MovementModel) => {
  const nothing = new Float64Array(model.vectors.length);
  const patterns = new Map<string, Completion>();
  const patternOf = (missing: readonly number[]): Completion => {
    const key = missing.join();
    const before = patterns.get(key);
    if (before) return before;
    if (patterns.size >= mostPatterns) patterns.clear();
    const completion = completionOf(model, missing);
    patterns.set(key, completion);
    return completion;
  };
  /** Fills `values` in place and gives back the unseen power along each direction. */
  return (values: Float64Array): Float64Array => {
    const missing: number[] = [];
    for (let i = 0; i < values.length; i++) if (Number.isNaN(values[i])) missing.push(i);
    if (missing.length === 0) return nothing;
    const { known, weights, unseenPower } = patternOf(missing);
    missing.forEach((m, a) => {
      values[m] = known.reduce(
        (sum, i, k) => sum + ((weights[a] as Float64Array)[k] as number) * (values[i] as number),
        0,
      );
    });
    return unseenPower;
  };
};
