import { seededRandom } from '@kuluma/shared/clock.ts';
import type { RouteState } from './route-state.ts';

/** A route that was seen: for a kind of vehicle, the cheapest order found of a set of visits. */
export interface PooledRoute {
  readonly kind: number;
  readonly visits: Int32Array;
  readonly cost: number;
}

/** Different routes of good plans, the columns of set partitioning. */
export interface RoutePool {
  /** Takes in the routes of a state that changed since they were last looked at. */
  readonly add: (state: RouteState) => void;
  readonly routes: () => readonly PooledRoute[];
}

/** A number below 2^53 for each visit and kind; sets are told apart by the sum of theirs (Zobrist). */
const randomKeys = (count: number, seed: number): Float64Array => {
  const random = seededRandom(seed);
  return Float64Array.from({ length: count }, () => Math.floor(random() * 2 ** 32));
};

/** @param most routes that are kept: the newest */
export const createRoutePool = (visitCount: number, kindCount: number, most: number): RoutePool => {
  const high = randomKeys(visitCount + kindCount, 1);
  const low = randomKeys(visitCount + kindCount, 2);
  const pool = new Map<number, PooledRoute>();
  const seenVersion: number[] = [];
  const keyOf = (state: RouteState, vehicle: number, kind: number): number => {
    let a = high[visitCount + kind] as number;
    let b = low[visitCount + kind] as number;
    for (let j = state.next[visitCount + vehicle] as number; j < visitCount; j = state.next[j] as number) {
      a ^= high[j] as number;
      b ^= low[j] as number;
    }
    return (a >>> 0) * 2 ** 21 + ((b >>> 0) % 2 ** 21);
  };
  return {
    add: (state) => {
      const { vehicleCount, kind } = state.problem;
      for (let vehicle = 0; vehicle < vehicleCount; vehicle++) {
        if (state.size[vehicle] === 0 || seenVersion[vehicle] === state.version[vehicle]) continue;
        seenVersion[vehicle] = state.version[vehicle] as number;
        const kindOf = kind[vehicle] as number;
        const key = keyOf(state, vehicle, kindOf);
        const cost = state.cost[vehicle] as number;
        const known = pool.get(key);
        if (known && known.cost <= cost) continue;
        const visits = new Int32Array(state.size[vehicle] as number);
        let at = 0;
        for (let j = state.next[visitCount + vehicle] as number; j < visitCount; j = state.next[j] as number)
          visits[at++] = j;
        if (pool.size >= most)
          for (const oldest of pool.keys()) {
            pool.delete(oldest);
            break;
          }
        pool.set(key, { kind: kindOf, visits, cost });
      }
    },
    routes: () => [...pool.values()],
  };
};
