import { type Claim, claims, holderOf } from './part-claims.ts';
import type { RouteState } from './route-state.ts';
import type { Stock } from './stock.ts';

/** What of each part a route could take from one holder: what is left, and what the route itself has taken. */
interface Shelf {
  /** By part, where `seen` has the present stamp. */
  left: Float64Array;
  seen: Int32Array;
  stamp: number;
  /** `rows + part * periods`: the stock of the holder in the period of the route, and in the later ones behind it. */
  stock: Float64Array;
  row: number;
  periods: number;
  later: number;
}

export const createShelf = (): Shelf => ({
  left: new Float64Array(0),
  seen: new Int32Array(0),
  stamp: 0,
  stock: new Float64Array(0),
  row: 0,
  periods: 0,
  later: 0,
});

/** What is there of a part; can be taken without missing in a later period. */
const thereOf = (shelf: Shelf, part: number): number => {
  if (shelf.seen[part] === shelf.stamp) return shelf.left[part] as number;
  shelf.seen[part] = shelf.stamp;
  const at = shelf.row + part * shelf.periods;
  let least = shelf.stock[at] as number;
  for (let q = at + 1; q < at + shelf.later; q++) least = Math.min(least, shelf.stock[q] as number);
  shelf.left[part] = least;
  return least;
};

/** Turns to a holder as a route sees it. */
export const openShelf = (shelf: Shelf, state: RouteState, stock: Stock, vehicle: number, holder: number): void => {
  const { partCount, periodCount, period, needStart, needCount, needPart, needQuantity } = stock;
  if (shelf.left.length < partCount) {
    shelf.left = new Float64Array(partCount);
    shelf.seen = new Int32Array(partCount);
    shelf.stamp = 0;
  }
  shelf.stamp++;
  // What no other route can take is there as if this one had not taken it yet.
  shelf.stock = stock.shared ? state.stockLeft : stock.supply;
  shelf.periods = periodCount;
  shelf.later = periodCount - (period[vehicle] as number);
  shelf.row = holder * partCount * periodCount + (period[vehicle] as number);
  if (!stock.shared) return;
  const n = state.problem.visitCount;
  for (let j = state.next[n + vehicle] as number; j < n; j = state.next[j] as number) {
    const claim = state.claim[j] as Claim;
    if (claim === claims.none) continue;
    const first = needStart[j] as number;
    const end = first + (needCount[j] as number);
    for (let at = first; at < end; at++) {
      const part = needPart[at] as number;
      if (holderOf(stock, vehicle, part, claim) === holder)
        shelf.left[part] = thereOf(shelf, part) + (needQuantity[at] as number);
    }
  }
};

/** Takes some; false if there is not as much. */
export const take = (shelf: Shelf, part: number, quantity: number): boolean => {
  const after = thereOf(shelf, part) - quantity;
  shelf.left[part] = after;
  return after >= 0;
};
