import { plannedRoute } from '../kernel/plan.ts';
import type { VehicleSpec, VisitSpec } from '../kernel/problem-spec.ts';
import { instantAt } from '../region/time-axis.ts';
import { type Timetable, timetableOf } from '../region/timetable.ts';
import type { BoardPlan } from './board-plan.ts';

/** A way that is driven. */
export interface Way {
  readonly minutes: number;
  readonly km: number;
}

/** The ways around one visit. */
export interface WaysOfVisit {
  /** From the stop before, past the depot if need be, set-up in it. */
  readonly before: Way;
  readonly waitMin: number;
  /** Home; undefined unless it is the last stop of the day. */
  readonly home: Way | undefined;
}

/** The ways of a driven route by visit. A break on the way is in its minutes. */
export const waysOf = (
  { compiled }: Pick<BoardPlan, 'compiled'>,
  vehicle: number,
  { leave, back, stops }: Timetable,
): ReadonlyMap<number, WaysOfVisit> => {
  const { spec, places } = compiled;
  const { start, end, depot } = spec.vehicles[vehicle] as VehicleSpec;
  const kmOf = (from: number, to: number) => (spec.distance ?? spec.travelTime)[from * places.places.length + to] ?? 0;
  const ways = new Map<number, WaysOfVisit>();
  let at = start;
  let free = leave;
  let km = 0;
  for (const [i, { visit, ready, start: begins, end: ends }] of stops.entries()) {
    const place =
      visit === undefined ? (spec.depots?.[depot ?? -1]?.place ?? at) : (spec.visits[visit] as VisitSpec).place;
    km += kmOf(at, place);
    at = place;
    if (visit === undefined) continue;
    const isLast = i === stops.length - 1;
    ways.set(visit, {
      before: { minutes: ready - free, km },
      waitMin: begins - ready,
      home: isLast ? { minutes: back - ends, km: kmOf(at, end) } : undefined,
    });
    free = ends;
    km = 0;
  }
  return ways;
};

/** Of every visit that stands in the plan, by its number. */
export const allWays = (board: BoardPlan): ReadonlyMap<number, WaysOfVisit> => {
  const state = board.live.state();
  const ways = new Map<number, WaysOfVisit>();
  for (let vehicle = 0; vehicle < state.problem.vehicleCount; vehicle++) {
    const route = plannedRoute(state.problem, state, vehicle);
    if (route.visits.length === 0) continue;
    for (const [visit, own] of waysOf(board, vehicle, timetableOf(board.compiled.spec, route))) ways.set(visit, own);
  }
  return ways;
};

/** A technician's break, from when to when. */
export interface Rest {
  readonly technician: string;
  readonly fromMs: number;
  readonly toMs: number;
}

/** Sums of minutes are not exact: who leaves as the break ends has had it. */
const rounding = 1e-6;

/** When the technicians rest, by the plan: on the road, or as soon as the break may begin before they leave or once they are back. */
export const allRests = ({ compiled, live }: BoardPlan): Rest[] => {
  const state = live.state();
  const { spec, shifts, axis } = compiled;
  return shifts.flatMap(({ technician }, vehicle): Rest[] => {
    const rule = spec.vehicles[vehicle]?.break;
    if (!rule) return [];
    const route = plannedRoute(state.problem, state, vehicle);
    const driven = route.visits.length > 0 ? timetableOf(spec, route) : undefined;
    const isBefore = !driven || rule.from + rule.minutes <= driven.leave + rounding;
    const from = driven?.rest?.from ?? (isBefore ? rule.from : Math.max(rule.from, driven.back));
    const toMs = instantAt(axis, driven?.rest?.to ?? from + rule.minutes);
    return [{ technician: technician.id, fromMs: instantAt(axis, from), toMs }];
  });
};
