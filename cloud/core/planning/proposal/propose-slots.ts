import type { Random } from '@kuluma/shared/clock.ts';
import type { WorkCalendar } from '@kuluma/shared/model/calendar.ts';
import type { Slot } from '@kuluma/shared/model/service.ts';
import { minuteMs } from '@kuluma/shared/model/units.ts';
import { instantOf, localDayOf } from '../../calendar/local-time.ts';
import { findInsertion } from '../kernel/insertion.ts';
import { createInsertion, type Insertion } from '../kernel/insertion-place.ts';
import { plannedRoute } from '../kernel/plan.ts';
import { createProblem } from '../kernel/problem.ts';
import type { ProblemSpec, VisitSpec, VisitWindow } from '../kernel/problem-spec.ts';
import { placeFrozen } from '../kernel/recreate.ts';
import { createState, insertVisit, unlinkVisit } from '../kernel/route-edits.ts';
import type { RouteState } from '../kernel/route-state.ts';
import { refreshRoute } from '../kernel/route-times.ts';
import { chooseSlots, quotesOf } from '../live/slots.ts';
import type { RegionForm } from '../region/form.ts';
import type { RegionVisit } from '../region/form-work.ts';
import { instantAt, minuteOf, type TimeAxis } from '../region/time-axis.ts';
import type { TravelSource } from '../region/travel-table.ts';
import { type Desk, openDesk, vehiclesOf, withoutHours } from './desk.ts';
import { slotRecord } from './slot-record.ts';
import { type Desks, type PlanReason, whyNot } from './why-not.ts';

/** Starts stand on the quarter of an hour: nobody promises 9:07. */
const startGridMin = 15;

/** A visit for which an owner shall have a choice of times. */
export interface SlotRequest {
  /** The region with all that stands; the visit is not among its visits. */
  readonly form: RegionForm;
  readonly visit: RegionVisit;
  /** Of the site: its days, and its noon. */
  readonly access: WorkCalendar;
  readonly travel: TravelSource;
  readonly count: number;
  readonly random: Random;
}

const noonOf = (day: string, timeZone: string): number => instantOf(day, '12:00', timeZone);

/** Day and half-day at the site. */
const choiceAt = (atMs: number, timeZone: string) => {
  const day = localDayOf(atMs, timeZone);
  return { day, partOfDay: `${day} ${atMs < noonOf(day, timeZone) ? 'morning' : 'afternoon'}` };
};

/** The same windows, cut at the noons of the site. */
const halfDays = (windows: readonly VisitWindow[], axis: TimeAxis, timeZone: string): VisitWindow[] =>
  windows.flatMap((window) => {
    const noon = minuteOf(axis, noonOf(localDayOf(instantAt(axis, window.from), timeZone), timeZone));
    if (noon <= window.from || noon > window.to) return [window];
    return [
      { ...window, to: noon - 1 },
      { ...window, from: noon },
    ];
  });

/** Starts within a window that can be promised; every minute where none of the grid would do. */
const startsIn = ({ from, to }: VisitWindow, stepMin: number, axis: TimeAxis): number[] => {
  // The axis begins at a midnight, and no zone of today differs from it by less than a quarter of an hour.
  const first = Math.ceil(minuteOf(axis, Math.ceil(instantAt(axis, from) / (stepMin * minuteMs)) * stepMin * minuteMs));
  return Array.from({ length: Math.max(0, Math.floor((to - first) / stepMin) + 1) }, (_, i) => first + i * stepMin);
};

const stateWith = (spec: ProblemSpec, visits: readonly VisitSpec[]): { spec: ProblemSpec; state: RouteState } => {
  const whole = { ...spec, visits: [...spec.visits, ...visits] };
  const state = createState(createProblem(whole));
  placeFrozen(state, everyVehicle(spec));
  return { spec: whole, state };
};

const everyVehicle = ({ vehicles }: ProblemSpec): Int32Array => Int32Array.from(vehicles.keys());

/** A visit at one time, and how it would be done. */
interface PricedStart {
  readonly visit: number;
  readonly vehicle: number;
  readonly place: Insertion;
}

const probe = createInsertion();

/** The cheapest of some visits that are the same at different times; of equal ones the earliest. */
const cheapest = (state: RouteState, visits: readonly number[], vehicles: Int32Array): PricedStart | undefined => {
  let best: PricedStart | undefined;
  for (const visit of visits)
    for (const vehicle of vehicles) {
      findInsertion(state, visit, vehicle, -1, probe);
      if (probe.added < (best?.place.added ?? Number.POSITIVE_INFINITY) - 1e-9)
        best = { visit, vehicle, place: { ...probe } };
    }
  return best;
};

/** One way to come, as a record. */
const slotAt = (
  { desk, request, spec, state }: { desk: Desk; request: SlotRequest; spec: ProblemSpec; state: RouteState },
  { visit, vehicle, place }: PricedStart,
): Slot => {
  const before = plannedRoute(state.problem, state, vehicle);
  insertVisit(state, visit, vehicle, place);
  const after = plannedRoute(state.problem, state, vehicle);
  unlinkVisit(state, visit);
  refreshRoute(state, vehicle);
  const { access, random } = request;
  return slotRecord(
    desk,
    { spec, visit, before, after },
    { access, random, cost: place.added, visitId: request.visit.id },
  );
};

/** The cheapest start within a window, on the grid if one of it will do. */
const bestStart = (desk: Desk, request: SlotRequest, asked: VisitSpec, window: VisitWindow): Slot | undefined => {
  const { axis, spec: base } = desk.compiled;
  for (const stepMin of [startGridMin, 1]) {
    const starts = startsIn(window, stepMin, axis);
    const visits = starts.map((from) => ({
      ...asked,
      id: `${asked.id} ${from}`,
      windows: [{ ...window, from, to: from }],
    }));
    const { spec, state } = stateWith(base, visits);
    const numbers = visits.map((_, i) => base.visits.length + i);
    const best = cheapest(state, numbers, everyVehicle(base));
    if (best) return slotAt({ desk, request, spec, state }, best);
  }
  return undefined;
};

const overlap = (a: Slot, b: Slot): boolean =>
  a.technicianId === b.technicianId && a.busyFromMs < b.busyToMs && b.busyFromMs < a.busyToMs;

const cheaperFirst = (a: Slot, b: Slot) =>
  a.costCents - b.costCents || a.startMs - b.startMs || a.technicianId.localeCompare(b.technicianId);

/**
 * The best slots: every half-day of the window is priced with all rules of the plan, the cheapest ones that are a choice
 * get a start, and all of them can be held at once.
 */
const slotsOn = (desk: Desk, request: SlotRequest): Slot[] => {
  const { count, access } = request;
  const { axis, spec: base } = desk.compiled;
  const asked = desk.relaxed.spec.visits[desk.relaxed.without(desk.visit, new Set())] as VisitSpec;
  const windows = halfDays(asked.windows, axis, access.timeZone);
  const { state } = stateWith(base, [{ ...asked, windows }]);
  let quotes = quotesOf(state, base.visits.length, everyVehicle(base));
  const known = new Map<number, Slot | undefined>();
  for (;;) {
    const chosen = chooseSlots(quotes, count, ({ window }) =>
      choiceAt(instantAt(axis, (windows[window] as VisitWindow).from), access.timeZone),
    );
    for (const { window } of chosen)
      if (!known.has(window)) known.set(window, bestStart(desk, request, asked, windows[window] as VisitWindow));
    const slots = chosen.flatMap(({ window }) => known.get(window) ?? []);
    const clash = chosen.find(({ window }, i) => {
      const slot = known.get(window);
      return !slot || chosen.slice(0, i).some((other) => overlap(known.get(other.window) as Slot, slot));
    });
    if (!clash) return slots.sort(cheaperFirst);
    quotes = quotes.filter(({ window }) => window !== clash.window);
  }
};

/** Why those have no place who have none: on the day of the best slot, or on every day where there is no slot at all. */
const reasonsFor = async (
  desk: Desk | undefined,
  request: SlotRequest,
  best: Slot | undefined,
): Promise<PlanReason[]> => {
  const { form, visit, travel } = request;
  const asked = desk?.relaxed.without(desk.visit, new Set()) ?? -1;
  const hasPlace = (id: string) =>
    desk !== undefined &&
    vehiclesOf(desk, id).some((vehicle) => {
      findInsertion(desk.state, asked, vehicle, -1, probe);
      return probe.added < Number.POSITIVE_INFINITY;
    });
  const without = form.technicians.filter(({ id }) => !hasPlace(id));
  if (without.length === 0) return [];
  const desks: Desks = { form, visit, asIs: desk, anyHours: await openDesk(withoutHours(form), visit, travel) };
  return without.flatMap((technician) =>
    whyNot(desks, technician, best && localDayOf(best.startMs, technician.working.timeZone)),
  );
};

/**
 * Up to `count` slots for one visit, cheapest first, and why technicians who get none cannot come. Two sets of slots
 * computed side by side may clash: propose and hold in one serialisable transaction.
 */
export const proposeSlots = async (request: SlotRequest): Promise<{ slots: Slot[]; reasons: PlanReason[] }> => {
  const { form, visit, travel } = request;
  const last = visit.windows?.at(-1)?.toAt;
  if (last !== undefined && Date.parse(last) < Date.parse(form.nowAt)) {
    const fromMs = Date.parse(visit.windows?.[0]?.fromAt ?? last);
    return {
      slots: [],
      reasons: [{ technicianId: null, onDay: null, code: 'window', facts: { fromMs, toMs: Date.parse(last) } }],
    };
  }
  const desk = await openDesk(form, visit, travel);
  const slots = desk ? slotsOn(desk, request) : [];
  return { slots, reasons: await reasonsFor(desk, request, slots[0]) };
};
