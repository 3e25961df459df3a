import { type Random, seededRandom } from '@kuluma/shared/clock.ts';
import { decompose, type Part } from './decompose.ts';
import { fewestVehicles } from './fleet-minimisation.ts';
import { emptyPlan, type Plan, planOfRoutes } from './plan.ts';
import type { Problem } from './problem.ts';
import { coolingRounds, fleetRounds, type Round, restartRounds } from './rounds.ts';
import type { PooledRoute } from './route-pool.ts';
import type { Leg, LegEnd, LegResult, Searcher } from './search.ts';
import { type BinaryProgramSolver, mergePools, recombine } from './set-partitioning.ts';
import { stockShares } from './stock-shares.ts';
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

/** Problems with more visits are cooled once, cut in parts, instead of begun anew several times. */
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

/** The parts that the searchers work on: the whole for each, or a piece each. */
const partsOf = (problem: Problem, round: Round, progress: Progress, count: number, random: Random): Part[] => {
  const visits = counting(problem.visitCount);
  const vehicles = vehiclesFor(problem, round, progress);
  if (round.from === 'last' && progress.last.routes.length >= 2 * count)
    return decompose(problem, progress.last, vehicles, Math.floor(random() * problem.visitCount), count);
  const routes = round.from === 'nothing' ? [] : progress[round.from].routes;
  return Array.from({ length: count }, () => ({ routes, visits, vehicles }));
};

/** Moves of the first plan; a big problem's is made by one. */
const probeMoves = (visitCount: number): number => (visitCount > 1000 ? 1 : 300);

/** A first plan by a few moves, which tells the unit of temperatures. */
const probe = async (problem: Problem, search: Searcher, seed: number): Promise<Plan> => {
  const { best } = await search({
    routes: [],
    visits: counting(problem.visitCount),
    vehicles: counting(problem.vehicleCount),
    seed,
    heat: { from: Number.EPSILON, to: Number.EPSILON },
    end: { moves: probeMoves(problem.visitCount) },
    aim: 'cost',
    poolSize: 0,
  });
  return best;
};

/** Pieces that were worked on apart are one plan again. */
const joined = (problem: Problem, pieces: readonly Plan[]): Plan =>
  planOfRoutes(
    problem,
    pieces.flatMap(({ routes }) => routes).sort((a, b) => a.vehicle - b.vehicle),
  );

/** The best plan that the budget allows. The same problem, seed, number of searchers and moves give the same plan. */
export const solve = async (problem: Problem, options: SolveOptions): Promise<Solved> => {
  const { searchers, seed, budget, now, report, aim } = options;
  const better = betterFor(aim);
  const random = seededRandom(seed);
  const startMs = 'moves' in budget ? 0 : now();
  const none = emptyPlan(counting(problem.visitCount));
  const first = await probe(problem, searchers[0] as Searcher, seed);
  report?.(0, first);
  const scale = travelScale(problem, first);
  const progress: Progress = { best: none, last: none, pool: [], moves: 0, legs: 0, gone: 0 };

  const endOf = (from: number, to: number): LegEnd =>
    'moves' in budget
      ? { moves: Math.round(budget.moves * to) - Math.round(budget.moves * from) }
      : { atMs: startMs + (budget.atMs - startMs) * to };

  const runRound = async (round: Round, until: number): Promise<void> => {
    const from = progress.gone;
    progress.gone = until;
    const parts = partsOf(problem, round, progress, searchers.length, random);
    const stocks = stockShares(problem, progress.last, parts);
    const legs = parts.map(
      (part, i): Leg => ({
        ...part,
        ...(stocks ? { stockLeft: stocks[i] as Float64Array } : {}),
        seed: seed * 1000 + progress.legs++,
        heat: { from: round.heat.from * scale, to: round.heat.to * scale },
        end: endOf(from, until),
        aim: round.aim,
        poolSize: round.pooled && !problem.coupled ? partition.perLeg : 0,
      }),
    );
    const results: LegResult[] = await Promise.all(legs.map((leg, i) => (searchers[i] as Searcher)(leg)));
    const apart = parts.every(({ visits }) => visits.length < problem.visitCount);
    const bests = apart
      ? [
          joined(
            problem,
            results.map(({ best }) => best),
          ),
        ]
      : results.map(({ best }) => best);
    progress.best = bests.reduce(better, progress.best);
    progress.last = apart
      ? joined(
          problem,
          results.map(({ last }) => last),
        )
      : results.map(({ last }) => last).reduce(better);
    progress.moves += results.reduce((sum, { moves }) => sum + moves, 0);
    progress.pool = mergePools([progress.pool, ...results.map(({ pool }) => pool)], partition.kept);
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

  const rounds =
    aim === 'vehicles' ? fleetRounds : problem.visitCount > mostVisitsWhole ? coolingRounds : restartRounds;
  const fewest = fewestVehicles(problem);
  const searchShare = 'moves' in budget ? 1 : 1 - partition.timeShare;
  let sharesLeft = rounds.reduce((sum, { share }) => sum + share, 0);
  for (const round of rounds) {
    const share = round.share / sharesLeft;
    sharesLeft -= round.share;
    if (round.aim === 'fewerVehicles' && progress.best.routes.length <= fewest) continue;
    // A round costs time even if its legs find that theirs is over.
    if ('atMs' in budget && progress.legs > 0 && now() >= budget.atMs) break;
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
