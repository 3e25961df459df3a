import { type DegradationIndex, indexOf } from './degradation-index.ts';
import { type LifePrior, remainingAfter } from './life-prior.ts';
import type { PastLife } from './past-lives.ts';
import { cellMiddles, lifeEdges, normalised, type RemainingLife } from './remaining-life.ts';

/** What past failures teach: how long lives last, and how worn a component looks on its way. Plain JSON. */
export interface Similarity {
  readonly prior: LifePrior;
  readonly index: DegradationIndex;
  /** For each past life its index at the shares of life of `pathShare`. */
  readonly paths: number[][];
  /** How much lives differ in their index at one share of life. */
  readonly spread: number;
  /** 0 to 1: how much the comparison may move what the age alone tells; chosen on held lives. */
  readonly trust: number;
  /** Range of remaining lives that are told apart, in the time unit. */
  readonly least: number;
  readonly most: number;
}

/** The rows of past lives as the comparison sees them. */
export interface PastRows {
  readonly age: Float32Array;
  readonly left: Float64Array;
  readonly inputs: readonly Float32Array[];
}

const pathCells = 64;
/** Width of a comparison against `spread`: narrower than one deviation, as wide lives stand between the past ones too. */
const kernelShare = 0.6;
/** What the likeness of any life counts that is like no past one. */
const stranger = 0.01;

/** Shares of life at which paths are kept, closer together towards the end, where things change. */
const pathShare = (k: number): number => 1 - (1 - k / pathCells) ** 3;
const pathPosition = (share: number): number => pathCells * (1 - Math.cbrt(1 - share));

/** The index of a life at the shares of its length: the last row at or before each. */
export const pathOf = (life: PastLife, rows: PastRows, index: DegradationIndex): number[] => {
  let row = life.firstRow;
  return Array.from({ length: pathCells + 1 }, (_, k) => {
    const age = pathShare(k) * life.length;
    while (row + 1 < life.endRow && (rows.age[row + 1] as number) <= age) row++;
    return indexOf(index, (f) => (rows.inputs[f] as Float32Array)[row] as number);
  });
};

export const spreadOf = (paths: readonly (readonly number[])[]): number => {
  let square = 0;
  for (let k = 0; k <= pathCells; k++) {
    const mean = paths.reduce((sum, path) => sum + (path[k] as number), 0) / paths.length;
    square += paths.reduce((sum, path) => sum + ((path[k] as number) - mean) ** 2, 0);
  }
  return Math.sqrt(square / ((pathCells + 1) * Math.max(1, paths.length - 1)));
};

/**
 * ln likelihood of looking like `worn` at `age` for each remaining life of `middles`: a life that is to last age + r
 * stands at the share age / (age + r) of its way, and is compared with where the past lives stood at that share.
 */
const likeness = ({ paths, spread }: Similarity, worn: number, age: number, middles: Float64Array): Float64Array => {
  const width = kernelShare * spread + 1e-9;
  return middles.map((left) => {
    const at = pathPosition(age / (age + left));
    const low = Math.min(pathCells - 1, Math.floor(at));
    let like = 0;
    for (const path of paths) {
      const from = path[low] as number;
      const distance = (worn - from - (at - low) * ((path[low + 1] as number) - from)) / width;
      // Student's t with 3 degrees of freedom: one odd value is no proof.
      like += 1 / (1 + (distance * distance) / 3) ** 2;
    }
    return Math.log(stranger + ((1 - stranger) * like) / paths.length);
  });
};

/**
 * The remaining life of a component of this age and degradation index: what the lengths of past lives tell of one that
 * got so old, weighted by the likeness. With nothing alike it stays what the age tells.
 * Sources: T. Wang et al., A similarity-based prognostics approach for remaining useful life estimation (2008), for the
 * comparison with past lives up to their failure; with the age as prior it becomes Bayes' rule.
 */
export const remainingWhen = (similarity: Similarity, age: number, worn: number): RemainingLife => {
  const { prior, trust, least, most } = similarity;
  const edges = lifeEdges(least, most);
  const before = remainingAfter(prior, age, edges);
  const like = trust > 0 ? likeness(similarity, worn, age, cellMiddles(edges)) : undefined;
  const weights = like ? before.map((p, c) => p * Math.exp(trust * (like[c] as number))) : before;
  return normalised(edges, weights);
};

/** The same from the inputs of the index. */
export const remainingBySimilarity = (
  similarity: Similarity,
  age: number,
  input: (f: number) => number,
): RemainingLife => remainingWhen(similarity, age, indexOf(similarity.index, input));
