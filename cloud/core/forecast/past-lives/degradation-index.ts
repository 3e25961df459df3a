import { solveSpd } from '../../condition/linear.ts';

/** Rows of one failed life by rising age: how signals looked, and how far the life had come. */
export interface IndexLesson {
  /** By input, one entry a row; NaN where not measured. */
  readonly inputs: readonly ArrayLike<number>[];
  readonly rows: readonly number[];
  /** By row of `rows`, age and remaining life in the time unit. */
  readonly age: readonly number[];
  readonly left: readonly number[];
}

/** One number for how worn a component looks, higher towards its failure: a weighted sum of inputs. */
export interface DegradationIndex {
  readonly mean: number[];
  readonly weight: number[];
}

/** What one life teaches; those of several lives add up. */
export interface IndexMoments {
  /** Row-major, order inputs + 1: the first row and column belong to the constant. */
  readonly gram: Float64Array;
  readonly right: Float64Array;
}

/** Against inputs of deviation 1: with a handful of lives only what agrees in several of them may count. */
const penalty = 3;

/** How far a life has come, on a scale that steepens towards its end: -ln of the share that is left. */
const progressOf = (age: number, left: number, unit: number): number => Math.log((age + left + unit) / (left + unit));

/** Moments of one life, in which each life counts the same whatever its rows. `unit` is the row interval. */
export const momentsOf = ({ inputs, rows, age, left }: IndexLesson, unit: number): IndexMoments => {
  const order = inputs.length + 1;
  const gram = new Float64Array(order * order);
  const right = new Float64Array(order);
  const row = new Float64Array(order);
  rows.forEach((at, n) => {
    row[0] = 1;
    for (let f = 0; f < inputs.length; f++) {
      const value = (inputs[f] as ArrayLike<number>)[at] as number;
      row[f + 1] = Number.isFinite(value) ? value : 0;
    }
    const y = progressOf(age[n] as number, left[n] as number, unit);
    for (let i = 0; i < order; i++) {
      const x = (row[i] as number) / rows.length;
      if (x === 0) continue;
      right[i] = (right[i] as number) + x * y;
      for (let j = 0; j <= i; j++) gram[i * order + j] = (gram[i * order + j] as number) + x * (row[j] as number);
    }
  });
  return { gram, right };
};

/**
 * Learns the index by ridge regression of how far lives have come on their inputs.
 * Source of indices fused by what fits all lives: J. Coble, Merging data sources to predict remaining useful life (2010).
 * @param lives moments of at least one life.
 */
export const learnIndex = (lives: readonly IndexMoments[]): DegradationIndex => {
  const order = (lives[0] as IndexMoments).right.length;
  const sumOf = (pick: (life: IndexMoments) => Float64Array, at: number): number =>
    lives.reduce((sum, life) => sum + (pick(life)[at] as number), 0) / lives.length;
  const width = order - 1;
  const mean = Array.from({ length: width }, (_, i) => sumOf(({ gram }) => gram, (i + 1) * order));
  const middle = sumOf(({ right }) => right, 0);
  const matrix = new Float64Array(width * width);
  const right = new Float64Array(width);
  for (let i = 0; i < width; i++) {
    const m = mean[i] as number;
    right[i] = sumOf((life) => life.right, i + 1) - m * middle;
    for (let j = 0; j <= i; j++) {
      const value = sumOf(({ gram }) => gram, (i + 1) * order + j + 1) - m * (mean[j] as number);
      matrix[i * width + j] = value;
      matrix[j * width + i] = value;
    }
    matrix[i * width + i] = (matrix[i * width + i] as number) + penalty;
  }
  return { mean, weight: [...solveSpd(matrix, right)] };
};

/** The index of one row; an input that was not measured counts as usual. */
export const indexOf = ({ mean, weight }: DegradationIndex, input: (f: number) => number): number =>
  weight.reduce((sum, w, f) => {
    const value = input(f);
    return Number.isFinite(value) ? sum + w * (value - (mean[f] as number)) : sum;
  }, 0);
