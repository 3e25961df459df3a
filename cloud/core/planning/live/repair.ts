import type { Random } from '@kuluma/shared/clock.ts';
import { createJournal } from '../kernel/journal.ts';
import { blinkRate, createRecreate } from '../kernel/recreate.ts';
import type { RouteState } from '../kernel/route-state.ts';
import { removeStrings, ruinFor } from '../kernel/ruin.ts';
import type { Nearness } from './nearness.ts';
import { createRoutesKept } from './routes-kept.ts';

/** When a repair ends: after a number of moves, or at a time of the clock that is given. */
export type RepairEnd = { readonly moves: number } | { readonly atMs: number; readonly now: () => number };

export interface RepairOptions {
  /** That may be used. */
  readonly vehicles: Int32Array;
  /** Visits that have lost their place, or stand on a route that was disturbed: the repair works around them. */
  readonly damaged: readonly number[];
  readonly nearness: Nearness;
  readonly random: Random;
  /** What a visit costs in the mean beside its service. */
  readonly scale: number;
  readonly end: RepairEnd;
}

const heat = { from: 0.1, to: 0.005 };
/** How far from the damage moves begin, counted in visits: the near ones oftener. */
const reach = 60;
export const movesPerLook = 32;

/** The vehicles of the technicians who are near the damage, and of those who are free. */
const vehiclesNear = (state: RouteState, { vehicles, damaged, nearness }: RepairOptions): Int32Array => {
  const { technician } = state.problem;
  const { neighbours } = nearness;
  const near = new Set<number>();
  for (const visit of damaged) {
    nearness.ask(visit);
    const row = visit * neighbours.width;
    for (const other of neighbours.of.subarray(row, row + Math.min(reach, neighbours.width))) {
      const vehicle = state.vehicleOf[other] as number;
      if (vehicle !== -1) near.add(technician[vehicle] as number);
    }
  }
  const isFree = (vehicle: number) => state.size[vehicle] === 0;
  return vehicles.filter((vehicle) => near.has(technician[vehicle] as number) || isFree(vehicle));
};

/**
 * Improves a plan around a damage and leaves the rest of it alone: ruin and recreate as in the search, its strings cut
 * near visits that are damaged, slightly heated. A step is some moves; the best plan seen is left in the state when it
 * is over, or returned from.
 */
export function* repairing(state: RouteState, options: RepairOptions): Generator<void, void> {
  const { damaged, nearness, random, scale, end } = options;
  if (damaged.length === 0) return;
  const { neighbours } = nearness;
  const journal = createJournal(state);
  const recreate = createRecreate(state, vehiclesNear(state, options), blinkRate);
  const ruin = ruinFor(state.problem);
  const kept = createRoutesKept(state);
  const startMs = 'moves' in end ? 0 : end.now();
  const within = Math.min(reach, neighbours.width);
  let cost = state.totalCost;
  let best = cost;
  let moves = 0;

  const move = (temperature: number): void => {
    const center = damaged[Math.floor(random() * damaged.length)] as number;
    nearness.ask(center);
    const around = neighbours.of[center * neighbours.width + Math.floor(random() ** 2 * within)] as number;
    nearness.ask(around);
    journal.begin();
    removeStrings(state, neighbours, journal, ruin, random, around);
    recreate(journal, random);
    if (state.totalCost < cost - temperature * Math.log(random())) {
      cost = state.totalCost;
      if (cost >= best - 1e-9) return;
      best = cost;
      kept.keep();
    } else journal.undo();
  };

  const progress = (): number =>
    'moves' in end ? moves / end.moves : Math.min(1, (end.now() - startMs) / Math.max(1, end.atMs - startMs));
  try {
    for (let gone = progress(); gone < 1; gone = progress()) {
      const temperature = scale * heat.from * (heat.to / heat.from) ** gone;
      const until = 'moves' in end ? Math.min(end.moves, moves + movesPerLook) : moves + movesPerLook;
      for (; moves < until; moves++) move(temperature);
      yield;
    }
  } finally {
    kept.putBack();
  }
}
