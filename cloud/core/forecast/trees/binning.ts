import { binCount } from './trees.ts';

/** Upper edges of bins 1 to 254 of one feature, rising; a value above the last edge is in the last bin, a missing one in bin 0. */
export type BinEdges = number[];

/** Edges on each side that cut the outermost quantile again and again in half: what is rare is what a failure looks like. */
const tailEdges = 5;
const evenEdges = binCount - 2 - 2 * tailEdges;
const tailShares = Array.from({ length: tailEdges }, (_, i) => 2 ** -(i + 1) / (evenEdges + 1));
/** Shares of the values below each edge. */
const edgeShares = [
  ...tailShares.toReversed(),
  ...Array.from({ length: evenEdges }, (_, i) => (i + 1) / (evenEdges + 1)),
  ...tailShares.map((share) => 1 - share),
];

/** Positions in the sorted values where a value differs from the one before it. */
const stepsOf = (sorted: Float32Array): Int32Array => {
  const steps: number[] = [];
  for (let i = 1; i < sorted.length; i++) if (sorted[i] !== sorted[i - 1]) steps.push(i);
  return Int32Array.from(steps);
};

/** The steps nearest to the edge shares, rising: values that repeat lie in one bin, and that bin has edges. */
const chosenSteps = (steps: Int32Array, count: number): Iterable<number> => {
  if (steps.length <= edgeShares.length) return steps;
  const chosen = new Set<number>();
  let next = 0;
  for (const share of edgeShares) {
    const at = share * count;
    while (next < steps.length - 1 && (steps[next] as number) < at) next++;
    const below = steps[Math.max(0, next - 1)] as number;
    const above = steps[next] as number;
    chosen.add(at - below < above - at ? below : above);
  }
  return [...chosen].sort((a, b) => a - b);
};

/**
 * Edges of a feature: between all its values when it has at most 255, else about at quantiles, at most 254; and its
 * median, null when never measured.
 */
export const learnBins = (values: Float32Array): { edges: BinEdges; typical: number | null } => {
  const sorted = values.filter((v) => Number.isFinite(v)).sort();
  const edges: number[] = [];
  for (const step of chosenSteps(stepsOf(sorted), sorted.length)) {
    const low = sorted[step - 1] as number;
    const high = sorted[step] as number;
    const middle = Math.fround((low + high) / 2);
    edges.push(middle < high ? middle : low);
  }
  return { edges, typical: sorted[sorted.length >> 1] ?? null };
};

/** The bin of a value: 0 when missing, else one more than the number of edges that it is above. */
export const binOf = (edges: BinEdges, value: number): number => {
  const held = Math.fround(value);
  if (!Number.isFinite(held)) return 0;
  let low = 0;
  let high = edges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((edges[middle] as number) < held) low = middle + 1;
    else high = middle;
  }
  return low + 1;
};

export const binColumn = (edges: BinEdges, values: ArrayLike<number>): Uint8Array => {
  const bins = new Uint8Array(values.length);
  for (let i = 0; i < values.length; i++) bins[i] = binOf(edges, values[i] as number);
  return bins;
};
