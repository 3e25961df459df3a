import type { Random } from '@kuluma/shared/clock.ts';
import { addTree, type BinnedColumns, type Boosted, sigmoid, type Tree } from './trees.ts';

export interface BoostOptions {
  readonly loss: 'squared' | 'logistic';
  readonly rounds: number;
  readonly learningRate: number;
  readonly maxLeaves: number;
  /** Least sum of hessians in a leaf: rows for the squared loss. */
  readonly minLeafWeight: number;
  readonly l2: number;
  readonly rowShare: number;
  readonly columnShare: number;
}

/** More log-odds than any offset is wrong by. */
const mostShift = 30;

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
const compact = (value: number): number => Number(value.toPrecision(6));

/** Grows trees on shared buffers: one instance serves all rounds of a fit. Adds the gain of each split to that of its column. */
const createGrower = (columns: BinnedColumns, options: BoostOptions, gains: Float64Array) => {
  const rowCount = columns[0]?.length ?? 0;
  const index = new Int32Array(rowCount);
  const spill = new Int32Array(rowCount);
  const orderedG = new Float64Array(rowCount);
  const orderedH = new Float64Array(rowCount);
  const pool: Float64Array[] = [];
  /** Bins of each column that any of its rows is in: what has few values costs little. */
  const widths = columns.map((bins) => 1 + bins.reduce((most, bin) => Math.max(most, bin), 0));
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

  const split = (leaf: Leaf, tree: Tree, g: Float64Array, h: Float64Array): [Leaf, Leaf] => {
    const middle = partition(leaf);
    const node = tree.value.length;
    const left = newLeaf(node, leaf.start, middle);
    const right = newLeaf(node + 1, middle, leaf.end);
    sum(left, g, h);
    right.sumG = leaf.sumG - left.sumG;
    right.sumH = leaf.sumH - left.sumH;
    const [small, large] = left.end - left.start < right.end - right.start ? [left, right] : [right, left];
    fill(small, g, h);
    const size = offsets.at(-1) as number;
    for (let i = 0; i < size; i++) large.histogram[i] = (leaf.histogram[i] as number) - (small.histogram[i] as number);
    pool.push(leaf.histogram);
    for (const child of [left, right]) {
      addNode(tree, child);
      findSplit(child);
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

/** The constant that fits the rows best. */
const baseOf = (
  { target, weight, rows, offset }: Pick<BoostInput, 'target' | 'weight' | 'rows' | 'offset'>,
  loss: BoostOptions['loss'],
): number => {
  const start = (row: number) => (offset ? (offset[row] as number) : 0);
  let sum = 0;
  let total = 0;
  for (const row of rows) {
    sum += (weight[row] as number) * ((target[row] as number) - (loss === 'squared' ? start(row) : 0));
    total += weight[row] as number;
  }
  const mean = sum / total;
  if (loss === 'squared') return compact(mean);
  const p = Math.min(1 - 1e-4, Math.max(1e-4, mean));
  const logit = Math.log(p / (1 - p));
  return compact(offset ? shiftTo(p, offset, weight, rows) : logit);
};

/** What to add to the offsets of the rows so that their mean probability is `p`, by bisection: the mean rises with it. */
const shiftTo = (p: number, offset: Float64Array, weight: Float64Array, rows: Int32Array): number => {
  let low = -mostShift;
  let high = mostShift;
  for (let step = 0; step < 40; step++) {
    const middle = (low + high) / 2;
    let sum = 0;
    let total = 0;
    for (const row of rows) {
      sum += (weight[row] as number) * sigmoid((offset[row] as number) + middle);
      total += weight[row] as number;
    }
    if (sum < p * total) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
};

const sample = (rows: Int32Array, share: number, random: Random): Int32Array =>
  share >= 1 ? rows : rows.filter(() => random() < share);

const sampleColumns = (count: number, allowed: readonly number[], share: number, random: Random): number[] => {
  const wanted = Math.max(1, Math.round(allowed.length * share));
  const deck = [...allowed];
  for (let i = 0; i < Math.min(wanted, count); i++) {
    const j = i + Math.floor(random() * (deck.length - i));
    [deck[i], deck[j]] = [deck[j] as number, deck[i] as number];
  }
  return deck.slice(0, wanted).sort((a, b) => a - b);
};

export interface BoostInput {
  readonly columns: BinnedColumns;
  /** Columns that may split. */
  readonly allowed: readonly number[];
  readonly target: Float64Array;
  readonly weight: Float64Array;
  /** Rows to learn from; all rows of the columns are scored. */
  readonly rows: Int32Array;
  /** Score of each row to begin from, not part of the ensemble. */
  readonly offset?: Float64Array;
  readonly random: Random;
  /** Called after each round with the scores of all rows; false ends the fit. */
  readonly afterRound: (round: number, scores: Float64Array) => boolean;
}

/**
 * Gradient-boosted regression trees on histograms.
 * Source: J. Friedman, Greedy function approximation, Annals of Statistics 29 (2001); second-order leaf values and
 * gains after Chen and Guestrin, XGBoost (KDD 2016); leaf-wise growth and histogram subtraction after Ke et al.,
 * LightGBM (NIPS 2017).
 * @returns the ensemble, and by column how much its splits lowered the loss.
 */
export const boost = (input: BoostInput, options: BoostOptions): Boosted & { readonly gains: Float64Array } => {
  const { columns, target, weight, rows, offset, random } = input;
  const rowCount = target.length;
  const base = baseOf(input, options.loss);
  const scores = offset ? offset.map((start) => start + base) : new Float64Array(rowCount).fill(base);
  const g = new Float64Array(rowCount);
  const h = new Float64Array(rowCount);
  const gains = new Float64Array(columns.length);
  const grow = createGrower(columns, options, gains);
  const trees: Tree[] = [];
  for (let round = 0; round < options.rounds; round++) {
    for (const row of rows) {
      const w = weight[row] as number;
      if (options.loss === 'squared') {
        g[row] = w * ((scores[row] as number) - (target[row] as number));
        h[row] = w;
      } else {
        const p = sigmoid(scores[row] as number);
        g[row] = w * (p - (target[row] as number));
        h[row] = w * Math.max(1e-6, p * (1 - p));
      }
    }
    const chosen = sampleColumns(columns.length, input.allowed, options.columnShare, random);
    const tree = grow(sample(rows, options.rowShare, random), chosen, g, h);
    trees.push(tree);
    addTree(tree, columns, scores);
    if (!input.afterRound(round, scores)) break;
  }
  return { base, trees, gains };
};
