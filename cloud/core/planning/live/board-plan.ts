import type { Random } from '@kuluma/shared/clock.ts';
import { findInsertion } from '../kernel/insertion.ts';
import { createInsertion, type Insertion } from '../kernel/insertion-place.ts';
import { type PlannedRoute, plannedRoute } from '../kernel/plan.ts';
import { createProblem } from '../kernel/problem.ts';
import type { ProblemSpec } from '../kernel/problem-spec.ts';
import { placeFrozen } from '../kernel/recreate.ts';
import { createState, insertVisit, unlinkVisit } from '../kernel/route-edits.ts';
import type { RouteState } from '../kernel/route-state.ts';
import { refreshRoute } from '../kernel/route-times.ts';
import { type CompiledRegion, compileRegion, secondIdOf } from '../region/compile.ts';
import type { RegionForm } from '../region/form.ts';
import { shiftsOf } from '../region/shifts.ts';
import { minuteOf, timeAxisOf } from '../region/time-axis.ts';
import type { TravelSource } from '../region/travel-table.ts';
import { createLivePlan, type LivePlan } from './live-plan.ts';
import { withOneWindow } from './one-window.ts';

/** Where a visit that may be moved stands, as its owner was told. */
export interface Booking {
  readonly visit: string;
  readonly technician: string;
  /** Who comes along, where two come and somebody has said who. */
  readonly second: string | undefined;
  /** On a whole minute. */
  readonly startMs: number;
  /** The arrival that the owner was told: a start within keeps the promise. */
  readonly told: { readonly fromMs: number; readonly toMs: number } | null;
  /** A person has just put it there: it stands before others are looked at. */
  readonly isFirst: boolean;
}

/** What a board is laid out from. */
export interface BoardFacts {
  /** All that stands or waits. A visit that may be moved asks for its booked start as its promise, to the minute. */
  readonly form: RegionForm;
  readonly bookings: readonly Booking[];
  /** Visits that a person has yet to decide on, second technicians' parts among them: no repair gives them a place. */
  readonly waiting: ReadonlySet<string>;
}

/** A company's plan, for a person to work on. */
export interface BoardPlan {
  readonly facts: BoardFacts;
  readonly compiled: CompiledRegion;
  readonly live: LivePlan;
  /** Booked visits that cannot be where they were booked, as things are now. */
  readonly displaced: readonly string[];
  /** The number of a visit in the problem; undefined for one that nobody could ever make. */
  readonly numberOf: (visit: string) => number | undefined;
}

/** The window of the visit that is this start and no other; undefined where the site is closed then. */
const windowAt = ({ visits }: ProblemSpec, visit: number, start: number): number | undefined => {
  const at = visits[visit]?.windows.findIndex(({ from, to }) => from === start && to === start) ?? -1;
  return at === -1 ? undefined : at;
};

/** The working days of a technician in which a time lies. */
export const vehiclesAt = ({ shifts }: CompiledRegion, technician: string, atMs: number): number[] =>
  shifts.flatMap((shift, vehicle) =>
    shift.technician.id === technician && shift.fromMs <= atMs && atMs < shift.backByMs ? [vehicle] : [],
  );

const probe = createInsertion();

/** Puts a visit, or the second technician's part of one, into the day of a technician at a time; the vehicle, if that could be. */
const standAt = (
  state: RouteState,
  compiled: CompiledRegion,
  visit: number,
  technician: string,
  startMs: number,
): number | undefined => {
  const window = windowAt(compiled.spec, visit, minuteOf(compiled.axis, startMs));
  if (window === undefined) return undefined;
  for (const vehicle of vehiclesAt(compiled, technician, startMs)) {
    withOneWindow(state, visit, window, () => findInsertion(state, visit, vehicle, -1, probe));
    if (probe.added === Number.POSITIVE_INFINITY) continue;
    insertVisit(state, visit, vehicle, { after: probe.after, window });
    return vehicle;
  }
  return undefined;
};

/** Whoever can come along most cheaply. */
const standBeside = (state: RouteState, visit: number): boolean => {
  let best: { readonly vehicle: number; readonly place: Insertion } | undefined;
  for (let vehicle = 0; vehicle < state.problem.vehicleCount; vehicle++) {
    findInsertion(state, visit, vehicle, -1, probe);
    if (probe.added < (best?.place.added ?? Number.POSITIVE_INFINITY)) best = { vehicle, place: { ...probe } };
  }
  if (best) insertVisit(state, visit, best.vehicle, best.place);
  return best !== undefined;
};

/** Puts a visit where it was booked, with whoever comes along; whether that could be. */
const standAsBooked = (
  state: RouteState,
  compiled: CompiledRegion,
  numberOf: BoardPlan['numberOf'],
  booking: Booking,
): boolean => {
  const { technician, second, startMs } = booking;
  const visit = numberOf(booking.visit);
  const vehicle = visit === undefined ? undefined : standAt(state, compiled, visit, technician, startMs);
  if (visit === undefined || vehicle === undefined) return false;
  const beside = numberOf(secondIdOf(booking.visit));
  if (beside === undefined) return true;
  if (second !== undefined && standAt(state, compiled, beside, second, startMs) !== undefined) return true;
  // Who was told, or chosen, to come along is not exchanged in silence; where nobody was, whoever can does.
  if (second === undefined && standBeside(state, beside)) return true;
  unlinkVisit(state, visit);
  refreshRoute(state, vehicle);
  return false;
};

interface Layout {
  readonly routes: PlannedRoute[];
  readonly displaced: string[];
}

/** The routes of what is fixed and what is booked, put there in that order. */
const laidIn = (compiled: CompiledRegion, bookings: readonly Booking[], numberOf: BoardPlan['numberOf']): Layout => {
  const problem = createProblem(compiled.spec);
  const state = createState(problem);
  const vehicles = Int32Array.from(compiled.spec.vehicles.keys());
  placeFrozen(state, vehicles);
  const displaced: string[] = [];
  for (const booking of bookings) if (!standAsBooked(state, compiled, numberOf, booking)) displaced.push(booking.visit);
  return { routes: [...vehicles].map((vehicle) => plannedRoute(problem, state, vehicle)), displaced };
};

/** What a person has just put somewhere comes in beside the others if it can, else in their place. */
const laidOut = (compiled: CompiledRegion, bookings: readonly Booking[], numberOf: BoardPlan['numberOf']): Layout => {
  const byTime = [...bookings].sort((a, b) => a.startMs - b.startMs);
  const [first, others] = [byTime.filter(({ isFirst }) => isFirst), byTime.filter(({ isFirst }) => !isFirst)];
  const beside = laidIn(compiled, [...others, ...first], numberOf);
  const isIn = first.every(({ visit }) => !beside.displaced.includes(visit));
  return isIn ? beside : laidIn(compiled, [...first, ...others], numberOf);
};

/** Who comes along to a visit by the plan, where two come. */
export const secondIn = (
  { live, compiled, numberOf }: Pick<BoardPlan, 'live' | 'compiled' | 'numberOf'>,
  visit: string,
): { readonly secondTechnicianId?: string } => {
  const vehicle = live.state().vehicleOf[numberOf(secondIdOf(visit)) ?? -1] ?? -1;
  const secondTechnicianId = compiled.shifts[vehicle]?.technician.id;
  return secondTechnicianId === undefined ? {} : { secondTechnicianId };
};

/** To leave out what waits for a decision costs nothing, so that no repair takes it in. */
const decidedOnly = (compiled: CompiledRegion, waiting: ReadonlySet<string>): CompiledRegion => ({
  ...compiled,
  spec: {
    ...compiled.spec,
    visits: compiled.spec.visits.map((visit) => (waiting.has(visit.id) ? { ...visit, penalty: 0 } : visit)),
  },
});

/** Undefined where nobody is at work within the horizon. */
export const openBoard = async (
  facts: BoardFacts,
  travel: TravelSource,
  random: Random,
): Promise<BoardPlan | undefined> => {
  const { form, bookings, waiting } = facts;
  const axis = timeAxisOf(form);
  if (form.technicians.every((technician) => shiftsOf(technician, axis).length === 0)) return undefined;
  const compiled = decidedOnly(await compileRegion(form, travel), waiting);
  const numbers = new Map(compiled.spec.visits.map(({ id }, i) => [id, i]));
  const numberOf = (visit: string) => numbers.get(visit);
  const { routes, displaced } = laidOut(compiled, bookings, numberOf);
  const live = createLivePlan(compiled.spec, { routes }, random);
  return { facts, compiled, live, displaced, numberOf };
};
