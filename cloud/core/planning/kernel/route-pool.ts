import { seededRandom } from '@kuluma/shared/clock.ts';
import { plannedRoute } from './plan.ts';
import type { Problem } from './problem.ts';
import type { RouteState } from './route-state.ts';

/** A route that was seen: for a kind of vehicle, the cheapest order found of a set of visits. */
export interface PooledRoute {
  /** The same for the same visits by the same kind, and, as good as surely, for no others. */
  readonly key: number;
  readonly kind: number;
  readonly visits: Int32Array;
  /** As in `PlannedRoute`. */
  readonly windows?: Int32Array;
  readonly restockAt?: number;
  readonly cost: number;
}

/** Different routes of good plans, the columns of set partitioning. */
export interface RoutePool {
  /** Takes in the routes of a state that changed since they were last looked at. */
  readonly add: (state: RouteState) => void;
  readonly routes: () => readonly PooledRoute[];
}

/** The key of a set of visits by a kind of vehicle: 53 random bits, combined (Zobrist). */
export type RouteKey = (kind: number, visits: Int32Array) => number;

const randomBits = (count: number, seed: number): Uint32Array => {
  const random = seededRandom(seed);
  return Uint32Array.from({ length: count }, () => Math.floor(random() * 2 ** 32));
};

/** The same problem gives the same keys, in every thread. */
export const createRouteKey = ({ visitCount, vehicleCount }: Problem): RouteKey => {
  const high = randomBits(visitCount + vehicleCount, 1);
  const low = randomBits(visitCount + vehicleCount, 2);
  return (kind, visits) => {
    let a = high[visitCount + kind] as number;
    let b = low[visitCount + kind] as number;
    for (let i = 0; i < visits.length; i++) {
      a ^= high[visits[i] as number] as number;
      b ^= low[visits[i] as number] as number;
    }
    return (a >>> 0) * 2 ** 21 + (b >>> 11);
  };
};

/** @param most routes that are kept: the newest */
export const createRoutePool = (keyOf: RouteKey, most: number): RoutePool => {
  const pool = new Map<number, PooledRoute>();
  const seenVersion: number[] = [];
  return {
    add: (state) => {
      const { vehicleCount, kind } = state.problem;
      for (let vehicle = 0; vehicle < vehicleCount; vehicle++) {
        if (state.size[vehicle] === 0 || seenVersion[vehicle] === state.version[vehicle]) continue;
        seenVersion[vehicle] = state.version[vehicle] as number;
        const { vehicle: _, ...route } = plannedRoute(state.problem, state, vehicle);
        const kindOf = kind[vehicle] as number;
        const key = keyOf(kindOf, route.visits);
        const cost = state.cost[vehicle] as number;
        const known = pool.get(key);
        if (known && known.cost <= cost) continue;
        const [oldest] = pool.size >= most ? pool.keys() : [];
        if (oldest !== undefined) pool.delete(oldest);
        pool.set(key, { key, kind: kindOf, ...route, cost });
      }
    },
    routes: () => [...pool.values()],
  };
};
