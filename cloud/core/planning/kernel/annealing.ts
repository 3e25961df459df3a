import type { Random } from '@kuluma/shared/clock.ts';
import { createJournal } from './journal.ts';
import type { Neighbours } from './neighbours.ts';
import { keepLists, listsOf, type RouteLists } from './plan.ts';
import { blinkRate, createRecreate } from './recreate.ts';
import type { RouteState } from './route-state.ts';
import { removeStrings, ruinFor } from './ruin.ts';

/** A search by ruin and recreate with simulated annealing, driven from outside step by step. */
export interface Annealing {
  /** Makes `moves` moves at a temperature. */
  readonly run: (moves: number, temperature: number) => void;
  /** The routes of the best state. */
  readonly best: () => RouteLists;
  /** Annealing has no end of its own. */
  readonly ended: () => false;
}

export const createAnnealing = (
  state: RouteState,
  { vehicles, neighbours, random }: { vehicles: Int32Array; neighbours: Neighbours; random: Random },
): Annealing => {
  const journal = createJournal(state);
  const ruin = ruinFor(state.problem);
  const recreate = createRecreate(state, vehicles, blinkRate, neighbours);
  const best = listsOf(state);
  let bestCost = state.totalCost;
  let cost = state.totalCost;
  return {
    run: (moves, temperature) => {
      for (let move = 0; move < moves; move++) {
        journal.begin();
        removeStrings(state, neighbours, journal, ruin, random);
        recreate(journal, random);
        if (state.totalCost < cost - temperature * Math.log(random())) {
          cost = state.totalCost;
          if (cost < bestCost - 1e-9) {
            bestCost = cost;
            keepLists(best, state);
          }
        } else journal.undo();
      }
    },
    ended: () => false,
    best: () => best,
  };
};
