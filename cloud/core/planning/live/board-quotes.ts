import { findInsertion } from '../kernel/insertion.ts';
import { createInsertion } from '../kernel/insertion-place.ts';
import { type PlannedRoute, plannedRoute } from '../kernel/plan.ts';
import type { ProblemSpec, VisitSpec } from '../kernel/problem-spec.ts';
import { clearRoute, insertVisit, linkRoute, unlinkVisit } from '../kernel/route-edits.ts';
import type { RouteState } from '../kernel/route-state.ts';
import { refreshRoute } from '../kernel/route-times.ts';
import type { PlacedVisit } from '../proposal/slot-record.ts';
import { addTerms, routeTerms, type Terms } from '../region/plan-document.ts';
import { minuteOf } from '../region/time-axis.ts';
import { type Timetable, timetableOf } from '../region/timetable.ts';
import { type BoardPlan, vehiclesAt } from './board-plan.ts';
import { atOneTime } from './one-window.ts';

/** A place for a visit, all others staying as they are. */
export interface Quote {
  readonly vehicle: number;
  /** What the plan grows by, in euros by terms, against the visit where it stands now; against being without it if nowhere. */
  readonly terms: Terms;
  /** What is driven more in all, against the same. */
  readonly addedKm: number;
  readonly placed: PlacedVisit;
  /** Of the vehicle with the visit. */
  readonly timetable: Timetable;
}

const probe = createInsertion();

/** What `ask` says of the plan without a visit; then it stands where it stood. */
const withoutVisit = <T>(state: RouteState, visit: number, ask: () => T): T => {
  const vehicle = state.vehicleOf[visit] as number;
  if (vehicle === -1) return ask();
  const { visits, windows, restockAt = -1, starts } = plannedRoute(state.problem, state, vehicle);
  unlinkVisit(state, visit);
  refreshRoute(state, vehicle);
  try {
    return ask();
  } finally {
    clearRoute(state, vehicle);
    linkRoute(state, vehicle, visits, windows, restockAt, starts);
  }
};

const windowOf = ({ windows }: VisitSpec, start: number): number =>
  windows.findIndex(({ from, to }) => from <= start && start <= to);

/** The problem in which a visit begins at one time. */
const specAt = (spec: ProblemSpec, visit: number, window: number, start: number): ProblemSpec => {
  const own = spec.visits[visit] as VisitSpec;
  const at = { ...own, windows: [{ ...own.windows[window], from: start, to: start }] };
  return { ...spec, visits: spec.visits.with(visit, at) };
};

const priceOf = (spec: ProblemSpec, route: PlannedRoute): { terms: Terms; timetable: Timetable | undefined } => {
  if (route.visits.length === 0) return { terms: {}, timetable: undefined };
  const timetable = timetableOf(spec, route);
  return { terms: routeTerms({ spec }, route, timetable), timetable };
};

const kmOf = (priced: readonly { readonly timetable: Timetable | undefined }[]): number =>
  priced.reduce((sum, { timetable }) => sum + (timetable?.distance ?? 0), 0);

const difference = (after: readonly Terms[], before: readonly Terms[]): Terms => {
  const sum: Record<string, number> = {};
  for (const terms of after) addTerms(sum, terms);
  for (const terms of before)
    addTerms(sum, Object.fromEntries(Object.entries(terms).map(([name, value]) => [name, -value])));
  return Object.fromEntries(Object.entries(sum).filter(([, value]) => Math.abs(value) > 1e-9));
};

/** Whether a visit can be asked about: it is neither fixed nor linked with another. */
const isFree = ({ live }: BoardPlan, visit: number): boolean => {
  const { fixed, problem } = live.state();
  return fixed[visit] === 0 && (problem.links?.count[visit] ?? 0) === 0;
};

/** What a visit would cost with a vehicle at a time; undefined where it does not fit. */
export const quoteAt = (board: BoardPlan, visit: number, vehicle: number, start: number): Quote | undefined => {
  const { spec } = board.compiled;
  const state = board.live.state();
  const window = windowOf(spec.visits[visit] as VisitSpec, start);
  if (window === -1 || !isFree(board, visit)) return undefined;
  const { problem } = state;
  const from = state.vehicleOf[visit] as number;
  const touched = [...new Set(from === -1 ? [vehicle] : [from, vehicle])];
  const now = touched.map((one) => priceOf(spec, plannedRoute(problem, state, one)));
  return withoutVisit(state, visit, () =>
    atOneTime(state, visit, window, start, () => {
      findInsertion(state, visit, vehicle, -1, probe);
      if (probe.added === Number.POSITIVE_INFINITY) return undefined;
      const before = plannedRoute(problem, state, vehicle);
      const left = from === -1 || from === vehicle ? [] : [priceOf(spec, plannedRoute(problem, state, from))];
      insertVisit(state, visit, vehicle, { after: probe.after, window: 0 });
      const after = plannedRoute(problem, state, vehicle);
      unlinkVisit(state, visit);
      refreshRoute(state, vehicle);
      const pointed = specAt(spec, visit, window, start);
      const priced = [priceOf(pointed, after), ...left];
      return {
        vehicle,
        terms: difference(
          priced.map(({ terms }) => terms),
          now.map(({ terms }) => terms),
        ),
        addedKm: kmOf(priced) - kmOf(now),
        placed: { spec: pointed, visit, before, after },
        timetable: priced[0]?.timetable as Timetable,
      };
    }),
  );
};

/** The quote of a technician and an instant. */
export const quoteFor = (board: BoardPlan, visit: number, technician: string, startMs: number): Quote | undefined => {
  const start = minuteOf(board.compiled.axis, startMs);
  for (const vehicle of vehiclesAt(board.compiled, technician, startMs)) {
    const quote = quoteAt(board, visit, vehicle, start);
    if (quote) return quote;
  }
  return undefined;
};

/** Possible starts of one vehicle, with what the plan grows by with each; in order of time. */
export interface Places {
  readonly vehicle: number;
  readonly starts: readonly { readonly start: number; readonly added: number }[];
}

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
  return withoutVisit(state, visit, () => {
    const saved = isPlanned ? whole - (state.totalCost - (state.absentCost[visit] as number)) : 0;
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
            if (probe.added < Number.POSITIVE_INFINITY) starts.push({ start, added: probe.added - saved });
          });
      }
      return { vehicle, starts: starts.sort((a, b) => a.start - b.start) };
    });
  });
};

/** What a visit that stands, fixed or not, adds to the plan where it is; undefined for one that is left out. */
export const standingOf = (board: BoardPlan, visit: number): Quote | undefined => {
  const { spec } = board.compiled;
  const state = board.live.state();
  const vehicle = state.vehicleOf[visit] as number;
  if (vehicle === -1) return undefined;
  const { problem } = state;
  const route = plannedRoute(problem, state, vehicle);
  const { terms, timetable } = priceOf(spec, route);
  const at = route.visits.indexOf(visit);
  const start = timetable?.stops.find((stop) => stop.visit === visit)?.start ?? 0;
  const { frozen } = spec.visits[visit] as VisitSpec;
  const pointed = specAt(spec, visit, frozen ? 0 : (route.windows?.[at] ?? 0), start);
  const after = { ...route, ...(route.windows ? { windows: route.windows.with(at, 0) } : {}) };
  return withoutVisit(state, visit, () => {
    const before = plannedRoute(problem, state, vehicle);
    const without = priceOf(spec, before);
    return {
      vehicle,
      terms: difference([terms], [without.terms]),
      addedKm: kmOf([{ timetable }]) - kmOf([without]),
      placed: { spec: pointed, visit, before, after },
      timetable: timetable as Timetable,
    };
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
