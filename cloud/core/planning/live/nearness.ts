import type { Neighbours } from '../kernel/neighbours.ts';
import type { Problem } from '../kernel/problem.ts';

/** Neighbours that are sought when they are first asked for: a repair needs those of few visits. */
export interface Nearness {
  /** The rows of visits that were asked for are filled. */
  readonly neighbours: Neighbours;
  /** Fills the row of a visit. */
  readonly ask: (visit: number) => void;
}

const mostNeighbours = 100;

export const createNearness = (problem: Problem): Nearness => {
  const { visitCount: n, place, placeCount, distance, distanceInto } = problem;
  const width = Math.min(n, mostNeighbours);
  const of = new Int32Array(n * width);
  const known = new Uint8Array(n);
  const far = new Float64Array(n);
  return {
    neighbours: { width, of },
    ask: (visit) => {
      if (known[visit] === 1) return;
      known[visit] = 1;
      const row = (place[visit] as number) * placeCount;
      for (let other = 0; other < n; other++) {
        const at = row + (place[other] as number);
        far[other] = other === visit ? -1 : (distance[at] as number) + (distanceInto[at] as number);
      }
      const order = Int32Array.from({ length: n }, (_, i) => i);
      order.sort((a, b) => (far[a] as number) - (far[b] as number) || a - b);
      of.set(order.subarray(0, width), visit * width);
    },
  };
};
