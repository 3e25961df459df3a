import type { Random } from '@kuluma/shared/clock.ts';
import type { Problem } from './problem.ts';

/** Arranges the first `count` visits of a list in one of several orders, chosen at random. */
type Arrange = (list: Int32Array, count: number, random: Random) => void;

/** Orders of the paper, each as often as its weight: keys by rising value; undefined is at random. */
const ordersOf = (problem: Problem): readonly (Float64Array | undefined)[] => {
  const { visitCount: n, vehicleCount, place, placeCount, distance, load, capacityCount } = problem;
  const { windowStart, windowCount, windowFrom, windowTo } = problem;
  const starts = [...new Set(place.subarray(n, n + vehicleCount))];
  const keysBy = (by: (visit: number) => number) => Float64Array.from({ length: n }, (_, visit) => by(visit));
  const remoteness = keysBy((visit) =>
    Math.min(...starts.map((start) => distance[start * placeCount + (place[visit] as number)] as number)),
  );
  const open = keysBy((visit) => windowFrom[windowStart[visit] as number] ?? 0);
  const close = keysBy((visit) => windowTo[(windowStart[visit] as number) + (windowCount[visit] as number) - 1] ?? 0);
  const weighted: [number, Float64Array | undefined][] = [
    [4, undefined],
    [capacityCount > 0 ? 4 : 0, keysBy((visit) => -(load[visit * capacityCount] ?? 0))],
    [2, remoteness.map((far) => -far)],
    [1, remoteness],
    [2, keysBy((visit) => (close[visit] as number) - (open[visit] as number))],
    [2, open],
    [2, close.map((until) => -until)],
  ];
  return weighted.flatMap(([weight, keys]) => Array.from({ length: weight }, () => keys));
};

const sortBy = (list: Int32Array, count: number, keys: Float64Array): void => {
  for (let i = 1; i < count; i++) {
    const item = list[i] as number;
    const key = keys[item] as number;
    let at = i - 1;
    for (; at >= 0 && (keys[list[at] as number] as number) > key; at--) list[at + 1] = list[at] as number;
    list[at + 1] = item;
  }
};

const shuffle = (list: Int32Array, count: number, random: Random): void => {
  for (let i = count - 1; i > 0; i--) {
    const at = Math.floor(random() * (i + 1));
    const item = list[i] as number;
    list[i] = list[at] as number;
    list[at] = item;
  }
};

/** Source of the orders and how often each is taken: Christiaens and Vanden Berghe 2020, section 5.3. */
export const createArrange = (problem: Problem): Arrange => {
  const orders = ordersOf(problem);
  return (list, count, random) => {
    const keys = orders[Math.floor(random() * orders.length)];
    shuffle(list, count, random);
    if (keys) sortBy(list, count, keys);
  };
};
