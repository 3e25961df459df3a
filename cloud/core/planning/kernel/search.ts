import { type Random, seededRandom } from '@kuluma/shared/clock.ts';
import { createAnnealing } from './annealing.ts';
import { createFleetMinimisation } from './fleet-minimisation.ts';
import { createNeighbours } from './neighbours.ts';
import { listsOf, type Plan, planOf, type RouteLists, stateOf } from './plan.ts';
import type { Problem } from './problem.ts';
import { placeFrozen } from './recreate.ts';
import { createRouteKey, createRoutePool, type PooledRoute } from './route-pool.ts';
import type { RouteState } from './route-state.ts';

/** When a leg ends: after a number of moves, or at a time of the clock that the search was given. */
export type LegEnd = { readonly moves: number } | { readonly atMs: number };

/** A stretch of search from a plan on; plain data, so that a thread can do it. */
export interface Leg {
  readonly routes: Plan['routes'];
  /** The visits and vehicles that it may touch; all routes given are of these. */
  readonly visits: Int32Array;
  readonly vehicles: Int32Array;
  readonly seed: number;
  /** Temperatures at the beginning and the end. */
  readonly heat: { readonly from: number; readonly to: number };
  readonly end: LegEnd;
  /** Lower cost, or fewer vehicles from a plan that serves all. */
  readonly aim: 'cost' | 'fewerVehicles';
  /** How many different routes to bring home at most. */
  readonly poolSize: number;
}

export interface LegResult {
  readonly best: Plan;
  /** Where the search stood at its end; annealing goes on from there. */
  readonly last: Plan;
  readonly pool: readonly PooledRoute[];
  readonly moves: number;
}

/** Does legs for one problem, here or in a thread; a leg with a small problem of its own on that. */
export type Searcher = (leg: Leg, own?: Problem) => Promise<LegResult>;

/** A search that is driven step by step. */
interface Effort {
  readonly run: (moves: number, temperature: number) => void;
  readonly best: () => RouteLists;
  readonly ended: () => boolean;
}

/** Moves at most between two looks at the clock, and between two looks at the routes for the pool. */
const mostPerLook = 128;

/** Time between two looks at the clock: moves of a large problem take long. */
const lookMs = 5;

/** How far a leg is, and how many moves it makes until the next look. */
interface Pace {
  /** From 0 to 1; 1 too for a leg that begins after its end. */
  readonly progress: number;
  readonly step: number;
}

/** Asked before each step, with the moves made so far. */
const createPace = (end: LegEnd, now: () => number): ((moves: number) => Pace) => {
  if ('moves' in end)
    return (moves) => ({ progress: moves / end.moves, step: Math.min(mostPerLook, end.moves - moves) });
  const startMs = now();
  let lookedMs = startMs;
  let step = 1;
  return (moves) => {
    if (moves === 0) return { progress: 0, step };
    const ms = now();
    step = ms - lookedMs < lookMs ? Math.min(mostPerLook, 2 * step) : Math.max(1, step >> 1);
    lookedMs = ms;
    return { progress: ms >= end.atMs ? 1 : (ms - startMs) / (end.atMs - startMs), step };
  };
};

/** Prepares a problem for legs. `now` in ms is asked only for legs that end at a time. */
export const createSearch = (problem: Problem, now: () => number): ((leg: Leg) => LegResult) => {
  const neighbours = createNeighbours(problem);
  const keyOf = createRouteKey(problem);
  const improve = (leg: Leg, state: RouteState, random: Random): Effort => {
    const means = { vehicles: leg.vehicles, neighbours, random };
    if (leg.aim === 'cost') return createAnnealing(state, means);
    return createFleetMinimisation(state, means);
  };
  return (leg) => {
    const { routes, visits, heat, end, poolSize } = leg;
    const paceAt = createPace(end, now);
    const state = stateOf(problem, routes, visits);
    placeFrozen(state, leg.vehicles);
    const effort = improve(leg, state, seededRandom(leg.seed));
    const pool = createRoutePool(keyOf, poolSize);
    let moves = 0;
    for (let pace = paceAt(0); pace.progress < 1 && !effort.ended(); pace = paceAt(moves)) {
      effort.run(pace.step, heat.from * (heat.to / heat.from) ** pace.progress);
      moves += pace.step;
      if (poolSize > 0) pool.add(state);
    }
    return {
      best: planOf(problem, effort.best(), visits),
      last: planOf(problem, listsOf(state), visits),
      pool: pool.routes(),
      moves,
    };
  };
};
