import type { Random } from '@kuluma/shared/clock.ts';
import type { WorkCalendar } from '@kuluma/shared/model/calendar.ts';
import { busyTimes, type Slot } from '@kuluma/shared/model/service.ts';
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
import { alongside, cheapestTwo, pairQuotes, splitVisit } from './second-visit.ts';
import { type PricedPart, slotRecord } from './slot-record.ts';
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

/** A vehicle that can begin a visit, and how. */
const startsOf = (state: RouteState, visit: number, vehicles: Int32Array) =>
  [...vehicles].flatMap((vehicle) => {
    findInsertion(state, visit, vehicle, -1, probe);
    if (probe.added === Number.POSITIVE_INFINITY) return [];
    const technician = state.problem.technician[vehicle] as number;
    return [{ visit, vehicle, technician, added: probe.added, place: { ...probe } }];
  });

interface PricedTeam {
  readonly first: PricedStart;
  readonly second: PricedStart | undefined;
}

/** The cheapest of some visits that are the same at different times; of equal ones the earliest. */
const cheapest = (
  state: RouteState,
  visits: readonly number[],
  seconds: readonly number[] | undefined,
  vehicles: Int32Array,
): PricedTeam | undefined => {
  let best: (PricedTeam & { readonly added: number }) | undefined;
  for (const [i, visit] of visits.entries()) {
    const firsts = startsOf(state, visit, vehicles);
    const others = seconds && startsOf(state, seconds[i] as number, vehicles);
    const team = others
      ? cheapestTwo(firsts, others)
      : firsts.reduce<(PricedTeam & { added: number }) | undefined>(
          (least, first) =>
            least && least.added - 1e-9 <= first.added ? least : { first, second: undefined, added: first.added },
          undefined,
        );
    if (team && team.added < (best?.added ?? Number.POSITIVE_INFINITY) - 1e-9) best = team;
  }
  return best;
};

const partAt = (spec: ProblemSpec, state: RouteState, { visit, vehicle, place }: PricedStart): PricedPart => {
  const before = plannedRoute(state.problem, state, vehicle);
  insertVisit(state, visit, vehicle, place);
  const after = plannedRoute(state.problem, state, vehicle);
  unlinkVisit(state, visit);
  refreshRoute(state, vehicle);
  return { placed: { spec, visit, before, after }, cost: place.added };
};

/** One way to come, as a record. */
const slotAt = (
  { desk, request, spec, state }: { desk: Desk; request: SlotRequest; spec: ProblemSpec; state: RouteState },
  { first, second }: PricedTeam,
): Slot => {
  const { access, random, visit } = request;
  const { placed, cost } = partAt(spec, state, first);
  const other = second && partAt(spec, state, second);
  return slotRecord(desk, placed, { access, random, cost, visitId: visit.id, second: other });
};

/** What is asked for, by the kernel: of one technician, or of two at the same time. */
interface Asked {
  readonly first: VisitSpec;
  readonly second: VisitSpec | undefined;
}

const askedOf = (desk: Desk): Asked => {
  const { relaxed, second } = desk;
  const specOf = (visit: string) => relaxed.spec.visits[relaxed.without(visit, new Set())] as VisitSpec;
  return { first: specOf(desk.visit), second: second === undefined ? undefined : specOf(second) };
};

/** The cheapest start within a window, on the grid if one of it will do. */
const bestStart = (desk: Desk, request: SlotRequest, asked: Asked, window: VisitWindow): Slot | undefined => {
  const { axis, spec: base } = desk.compiled;
  const { first, second } = asked;
  for (const stepMin of [startGridMin, 1]) {
    const starts = startsIn(window, stepMin, axis);
    const visits = starts.map((from) => ({
      ...first,
      id: `${first.id} ${from}`,
      windows: [{ ...window, from, to: from }],
    }));
    const others = second ? visits.map(({ id, windows }) => ({ ...alongside(second, windows), id: `${id} too` })) : [];
    const { spec, state } = stateWith(base, [...visits, ...others]);
    const numbers = visits.map((_, i) => base.visits.length + i);
    const seconds = second && numbers.map((number) => number + visits.length);
    const best = cheapest(state, numbers, seconds, everyVehicle(base));
    if (best) return slotAt({ desk, request, spec, state }, best);
  }
  return undefined;
};

/** Whether somebody would be at both. */
const overlap = (a: Slot, b: Slot): boolean =>
  busyTimes(a).some((one) =>
    busyTimes(b).some(
      (other) =>
        one.technicianId === other.technicianId && one.busyFromMs < other.busyToMs && other.busyFromMs < one.busyToMs,
    ),
  );

const cheaperFirst = (a: Slot, b: Slot) =>
  a.costCents - b.costCents || a.startMs - b.startMs || a.technicianId.localeCompare(b.technicianId);

const costOf = (slot: Slot | undefined): number => (slot ? slot.costCents / 100 : Number.POSITIVE_INFINITY);

/**
 * The best slots: every half-day of the window is priced with all rules of the plan, the cheapest ones that are a choice
 * get a start, and all of them can be held at once.
 */
const slotsOn = (desk: Desk, request: SlotRequest): Slot[] => {
  const { count, access } = request;
  const { axis, spec: base } = desk.compiled;
  const asked = askedOf(desk);
  const windows = halfDays(asked.first.windows, axis, access.timeZone);
  const others = asked.second ? [alongside(asked.second, windows)] : [];
  const { state } = stateWith(base, [{ ...asked.first, windows }, ...others]);
  const quotesFor = (number: number) => quotesOf(state, base.visits.length + number, everyVehicle(base));
  let quotes = asked.second ? pairQuotes(quotesFor(0), quotesFor(1)) : quotesFor(0);
  const known = new Map<number, Slot | undefined>();
  for (;;) {
    const chosen = chooseSlots(quotes, count, ({ window }) =>
      choiceAt(instantAt(axis, (windows[window] as VisitWindow).from), access.timeZone),
    );
    for (const { window } of chosen)
      if (!known.has(window)) known.set(window, bestStart(desk, request, asked, windows[window] as VisitWindow));
    // A pair costs as much as it was quoted at least: what it does cost decides anew whether it is among the cheapest.
    const dearer = asked.second && chosen.find(({ window, cost }) => costOf(known.get(window)) > cost + 0.01);
    if (dearer) {
      const cost = costOf(known.get(dearer.window));
      quotes = quotes.flatMap((quote) => {
        if (quote !== dearer) return [quote];
        return cost === Number.POSITIVE_INFINITY ? [] : [{ ...quote, cost }];
      });
      continue;
    }
    const slots = chosen.flatMap(({ window }) => known.get(window) ?? []);
    const clash = chosen.find(({ window }, i) => {
      const slot = known.get(window);
      return !slot || chosen.slice(0, i).some((other) => overlap(known.get(other.window) as Slot, slot));
    });
    if (!clash) return slots.sort(cheaperFirst);
    quotes = quotes.filter(({ window }) => window !== clash.window);
  }
};

/** Whether somebody can come alone, the plan as it is. */
const hasPlaceAlone = ({ state, relaxed }: Desk, visit: string): boolean => {
  const asked = relaxed.without(visit, new Set());
  return startsOf(state, asked, everyVehicle(relaxed.spec)).length > 0;
};

/** Why no second technician can come: nobody has the skill, or nobody is free when the first one is. */
const whyNoSecond = ({ form: { technicians } }: SlotRequest, skills: RegionVisit['skills']): PlanReason => {
  const lacked = skills.find(
    (need) => !technicians.some((one) => one.skills.some((has) => has.skill === need.skill && has.level >= need.level)),
  );
  const facts = lacked ? { skill: lacked.skill, level: lacked.level } : {};
  return { technicianId: null, onDay: null, code: 'second', facts };
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
  const { first, second } = splitVisit(visit);
  const last = visit.windows?.at(-1)?.toAt;
  if (last !== undefined && Date.parse(last) < Date.parse(form.nowAt)) {
    const fromMs = Date.parse(visit.windows?.[0]?.fromAt ?? last);
    return {
      slots: [],
      reasons: [{ technicianId: null, onDay: null, code: 'window', facts: { fromMs, toMs: Date.parse(last) } }],
    };
  }
  const desk = await openDesk(form, first, travel, second);
  const slots = desk ? slotsOn(desk, request) : [];
  const reasons = await reasonsFor(desk, { ...request, visit: first }, slots[0]);
  if (!second || !desk || slots.length > 0 || !hasPlaceAlone(desk, first.id)) return { slots, reasons };
  return { slots, reasons: [whyNoSecond(request, second.skills), ...reasons] };
};
