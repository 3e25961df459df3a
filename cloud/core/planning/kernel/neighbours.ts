import type { Problem } from './problem.ts';

/** For each visit, the visits nearest by distance, itself first: `visit * width + i`. */
export interface Neighbours {
  readonly width: number;
  readonly of: Int32Array;
}

/** Strings are cut from near routes only, so that farther visits are of no use in a long list. */
const mostNeighbours = 300;

export const createNeighbours = ({ visitCount: n, place, placeCount, distance, distanceInto }: Problem): Neighbours => {
  const width = Math.min(n, mostNeighbours);
  const of = new Int32Array(n * width);
  const far = new Float64Array(n);
  const order = Int32Array.from({ length: n }, (_, i) => i);
  for (let v = 0; v < n; v++) {
    const row = (place[v] as number) * placeCount;
    for (let u = 0; u < n; u++) {
      const at = row + (place[u] as number);
      far[u] = u === v ? -1 : (distance[at] as number) + (distanceInto[at] as number);
    }
    order.sort((a, b) => (far[a] as number) - (far[b] as number) || a - b);
    of.set(order.subarray(0, width), v * width);
  }
  return { width, of };
};
