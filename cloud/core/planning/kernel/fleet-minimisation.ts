import type { Random } from '@kuluma/shared/clock.ts';
import { createJournal } from './journal.ts';
import { isLinked } from './linked-visits.ts';
import type { Neighbours } from './neighbours.ts';
import { keepLists, listsOf, type RouteLists } from './plan.ts';
import type { Problem } from './problem.ts';
import { blinkRate, createRecreate } from './recreate.ts';
import { clearRoute } from './route-edits.ts';
import type { RouteState } from './route-state.ts';
import { removeStrings, ruinFor } from './ruin.ts';

/** A search for fewer routes, driven from outside step by step. */
export interface FleetMinimisation {
  /** Makes `moves` moves at a temperature. */
  readonly run: (moves: number, temperature: number) => void;
  /** The routes of the first state with the fewest routes that serve as many visits as the first. */
  readonly best: () => RouteLists;
  /** No fewer routes are possible. */
  readonly ended: () => boolean;
}

/** So many vehicles it takes at least to carry the loads of the visits. */
export const fewestVehicles = ({ capacityCount, load, capacity, visitCount, vehicleCount }: Problem): number => {
  const most = (values: Float64Array, k: number, count: number, join: (a: number, b: number) => number) =>
    Array.from({ length: count }, (_, i) => values[i * capacityCount + k] as number).reduce(join, 0);
  return Array.from({ length: capacityCount }, (_, k) =>
    Math.ceil(most(load, k, visitCount, (a, b) => a + b) / most(capacity, k, vehicleCount, Math.max)),
  ).reduce((a, b) => Math.max(a, b), Math.min(1, visitCount));
};

/**
 * Takes a route apart and tries to serve its visits on the others: a visit that was absent often counts more, and a move
 * is kept if the visits that it leaves absent count less than those before.
 * Source: Christiaens and Vanden Berghe 2020, section 5.6 (sum of absences).
 */
export const createFleetMinimisation = (
  state: RouteState,
  { vehicles, neighbours, random }: { vehicles: Int32Array; neighbours: Neighbours; random: Random },
): FleetMinimisation => {
  const journal = createJournal(state);
  const ruin = ruinFor(state.problem);
  const absences = new Int32Array(state.problem.visitCount);
  const best = listsOf(state);
  const fewest = fewestVehicles(state.problem);
  /** Visits that the plan to begin with leaves out: nobody can serve them. */
  const leftOut = state.absentCount;
  let usable = vehicles;
  let recreate = createRecreate(state, usable, blinkRate, neighbours);
  let ended = false;

  const absenceSum = (): number => {
    let sum = 0;
    for (let i = 0; i < state.absentCount; i++) sum += 1 + (absences[state.absent[i] as number] as number);
    return sum;
  };
  const weightOf = (vehicle: number): number => {
    let sum = 0;
    const n = state.problem.visitCount;
    for (let j = state.next[n + vehicle] as number; j < n; j = state.next[j] as number) sum += absences[j] as number;
    return sum;
  };
  const hasFixed = (vehicle: number): boolean => {
    const n = state.problem.visitCount;
    for (let j = state.next[n + vehicle] as number; j < n; j = state.next[j] as number)
      if (state.fixed[j] === 1 || isLinked(state, j)) return true;
    return false;
  };
  /** The route whose visits were absent least is given up; only the other vehicles with a route stay usable. */
  const giveUpRoute = (): void => {
    const used = vehicles.filter((vehicle) => (state.size[vehicle] as number) > 0);
    const given = used
      .filter((vehicle) => !hasFixed(vehicle))
      .reduce((least, vehicle) => (least !== -1 && weightOf(vehicle) >= weightOf(least) ? least : vehicle), -1);
    ended = given === -1;
    if (ended) return;
    clearRoute(state, given);
    usable = used.filter((vehicle) => vehicle !== given);
    recreate = createRecreate(state, usable, blinkRate, neighbours);
  };
  const keepIfComplete = (): void => {
    if (state.absentCount > leftOut) return;
    keepLists(best, state);
    ended = state.usedCount <= fewest;
    if (!ended) giveUpRoute();
  };

  return {
    run: (moves, temperature) => {
      for (let move = 0; move < moves && !ended; move++) {
        const sum = absenceSum();
        const cost = state.totalCost;
        journal.begin();
        removeStrings(state, neighbours, journal, ruin, random);
        recreate(journal, random);
        const newSum = absenceSum();
        for (let i = 0; i < state.absentCount; i++) {
          const visit = state.absent[i] as number;
          absences[visit] = (absences[visit] as number) + 1;
        }
        if (newSum < sum || (newSum === sum && state.totalCost < cost - temperature * Math.log(random())))
          keepIfComplete();
        else journal.undo();
      }
    },
    best: () => best,
    ended: () => ended,
  };
};
