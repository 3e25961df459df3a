/** Bin 0 means missing, bins 1 to 255 hold the values by rising edges. */
export const binCount = 256;

/** Binned features by column, as many bytes as rows in each. */
export type BinnedColumns = readonly Uint8Array[];

/** A regression tree in arrays, node 0 first. A leaf has feature -1; a row goes left where its bin is at most `bin`. */
export interface Tree {
  readonly feature: number[];
  readonly bin: number[];
  readonly left: number[];
  readonly right: number[];
  /** Mean contribution of each node, inner ones too: their differences along a path explain a prediction. */
  readonly value: number[];
}

export interface Boosted {
  readonly base: number;
  readonly trees: Tree[];
}

export const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** Adds the tree's value to `scores` at every row of the columns, or at the chosen ones. */
export const addTree = (tree: Tree, columns: BinnedColumns, scores: Float64Array, rows?: Int32Array): void => {
  const { feature, bin, left, right, value } = tree;
  const count = rows ? rows.length : scores.length;
  for (let i = 0; i < count; i++) {
    const row = rows ? (rows[i] as number) : i;
    let node = 0;
    let split = feature[0] as number;
    while (split >= 0) {
      node =
        ((columns[split] as Uint8Array)[row] as number) <= (bin[node] as number)
          ? (left[node] as number)
          : (right[node] as number);
      split = feature[node] as number;
    }
    scores[row] = (scores[row] as number) + (value[node] as number);
  }
};

/** Mean score of the members at one row. */
export const scoreOf = (members: readonly Boosted[], bins: Uint8Array): number => {
  let sum = 0;
  for (const { base, trees } of members) {
    sum += base;
    for (const { feature, bin, left, right, value } of trees) {
      let node = 0;
      let split = feature[0] as number;
      while (split >= 0) {
        node = ((bins[split] as number) <= (bin[node] as number) ? left[node] : right[node]) as number;
        split = feature[node] as number;
      }
      sum += value[node] as number;
    }
  }
  return sum / members.length;
};

/** Scores of all rows, each by the member that did not learn from its fold. */
export const heldScores = (members: readonly Boosted[], columns: BinnedColumns, fold: Int32Array): Float64Array => {
  const scores = Float64Array.from(fold, (k) => (members[k] as Boosted).base);
  members.forEach(({ trees }, k) => {
    const rows = new Int32Array(fold.length).map((_, i) => i).filter((i) => fold[i] === k);
    for (const tree of trees) addTree(tree, columns, scores, rows);
  });
  return scores;
};
