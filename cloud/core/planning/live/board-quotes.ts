import { findInsertion } from '../kernel/insertion.ts';
import { createInsertion, type Insertion } from '../kernel/insertion-place.ts';
import { type PlannedRoute, plannedRoute } from '../kernel/plan.ts';
import type { ProblemSpec, VisitSpec } from '../kernel/problem-spec.ts';
import { insertVisit, unlinkVisit } from '../kernel/route-edits.ts';
import type { RouteState } from '../kernel/route-state.ts';
import { refreshRoute } from '../kernel/route-times.ts';
import type { PlacedVisit, PricedPart } from '../proposal/slot-record.ts';
import { addTerms, routeTerms, type Terms } from '../region/plan-document.ts';
import { minuteOf } from '../region/time-axis.ts';
import { type Timetable, timetableOf } from '../region/timetable.ts';
import { type BoardPlan, vehiclesAt } from './board-plan.ts';
import { atOneTime } from './one-window.ts';
import { partsOf, withoutVisit } from './taken-out.ts';

/** Somebody who could come along. */
export interface PricedSecond {
  readonly technician: string;
  readonly cost: number;
}

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
  /** What the second technician does, where two come, and what it costs in euros by itself. */
  readonly second?: PricedPart & { readonly vehicle: number };
  /** All who could come along, and what each costs in euros by themselves; the cheapest first. */
  readonly seconds?: readonly PricedSecond[];
}

const probe = createInsertion();

/** The number of the window of a visit in which it may begin at a time; -1 for none. */
export const windowOf = ({ windows }: VisitSpec, start: number): number =>
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

/** Whether a visit can be asked about: it is not fixed, and linked with nothing but its second technician's part. */
export const isFree = ({ live }: BoardPlan, visit: number): boolean => {
  const { fixed, problem } = live.state();
  const parts = partsOf(live.state(), visit);
  return parts.every((part) => fixed[part] === 0 && (problem.links?.count[part] ?? 0) === parts.length - 1);
};

interface BesidePlace extends Insertion {
  readonly vehicle: number;
  readonly technician: string;
}

/** The cheapest place of an absent visit with each technician who could make it, cheapest first. */
const placesByTechnician = ({ compiled: { shifts }, live }: BoardPlan, visit: number): BesidePlace[] => {
  const state = live.state();
  const places: BesidePlace[] = [];
  for (const [vehicle, shift] of shifts.entries()) {
    findInsertion(state, visit, vehicle, -1, probe);
    if (probe.added < Number.POSITIVE_INFINITY) places.push({ ...probe, vehicle, technician: shift.technician.id });
  }
  const cheapestFirst = places.sort((a, b) => a.added - b.added);
  const seen = new Set<string>();
  return cheapestFirst.filter(({ technician }) => !seen.has(technician) && seen.add(technician));
};

/** What `ask` says with an absent visit in a route, given how the route was without it; then it is out again. */
const withInserted = <T>(
  state: RouteState,
  visit: number,
  vehicle: number,
  after: number,
  ask: (before: PlannedRoute) => T,
): T => {
  const before = plannedRoute(state.problem, state, vehicle);
  insertVisit(state, visit, vehicle, { after, window: 0 });
  try {
    return ask(before);
  } finally {
    unlinkVisit(state, visit);
    refreshRoute(state, vehicle);
  }
};

const eurosOf = (terms: Terms): number => Object.values(terms).reduce((sum, euros) => sum + euros, 0);

/**
 * What a visit would cost with a vehicle at a time; undefined where it does not fit.
 * @param second who shall come along where two come; whoever costs least unless given
 */
export const quoteAt = (
  board: BoardPlan,
  visit: number,
  vehicle: number,
  start: number,
  second?: string,
): Quote | undefined => {
  const { spec } = board.compiled;
  const state = board.live.state();
  const window = windowOf(spec.visits[visit] as VisitSpec, start);
  if (window === -1 || !isFree(board, visit)) return undefined;
  const { problem } = state;
  const [, beside] = partsOf(state, visit);
  const routeOf = (one: number) => plannedRoute(problem, state, one);
  const stood = new Set(
    partsOf(state, visit).flatMap((part) => (state.vehicleOf[part] === -1 ? [] : [state.vehicleOf[part] as number])),
  );
  const now = new Map([...stood].map((one) => [one, priceOf(spec, routeOf(one))]));
  return withoutVisit(state, visit, () =>
    atOneTime(state, visit, window, start, () => {
      findInsertion(state, visit, vehicle, -1, probe);
      if (probe.added === Number.POSITIVE_INFINITY) return undefined;
      const price = (pointed: ProblemSpec, befores: readonly PlannedRoute[]): Pick<Quote, 'terms' | 'addedKm'> => {
        for (const before of befores) if (!now.has(before.vehicle)) now.set(before.vehicle, priceOf(spec, before));
        const priced = [...now.keys()].map((one) => priceOf(pointed, routeOf(one)));
        const terms = difference(
          priced.map((one) => one.terms),
          [...now.values()].map((one) => one.terms),
        );
        return { terms, addedKm: kmOf(priced) - kmOf([...now.values()]) };
      };
      const pointed = specAt(spec, visit, window, start);
      return withInserted(state, visit, vehicle, probe.after, (before) => {
        const after = routeOf(vehicle);
        const placed = { spec: pointed, visit, before, after };
        const quote = { vehicle, placed, timetable: timetableOf(pointed, after) };
        if (beside === undefined) return { ...quote, ...price(pointed, [before]) };
        const besideWindow = windowOf(spec.visits[beside] as VisitSpec, start);
        if (besideWindow === -1) return undefined;
        return atOneTime(state, beside, besideWindow, start, () => {
          const places = placesByTechnician(board, beside);
          const place = places.find(({ technician }) => second === undefined || technician === second);
          if (!place) return undefined;
          return withInserted(state, beside, place.vehicle, place.after, (besideBefore) => {
            const both = specAt(pointed, beside, besideWindow, start);
            const besidePlaced = { spec: both, visit: beside, before: besideBefore, after: routeOf(place.vehicle) };
            return {
              ...quote,
              ...price(both, [before, besideBefore]),
              second: { vehicle: place.vehicle, placed: besidePlaced, cost: place.added },
              seconds: places.map(({ technician, added }) => ({ technician, cost: added })),
            };
          });
        });
      });
    }),
  );
};

/** The quote of a technician and an instant. @param second as `quoteAt` has it */
export const quoteFor = (
  board: BoardPlan,
  visit: number,
  technician: string,
  startMs: number,
  second?: string,
): Quote | undefined => {
  const start = minuteOf(board.compiled.axis, startMs);
  for (const vehicle of vehiclesAt(board.compiled, technician, startMs)) {
    const quote = quoteAt(board, visit, vehicle, start, second);
    if (quote) return quote;
  }
  return undefined;
};

/** A part of a visit as it stands in its route, as if it could begin then only. */
const standingPart = ({ compiled: { spec }, live }: BoardPlan, visit: number) => {
  const state = live.state();
  const vehicle = state.vehicleOf[visit] as number;
  const route = plannedRoute(state.problem, state, vehicle);
  const { terms, timetable } = priceOf(spec, route);
  const at = route.visits.indexOf(visit);
  const start = timetable?.stops.find((stop) => stop.visit === visit)?.start ?? 0;
  const { frozen } = spec.visits[visit] as VisitSpec;
  const pointed = specAt(spec, visit, frozen ? 0 : (route.windows?.[at] ?? 0), start);
  const after = { ...route, ...(route.windows ? { windows: route.windows.with(at, 0) } : {}) };
  return { vehicle, terms, timetable, placed: { spec: pointed, visit, after } };
};

/** What a visit that stands, fixed or not, adds to the plan where it is; undefined for one that is left out. */
export const standingOf = (board: BoardPlan, visit: number): Quote | undefined => {
  const { spec } = board.compiled;
  const state = board.live.state();
  if ((state.vehicleOf[visit] as number) === -1) return undefined;
  const parts = partsOf(state, visit)
    .filter((part) => state.vehicleOf[part] !== -1)
    .map((part) => standingPart(board, part));
  return withoutVisit(state, visit, () => {
    const [first, second] = parts.map(({ vehicle, terms, timetable, placed }) => {
      const before = plannedRoute(state.problem, state, vehicle);
      const without = priceOf(spec, before);
      return {
        vehicle,
        timetable: timetable as Timetable,
        terms: difference([terms], [without.terms]),
        addedKm: kmOf([{ timetable }]) - kmOf([without]),
        placed: { ...placed, before },
      };
    });
    if (!first || !second) return first;
    return {
      ...first,
      terms: difference([first.terms, second.terms], []),
      addedKm: first.addedKm + second.addedKm,
      second: { vehicle: second.vehicle, placed: second.placed, cost: eurosOf(second.terms) },
    };
  });
};
