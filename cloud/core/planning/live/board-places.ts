import { findInsertion } from '../kernel/insertion.ts';
import { createInsertion } from '../kernel/insertion-place.ts';
import type { VisitSpec } from '../kernel/problem-spec.ts';
import type { BoardPlan } from './board-plan.ts';
import { isFree, windowOf } from './board-quotes.ts';
import { atOneTime } from './one-window.ts';
import { partsOf, withoutVisit } from './taken-out.ts';

const probe = createInsertion();

/** Possible starts of one vehicle, with what the plan grows by with each; in order of time. */
export interface Places {
  readonly vehicle: number;
  readonly starts: readonly { readonly start: number; readonly added: number }[];
}

/** What it costs that somebody else than a technician comes along at a time; nothing where nobody has to. */
const createBeside = (board: BoardPlan, beside: number | undefined) => {
  const { spec } = board.compiled;
  const state = board.live.state();
  const known = new Map<number, readonly { readonly technician: number; readonly added: number }[]>();
  const cheapestFirst = (visit: number, start: number) => {
    const window = windowOf(spec.visits[visit] as VisitSpec, start);
    if (window === -1) return [];
    const places: { technician: number; added: number }[] = [];
    atOneTime(state, visit, window, start, () => {
      for (let vehicle = 0; vehicle < state.problem.vehicleCount; vehicle++) {
        findInsertion(state, visit, vehicle, -1, probe);
        if (probe.added < Number.POSITIVE_INFINITY)
          places.push({ technician: state.problem.technician[vehicle] as number, added: probe.added });
      }
    });
    return places.sort((a, b) => a.added - b.added);
  };
  return (start: number, technician: number): number => {
    if (beside === undefined) return 0;
    const places = known.get(start) ?? cheapestFirst(beside, start);
    known.set(start, places);
    return places.find((place) => place.technician !== technician)?.added ?? Number.POSITIVE_INFINITY;
  };
};

/**
 * Where a visit could stand, all others staying: every start on a grid with every vehicle asked for.
 * @param stepMin of the grid, counted from the beginning of the axis, which is a midnight
 */
export const placesOf = (
  board: BoardPlan,
  visit: number,
  vehicles: readonly number[],
  stepMin: number,
): readonly Places[] => {
  const state = board.live.state();
  const { problem } = state;
  if (!isFree(board, visit)) return vehicles.map((vehicle) => ({ vehicle, starts: [] }));
  const { windows } = board.compiled.spec.visits[visit] as VisitSpec;
  const whole = state.totalCost;
  const isPlanned = state.vehicleOf[visit] !== -1;
  const parts = partsOf(state, visit);
  return withoutVisit(state, visit, () => {
    const absent = parts.reduce((sum, part) => sum + (state.absentCost[part] as number), 0);
    const saved = isPlanned ? whole - (state.totalCost - absent) : 0;
    const besideAt = createBeside(board, parts[1]);
    return vehicles.map((vehicle) => {
      const starts: { start: number; added: number }[] = [];
      findInsertion(state, visit, vehicle, -1, probe);
      if (probe.added === Number.POSITIVE_INFINITY) return { vehicle, starts };
      const earliest = problem.leaveFrom[vehicle] as number;
      const latest = problem.backBy[vehicle] as number;
      for (const [window, { from, to }] of windows.entries()) {
        const first = Math.ceil(Math.max(from, earliest) / stepMin) * stepMin;
        for (let start = first; start <= Math.min(to, latest); start += stepMin)
          atOneTime(state, visit, window, start, () => {
            findInsertion(state, visit, vehicle, -1, probe);
            const { added } = probe;
            if (added === Number.POSITIVE_INFINITY) return;
            const beside = besideAt(start, problem.technician[vehicle] as number);
            if (beside < Number.POSITIVE_INFINITY) starts.push({ start, added: added + beside - saved });
          });
      }
      return { vehicle, starts: starts.sort((a, b) => a.start - b.start) };
    });
  });
};

/** Vehicles in which a visit fits at some time, the cheapest first. */
const vehiclesFor = (board: BoardPlan, visit: number): number[] => {
  const state = board.live.state();
  if (!isFree(board, visit)) return [];
  return withoutVisit(state, visit, () => {
    const fitting: { vehicle: number; added: number }[] = [];
    for (let vehicle = 0; vehicle < state.problem.vehicleCount; vehicle++) {
      findInsertion(state, visit, vehicle, -1, probe);
      if (probe.added < Number.POSITIVE_INFINITY) fitting.push({ vehicle, added: probe.added });
    }
    return fitting.sort((a, b) => a.added - b.added).map(({ vehicle }) => vehicle);
  });
};

/** A start with a vehicle, and what the plan grows by. */
export interface PricedPlace {
  readonly vehicle: number;
  readonly start: number;
  readonly added: number;
}

/** The cheapest start with each of the cheapest vehicles, cheapest first; a start on the grid if there is one. */
export const bestPlaces = (board: BoardPlan, visit: number, count: number, stepMin: number): PricedPlace[] => {
  const best: PricedPlace[] = [];
  for (const vehicle of vehiclesFor(board, visit)) {
    if (best.length === count) break;
    for (const step of [stepMin, 1]) {
      const [places] = placesOf(board, visit, [vehicle], step);
      const cheapest = places?.starts.reduce<PricedPlace | undefined>(
        (least, place) => (least && least.added <= place.added ? least : { vehicle, ...place }),
        undefined,
      );
      if (!cheapest) continue;
      best.push(cheapest);
      break;
    }
  }
  return best.sort((a, b) => a.added - b.added);
};
