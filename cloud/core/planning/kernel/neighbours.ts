import type { Problem } from './problem.ts';
import { wayMatrix } from './way-matrix.ts';

/** For each visit, the visits nearest by distance, itself first: `visit * width + i`. */
export interface Neighbours {
  readonly width: number;
  readonly of: Int32Array;
}

/** Strings are cut from near routes only, so that farther visits are of no use in a long list. */
const mostNeighbours = 300;

/** Whole numbers that a float holds exactly. */
const exactUpTo = 2 ** 52;

/** Visits as near as each other to a part in 2^39 of the longest way are in the order of their numbers. */
export const createNeighbours = ({ visitCount: n, place, placeCount, distance, distanceInto }: Problem): Neighbours => {
  const width = Math.min(n, mostNeighbours);
  const of = new Int32Array(n * width);
  // Distance and number in one key each: numbers are sorted many times faster than by a function that compares.
  const keys = new Float64Array(n);
  const longest = 2 * wayMatrix(distance).longest;
  const scale = longest > 0 ? Math.floor(exactUpTo / n - 1) / longest : 0;
  for (let v = 0; v < n; v++) {
    const row = (place[v] as number) * placeCount;
    for (let u = 0; u < n; u++) {
      const at = row + (place[u] as number);
      keys[u] = Math.floor(((distance[at] as number) + (distanceInto[at] as number)) * scale) * n + u;
    }
    keys[v] = -1;
    keys.sort();
    of[v * width] = v;
    for (let i = 1; i < width; i++) of[v * width + i] = (keys[i] as number) % n;
  }
  return { width, of };
};
