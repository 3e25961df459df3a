/** `w'Aw / 2 - b'w`, to be made least. */
export interface Quadratic {
  readonly a: readonly number[][];
  readonly b: readonly number[];
}

/** Its least over weights of at least `low`, with a price on each unit of the first ones, by coordinate descent. */
export const descend = ({ a, b }: Quadratic, low: readonly number[], priced: number, price: number): number[] => {
  const w = b.map(() => 0);
  for (let sweep = 0; sweep < 300; sweep++) {
    let moved = 0;
    for (let j = 0; j < w.length; j++) {
      const row = a[j] as number[];
      const own = row[j] as number;
      const rest = row.reduce((sum, v, i) => (i === j ? sum : sum + v * (w[i] as number)), 0);
      const next = Math.max(low[j] as number, ((b[j] as number) - (j < priced ? price : 0) - rest) / own);
      moved = Math.max(moved, Math.abs(next - (w[j] as number)));
      w[j] = next;
    }
    if (moved < 1e-10) break;
  }
  return w;
};

/** The same where the first ones come to 1 at most: the price at which they do, by bisection. */
export const descendShared = (quadratic: Quadratic, low: readonly number[], priced: number): number[] => {
  const at = (price: number) => descend(quadratic, low, priced, price);
  const over = (w: readonly number[]) => w.slice(0, priced).reduce((sum, v) => sum + v, 0) > 1;
  const free = at(0);
  if (!over(free)) return free;
  let cheap = 0;
  let dear = Math.max(...quadratic.b);
  for (let step = 0; step < 60; step++) {
    const price = (cheap + dear) / 2;
    if (over(at(price))) cheap = price;
    else dear = price;
  }
  return at(dear);
};
