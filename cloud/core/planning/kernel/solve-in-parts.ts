import { seededRandom } from '@kuluma/shared/clock.ts';
import { absentCosts } from './absent-costs.ts';
import { decompose, type Part } from './decompose.ts';
import { type Plan, planOfRoutes } from './plan.ts';
import type { Problem } from './problem.ts';
import { createRouteKey, type PooledRoute } from './route-pool.ts';
import type { Leg, LegEnd, LegResult, Searcher } from './search.ts';
import { stockShares } from './stock-shares.ts';
import { createRouteInPart, routeInWhole, type SubProblem, subProblemOf } from './sub-problem.ts';

/** What is done in every part of a plan that is cut. */
export interface PartsTask {
  readonly heat: Leg['heat'];
  readonly poolSize: number;
  readonly seed: number;
  /** When the leg with this place among those of its searcher ends; they do as many each, one after the other. */
  readonly endOf: (turn: number, turns: number) => LegEnd;
  /** Whether no time is left: parts whose turn has not come stay as they are. */
  readonly isOver: () => boolean;
}

/** What all parts together came to. */
export interface PartsResult {
  readonly best: Plan;
  readonly last: Plan;
  readonly pool: readonly PooledRoute[];
  readonly moves: number;
}

interface PartResult extends LegResult {
  readonly sub: SubProblem;
}

/** Cuts plans of a large problem into parts, has them searched as small problems, and puts them together again. */
export interface PartsSolver {
  readonly search: (from: Pick<Plan, 'routes' | 'unassigned'>, task: PartsTask) => Promise<PartsResult>;
}

type PartLeg = Pick<Leg, 'heat' | 'poolSize' | 'seed' | 'end'>;

const asItIs = async ({ routes }: Pick<Leg, 'routes'>, sub: Problem): Promise<LegResult> => {
  const plan = planOfRoutes(sub, routes);
  return { best: plan, last: plan, pool: [], moves: 0 };
};

/** Visits of a part: few enough for quick moves, enough for all technicians who could take them. */
const visitsPerPart = 260;

export const createPartsSolver = (problem: Problem, searchers: readonly Searcher[], seed: number): PartsSolver => {
  const random = seededRandom(seed);
  const keyOf = createRouteKey(problem);
  const missedCost = absentCosts(problem);
  const turns = Math.ceil(problem.visitCount / (visitsPerPart * searchers.length));

  /** The plan of the whole that the plans of the parts are. */
  const joined = (plans: readonly { readonly sub: SubProblem; readonly plan: Plan }[]): Plan => {
    const routes = plans
      .flatMap(({ sub, plan }) => plan.routes.map((route) => routeInWhole(sub, route)))
      .sort((a, b) => a.vehicle - b.vehicle);
    const served = new Set(routes.flatMap(({ visits }) => [...visits]));
    const unassigned = Int32Array.from(missedCost.keys()).filter((visit) => !served.has(visit));
    return {
      routes,
      unassigned,
      cost: plans.reduce((sum, { plan }) => sum + plan.cost, 0),
      missed: unassigned.reduce((sum, visit) => sum + (missedCost[visit] as number), 0),
    };
  };

  const pooledInWhole = ({ sub, pool }: PartResult): PooledRoute[] => {
    const vehicleOfKind = new Map([...sub.problem.kind].map((kind, own) => [kind, sub.vehicles[own] as number]));
    return pool.map((route) => {
      const { visits } = routeInWhole(sub, { ...route, vehicle: 0 });
      const kind = problem.kind[vehicleOfKind.get(route.kind) as number] as number;
      return { ...route, visits, kind, key: keyOf(kind, visits) };
    });
  };

  const searchPart = async (
    part: Part,
    supply: Float64Array | undefined,
    search: (leg: Omit<Leg, keyof PartLeg>, own: Problem) => Promise<LegResult>,
  ): Promise<PartResult> => {
    const sub = subProblemOf(problem, { ...part, supply });
    const leg = {
      routes: part.routes.map(createRouteInPart(sub, problem)),
      visits: Int32Array.from(part.visits.keys()),
      vehicles: Int32Array.from(part.vehicles.keys()),
      aim: 'cost',
    } as const;
    return { ...(await search(leg, sub.problem)), sub };
  };

  return {
    search: async (from, { heat, poolSize, seed: legSeed, endOf, isOver }) => {
      const parts = decompose(
        problem,
        from,
        turns * searchers.length,
        random,
        from.routes.length === 0 ? 1 : undefined,
      );
      const supplies = stockShares(problem, from, parts);
      const perSearcher = searchers.map((searcher, i) => ({
        searcher,
        own: [...parts.keys()].filter((part) => part % searchers.length === i),
      }));
      const results = await Promise.all(
        perSearcher.map(async ({ searcher, own }) => {
          const done: PartResult[] = [];
          for (const [turn, at] of own.entries()) {
            const how: PartLeg = { heat, poolSize, seed: legSeed * 1000 + at, end: endOf(turn, own.length) };
            const search = isOver()
              ? asItIs
              : (leg: Omit<Leg, keyof PartLeg>, sub: Problem) => searcher({ ...leg, ...how }, sub);
            done.push(await searchPart(parts[at] as Part, supplies?.[at], search));
          }
          return done;
        }),
      );
      const all = results.flat();
      return {
        best: joined(all.map(({ sub, best }) => ({ sub, plan: best }))),
        last: joined(all.map(({ sub, last }) => ({ sub, plan: last }))),
        pool: all.flatMap(pooledInWhole),
        moves: all.reduce((sum, { moves }) => sum + moves, 0),
      };
    },
  };
};
