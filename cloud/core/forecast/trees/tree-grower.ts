import type { BinnedColumns, Tree } from './trees.ts';

export interface GrowOptions {
  readonly learningRate: number;
  readonly maxLeaves: number;
  /** Least sum of hessians in a leaf: rows for the squared loss. */
  readonly minLeafWeight: number;
  readonly l2: number;
}

interface Leaf {
  node: number;
  start: number;
  end: number;
  sumG: number;
  sumH: number;
  histogram: Float64Array;
  gain: number;
  column: number;
  bin: number;
}

/** Sum of node values is rounded so that a model read back from text predicts the same bytes. */
export const compact = (value: number): number => Number(value.toPrecision(6));

const highest = (bins: Uint8Array): number => {
  let most = 0;
  for (let i = 0; i < bins.length; i++) if ((bins[i] as number) > most) most = bins[i] as number;
  return most;
};

/** Grows trees on shared buffers: one instance serves all rounds of a fit. Adds the gain of each split to that of its column. */
export const createGrower = (
  columns: BinnedColumns,
  allowed: readonly number[],
  options: GrowOptions,
  gains: Float64Array,
) => {
  const rowCount = columns[0]?.length ?? 0;
  const index = new Int32Array(rowCount);
  const spill = new Int32Array(rowCount);
  const orderedG = new Float64Array(rowCount);
  const orderedH = new Float64Array(rowCount);
  const pool: Float64Array[] = [];
  /** Bins of each column that any of its rows is in: what has few values costs little. */
  const widths = new Int32Array(columns.length);
  for (const column of allowed) widths[column] = 1 + highest(columns[column] as Uint8Array);
  const histogramSize = 2 * widths.reduce((sum, width) => sum + width, 0);
  let used: number[] = [];
  /** Where the histogram of each used column begins, and where the last one ends. */
  let offsets: number[] = [];

  const use = (chosen: number[]) => {
    used = chosen;
    offsets = [0];
    for (const column of chosen) offsets.push((offsets.at(-1) as number) + 2 * (widths[column] as number));
  };

  const fill = (leaf: Leaf, g: Float64Array, h: Float64Array) => {
    const { start, end, histogram } = leaf;
    for (let i = start; i < end; i++) {
      const row = index[i] as number;
      orderedG[i] = g[row] as number;
      orderedH[i] = h[row] as number;
    }
    histogram.fill(0, 0, offsets.at(-1));
    for (let c = 0; c < used.length; c++) {
      const bins = columns[used[c] as number] as Uint8Array;
      const offset = offsets[c] as number;
      for (let i = start; i < end; i++) {
        const at = offset + 2 * (bins[index[i] as number] as number);
        histogram[at] = (histogram[at] as number) + (orderedG[i] as number);
        histogram[at + 1] = (histogram[at + 1] as number) + (orderedH[i] as number);
      }
    }
  };

  const findSplit = (leaf: Leaf) => {
    const { sumG, sumH, histogram } = leaf;
    const { l2, minLeafWeight } = options;
    leaf.gain = 0;
    const parent = (sumG * sumG) / (sumH + l2);
    for (let c = 0; c < used.length; c++) {
      let leftG = 0;
      let leftH = 0;
      const offset = offsets[c] as number;
      const lastBin = (widths[used[c] as number] as number) - 1;
      for (let bin = 0; bin < lastBin; bin++) {
        leftG += histogram[offset + 2 * bin] as number;
        leftH += histogram[offset + 2 * bin + 1] as number;
        if (leftH < minLeafWeight) continue;
        const rightH = sumH - leftH;
        if (rightH < minLeafWeight) break;
        const rightG = sumG - leftG;
        const gain = (leftG * leftG) / (leftH + l2) + (rightG * rightG) / (rightH + l2) - parent;
        if (gain > leaf.gain + 1e-9) {
          leaf.gain = gain;
          leaf.column = c;
          leaf.bin = bin;
        }
      }
    }
  };

  /** Moves the rows of a leaf so that those that go left stand first; the first index of the right part. */
  const partition = (leaf: Leaf): number => {
    const bins = columns[used[leaf.column] as number] as Uint8Array;
    let left = leaf.start;
    let right = 0;
    for (let i = leaf.start; i < leaf.end; i++) {
      const row = index[i] as number;
      if ((bins[row] as number) <= leaf.bin) index[left++] = row;
      else spill[right++] = row;
    }
    index.set(spill.subarray(0, right), left);
    return left;
  };

  const newLeaf = (node: number, start: number, end: number): Leaf => ({
    node,
    start,
    end,
    sumG: 0,
    sumH: 0,
    histogram: pool.pop() ?? new Float64Array(histogramSize),
    gain: 0,
    column: 0,
    bin: 0,
  });

  const sum = (leaf: Leaf, g: Float64Array, h: Float64Array) => {
    for (let i = leaf.start; i < leaf.end; i++) {
      leaf.sumG += g[index[i] as number] as number;
      leaf.sumH += h[index[i] as number] as number;
    }
  };

  /** Whether both parts could weigh enough: where failures are rare most leaves are through before their histogram is made. */
  const canSplit = ({ sumH }: Leaf): boolean => sumH >= 2 * options.minLeafWeight;

  const split = (leaf: Leaf, tree: Tree, g: Float64Array, h: Float64Array): [Leaf, Leaf] => {
    const middle = partition(leaf);
    const node = tree.value.length;
    const left = newLeaf(node, leaf.start, middle);
    const right = newLeaf(node + 1, middle, leaf.end);
    sum(left, g, h);
    right.sumG = leaf.sumG - left.sumG;
    right.sumH = leaf.sumH - left.sumH;
    const [small, large] = left.end - left.start < right.end - right.start ? [left, right] : [right, left];
    if (canSplit(left) || canSplit(right)) fill(small, g, h);
    if (canSplit(large)) {
      const size = offsets.at(-1) as number;
      const { histogram } = large;
      for (let i = 0; i < size; i++) histogram[i] = (leaf.histogram[i] as number) - (small.histogram[i] as number);
    }
    pool.push(leaf.histogram);
    for (const child of [left, right]) {
      addNode(tree, child);
      if (canSplit(child)) findSplit(child);
    }
    const column = used[leaf.column] as number;
    gains[column] = (gains[column] as number) + leaf.gain;
    tree.feature[leaf.node] = column;
    tree.bin[leaf.node] = leaf.bin;
    tree.left[leaf.node] = node;
    tree.right[leaf.node] = node + 1;
    return [left, right];
  };

  const addNode = (tree: Tree, leaf: Leaf) => {
    tree.feature.push(-1);
    tree.bin.push(0);
    tree.left.push(0);
    tree.right.push(0);
    tree.value.push(compact((-options.learningRate * leaf.sumG) / (leaf.sumH + options.l2)));
  };

  /** A tree on the gradients `g` and hessians `h` of `rows`, grown leaf by leaf where the gain is largest. */
  return (rows: Int32Array, chosen: number[], g: Float64Array, h: Float64Array): Tree => {
    use(chosen);
    index.set(rows);
    const tree: Tree = { feature: [], bin: [], left: [], right: [], value: [] };
    const root = newLeaf(0, 0, rows.length);
    sum(root, g, h);
    fill(root, g, h);
    addNode(tree, root);
    findSplit(root);
    const leaves = [root];
    while (leaves.length < options.maxLeaves) {
      let best = 0;
      for (let i = 1; i < leaves.length; i++) if ((leaves[i] as Leaf).gain > (leaves[best] as Leaf).gain) best = i;
      const leaf = leaves[best] as Leaf;
      if (leaf.gain <= 0) break;
      leaves.splice(best, 1, ...split(leaf, tree, g, h));
    }
    for (const leaf of leaves) pool.push(leaf.histogram);
    return tree;
  };
};
