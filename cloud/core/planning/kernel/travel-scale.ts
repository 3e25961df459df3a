import type { Problem } from './problem.ts';

const nearRank = 5;
const mostSampled = 200;

/** What driving on to a near stop costs in the mean: the unit of temperatures. */
export const travelScale = (problem: Problem): number => {
  const { visitCount: n, place, placeCount, distance, time, perDistance, perDuration } = problem;
  const step = Math.ceil(n / mostSampled);
  const costsFrom = (a: number): number[] =>
    Array.from({ length: n }, (_, b) => {
      const at = (place[a] as number) * placeCount + (place[b] as number);
      return (perDistance[0] ?? 0) * (distance[at] as number) + (perDuration[0] ?? 0) * (time[at] as number);
    });
  let sum = 0;
  let count = 0;
  for (let a = 0; a < n; a += step, count++) {
    const costs = costsFrom(a).sort((x, y) => x - y);
    sum += costs[Math.min(n - 1, nearRank)] as number;
  }
  return count > 0 && sum > 0 ? sum / count : 1;
};
