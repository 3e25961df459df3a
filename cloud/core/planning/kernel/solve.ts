import { emptyPlan, type Plan } from './plan.ts';
import type { Problem } from './problem.ts';
import type { LegEnd, LegResult, Searcher } from './search.ts';

export interface SolveOptions {
  readonly searchers: readonly Searcher[];
  readonly seed: number;
  /** Moves of each searcher, or the end of the work as a time of the clock. */
  readonly budget: LegEnd;
  /** Epoch ms; asked only if the budget is a time. */
  readonly now: () => number;
}

export interface Solved extends Plan {
  readonly moves: number;
}

const counting = (count: number): Int32Array => Int32Array.from({ length: count }, (_, i) => i);

/** Temperatures as shares of the mean cost of a leg between two stops. */
const heat = { from: 0.8, to: 0.008 };

/** What driving from one place to the next costs in the mean, over near pairs. */
const travelScale = (problem: Problem): number => {
  const { visitCount: n, place, placeCount, distance, time } = problem;
  let sum = 0;
  let pairs = 0;
  for (let a = 0; a < n; a++)
    for (let b = a + 1; b < n; b += 7) {
      const at = (place[a] as number) * placeCount + (place[b] as number);
      sum += (problem.perDistance[0] as number) * (distance[at] as number);
      sum += (problem.perDuration[0] as number) * (time[at] as number);
      pairs++;
    }
  return pairs > 0 ? sum / pairs / 4 : 1;
};

const better = (a: LegResult, b: LegResult): LegResult =>
  b.best.unassigned.length - a.best.unassigned.length || b.best.cost - a.best.cost < 0 ? b : a;

/** The best plan that the budget allows. The same problem, seed, number of searchers and moves give the same plan. */
export const solve = async (problem: Problem, { searchers, seed, budget }: SolveOptions): Promise<Solved> => {
  const visits = counting(problem.visitCount);
  const vehicles = counting(problem.vehicleCount);
  const scale = travelScale(problem);
  const start = emptyPlan(visits);
  const results = await Promise.all(
    searchers.map((search, i) =>
      search({
        routes: start.routes,
        visits,
        vehicles,
        seed: seed * searchers.length + i,
        heat: { from: heat.from * scale, to: heat.to * scale },
        end: budget,
        poolSize: 0,
      }),
    ),
  );
  return { ...results.reduce(better).best, moves: results.reduce((sum, { moves }) => sum + moves, 0) };
};
