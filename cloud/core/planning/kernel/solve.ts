import { fewestVehicles } from './fleet-minimisation.ts';
import { emptyPlan, type Plan, planOfRoutes } from './plan.ts';
import type { Problem } from './problem.ts';
import { coolingRounds, fleetRounds, type Round, restartRounds } from './rounds.ts';
import type { PooledRoute } from './route-pool.ts';
import type { Leg, LegEnd, Searcher } from './search.ts';
import { type BinaryProgramSolver, mergePools, recombine } from './set-partitioning.ts';
import { createPartsSolver, type PartsResult } from './solve-in-parts.ts';
import { travelScale } from './travel-scale.ts';

/** The least cost, or the fewest vehicles and then the least cost. */
export type Aim = 'cost' | 'vehicles';

export interface SolveOptions {
  readonly searchers: readonly Searcher[];
  readonly partition: BinaryProgramSolver;
  readonly seed: number;
  readonly aim: Aim;
  /** Moves of each searcher, or the end of the work as a time of the clock. */
  readonly budget: LegEnd;
  /** Epoch ms; asked only if the budget is a time. */
  readonly now: () => number;
  /** Told of the first plan and after each round: the share of the budget that is gone, and the plan so far. */
  readonly report?: (share: number, plan: Plan) => void;
}

export interface Solved extends Plan {
  /** Of all searchers together. */
  readonly moves: number;
}

const partition = {
  /** Routes that a leg brings home at most, and of those of all legs that are kept. */
  perLeg: 4000,
  kept: 8000,
  mostColumns: 1000,
  mostNodes: 200,
  /** Of the whole time, for each program; the last one has what is left, and is told to take a part of it. */
  timeShare: 0.06,
  lastPart: 0.6,
};

/** Problems with more visits are cooled once, in parts, instead of begun anew several times. */
const mostVisitsWhole = 300;

const counting = (count: number): Int32Array => Int32Array.from({ length: count }, (_, i) => i);

/** Which of two plans is better for an aim. */
const betterFor =
  (aim: Aim) =>
  (a: Plan, b: Plan): Plan => {
    const worse =
      aim === 'cost'
        ? a.cost + a.missed - (b.cost + b.missed)
        : a.missed - b.missed || a.routes.length - b.routes.length || a.cost - b.cost;
    return worse <= 0 ? a : b;
  };

/** Everything that a solve has found so far. */
interface Progress {
  best: Plan;
  /** Where annealing goes on. */
  last: Plan;
  pool: readonly PooledRoute[];
  moves: number;
  legs: number;
  gone: number;
}

const vehiclesFor = (problem: Problem, { usedOnly }: Pick<Round, 'usedOnly'>, { best }: Progress): Int32Array =>
  usedOnly ? Int32Array.from(best.routes, ({ vehicle }) => vehicle) : counting(problem.vehicleCount);

/** A search that takes what is better and nothing else. */
const still: Leg['heat'] = { from: Number.EPSILON, to: Number.EPSILON };

/** Whether technicians set out from different places, so that a territory each can be planned from nothing. */
const startsApart = ({ place, visitCount: n, vehicleCount }: Problem): boolean =>
  place.subarray(n, n + vehicleCount).some((start) => start !== place[n]);

/** Moves of the first plan; a big problem's is made by one. */
const probeMoves = (visitCount: number): number => (visitCount > 1000 ? 1 : 300);

/** A first plan by a few moves, which tells the unit of temperatures. */
const probe = async (problem: Problem, search: Searcher, seed: number): Promise<Plan> => {
  const { best } = await search({
    routes: [],
    visits: counting(problem.visitCount),
    vehicles: counting(problem.vehicleCount),
    seed,
    heat: still,
    end: { moves: probeMoves(problem.visitCount) },
    aim: 'cost',
    poolSize: 0,
  });
  return best;
};

/** The best plan that the budget allows. The same problem, seed, number of searchers and moves give the same plan. */
export const solve = async (problem: Problem, options: SolveOptions): Promise<Solved> => {
  const { searchers, seed, budget, now, report, aim } = options;
  const better = betterFor(aim);
  const startMs = 'moves' in budget ? 0 : now();
  const none = emptyPlan(counting(problem.visitCount));
  const isLarge = aim === 'cost' && problem.visitCount > mostVisitsWhole;
  const inParts = isLarge ? createPartsSolver(problem, searchers, seed) : undefined;
  const isOver = () => 'atMs' in budget && now() >= budget.atMs;
  const once = { heat: still, poolSize: 0, seed, endOf: () => ({ moves: 1 }), isOver: () => false };
  const first = await (inParts && startsApart(problem)
    ? inParts.search(none, once).then(({ best }) => best)
    : probe(problem, searchers[0] as Searcher, seed));
  report?.(0, first);
  const scale = travelScale(problem, first, false);
  const progress: Progress = { best: first, last: first, pool: [], moves: 0, legs: 0, gone: 0 };

  const endAt = (from: number, to: number): LegEnd =>
    'moves' in budget
      ? { moves: Math.round(budget.moves * to) - Math.round(budget.moves * from) }
      : { atMs: startMs + (budget.atMs - startMs) * to };

  const heatOf = ({ heat }: Round): Leg['heat'] => ({ from: heat.from * scale, to: heat.to * scale });
  const poolSizeOf = ({ pooled }: Round): number => (pooled && !problem.coupled ? partition.perLeg : 0);

  const runWhole = async (round: Round, end: LegEnd): Promise<PartsResult> => {
    const leg = {
      routes: round.from === 'nothing' ? [] : progress.best.routes,
      visits: counting(problem.visitCount),
      vehicles: vehiclesFor(problem, round, progress),
      heat: heatOf(round),
      end,
      aim: round.aim,
      poolSize: poolSizeOf(round),
    };
    const results = await Promise.all(
      searchers.map((search) => search({ ...leg, seed: seed * 1000 + progress.legs++ })),
    );
    return {
      best: results.map(({ best }) => best).reduce(better),
      last: results.map(({ last }) => last).reduce(better),
      pool: results.flatMap(({ pool }) => pool),
      moves: results.reduce((sum, { moves }) => sum + moves, 0),
    };
  };

  const runRound = async (round: Round, until: number): Promise<void> => {
    const from = progress.gone;
    progress.gone = until;
    const endOf = (turn: number, turns: number) =>
      endAt(from + ((until - from) * turn) / turns, from + ((until - from) * (turn + 1)) / turns);
    const result = inParts
      ? await inParts.search(progress.last, {
          heat: heatOf(round),
          poolSize: poolSizeOf(round),
          seed: seed * 1000 + progress.legs++,
          endOf,
          isOver,
        })
      : await runWhole(round, endOf(0, 1));
    progress.best = better(result.best, progress.best);
    progress.last = result.last;
    progress.moves += result.moves;
    progress.pool = mergePools([progress.pool, result.pool], partition.kept);
  };

  const runPartition = async (
    { pool, best: plan }: Pick<Progress, 'pool' | 'best'>,
    vehicles: Int32Array,
    timeLimitMs: number | undefined,
  ): Promise<Plan> => {
    if (pool.length === 0) return plan;
    const { mostColumns, mostNodes } = partition;
    const limits = { mostColumns, mostNodes, timeLimitMs };
    const routes = await recombine(problem, plan, pool, { ...limits, solver: options.partition, vehicles });
    return routes ? better(plan, planOfRoutes(problem, routes)) : plan;
  };

  const rounds = aim === 'vehicles' ? fleetRounds : inParts ? coolingRounds : restartRounds;
  const fewest = fewestVehicles(problem);
  const searchShare = 'moves' in budget ? 1 : 1 - partition.timeShare;
  let sharesLeft = rounds.reduce((sum, { share }) => sum + share, 0);
  for (const round of rounds) {
    const share = round.share / sharesLeft;
    sharesLeft -= round.share;
    if (round.aim === 'fewerVehicles' && progress.best.routes.length <= fewest) continue;
    // A round costs time even if its legs find that theirs is over.
    if (progress.legs > 0 && isOver()) break;
    const until = progress.gone + (searchShare - progress.gone) * share;
    // The program over the routes so far is solved while the searchers are out for more.
    const soFar = { ...progress };
    const vehicles = vehiclesFor(problem, round, progress);
    const timeLimitMs = 'moves' in budget ? undefined : (budget.atMs - startMs) * partition.timeShare;
    const [, combined] = await Promise.all([runRound(round, until), runPartition(soFar, vehicles, timeLimitMs)]);
    progress.best = better(progress.best, combined);
    report?.(progress.gone, progress.best);
  }
  const vehicles = vehiclesFor(problem, { usedOnly: aim === 'vehicles' }, progress);
  const leftMs = 'moves' in budget ? undefined : Math.max(0, budget.atMs - now()) * partition.lastPart;
  const combined = await runPartition(progress, vehicles, leftMs);
  return { ...better(progress.best, combined), moves: progress.moves };
};
