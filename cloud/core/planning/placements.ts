import type { Location } from '@kuluma/shared/model/base.ts';
import type { Slot } from '@kuluma/shared/model/service.ts';
import type { Depot, Part, Technician } from '@kuluma/shared/model/stock.ts';
import { dayMs, minuteMs } from '@kuluma/shared/model/units.ts';
import { type Interval, intersect } from '../calendar/intervals.ts';
import { instantOf, localDayOf, localDays, nextDay } from '../calendar/local-time.ts';
import { openIntervals } from '../calendar/open-hours.ts';
import { gapsOf, type Insertion, insertionsInto, type Stop } from './insertion.ts';
import { type PartsPlan, partsPlans, type StockLevel } from './parts.ts';
import type { Travel } from './travel.ts';
import type { VisitNeed } from './visit-need.ts';

/** A visit or hold that stands, and whose it is. */
export interface BusyStop extends Stop {
  readonly technicianId: Technician['id'];
}

/** Everything that the planner looks at. */
export interface Region {
  readonly technicians: readonly Technician[];
  readonly depots: readonly Depot[];
  readonly parts: readonly Part[];
  readonly stock: readonly StockLevel[];
  readonly busy: readonly BusyStop[];
  readonly travel: Travel;
  readonly nowMs: number;
}

/**
 * The rules that a visit must keep. A reason names one of them, and a test can set one aside. Where setting aside either
 * of two rules would do, the later one is named.
 */
export const ruleCodes = ['hours', 'skill', 'certificate', 'access', 'part', 'busy', 'window'] as const;
export type RuleCode = (typeof ruleCodes)[number];

/** A place for the visit in one technician's day. */
export interface Placement extends Insertion {
  readonly technician: Technician;
  readonly plan: PartsPlan;
}

export interface TechnicianDay {
  readonly technician: Technician;
  /** In the technician's zone. */
  readonly day: string;
  readonly shifts: readonly Interval[];
  /** When the site is open, on this day and around it. */
  readonly access: readonly Interval[];
  /** When the certificates of the need hold. */
  readonly certified: readonly Interval[];
}

/** Time at a depot to fetch the parts. */
const depotStopMin = 10;

/** The stop that a slot makes of a technician's day: at the place of its work, past the depot that has its parts. */
export const stopOf = (
  slot: Slot,
  location: Location,
  { depots, travel }: Pick<Region, 'depots' | 'travel'>,
): BusyStop => {
  const { technicianId, startMs, endMs, busyFromMs, busyToMs, viaDepotId } = slot;
  const stop = { technicianId, location, startMs, endMs, busyFromMs, busyToMs };
  const depot = depots.find(({ id }) => id === viaDepotId);
  if (!depot) return stop;
  const dueMs = startMs - (depotStopMin + travel(depot.location, location).minutes) * minuteMs;
  return { ...stop, entry: { location: depot.location, dueMs } };
};

/** When work on the visit may be going on, as far as its window says. */
const windowOf = (need: VisitNeed, nowMs: number): Interval => ({
  fromMs: Math.max(need.window.fromMs, nowMs),
  toMs: need.window.toMs + need.durationMin * minuteMs,
});

/** Last validity of a certificate of the technician; undefined without one. */
export const validUntilOn = (technician: Technician, code: string): string | undefined =>
  technician.certificates
    .filter((certificate) => certificate.code === code)
    .map((certificate) => certificate.validUntilOn)
    .sort()
    .at(-1);

/** Until when all certificates of the need hold: the end of the last valid day at the site. */
const certifiedUntilMs = (technician: Technician, need: VisitNeed): number => {
  const ends = need.certificates.map((code) => {
    const until = validUntilOn(technician, code);
    return until === undefined ? 0 : instantOf(nextDay(until), '00:00', need.access.timeZone);
  });
  return Math.min(...ends, Number.POSITIVE_INFINITY);
};

const wholeDay = (day: string, timeZone: string): Interval => ({
  fromMs: instantOf(day, '00:00', timeZone),
  toMs: instantOf(nextDay(day), '00:00', timeZone),
});

/** Round-the-clock hours are one shift per day: everybody goes home. */
const asShifts = (open: Interval, timeZone: string): Interval[] =>
  open.toMs - open.fromMs <= dayMs
    ? [open]
    : intersect(
        localDays(open.fromMs, open.toMs, timeZone).map((day) => wholeDay(day, timeZone)),
        [open],
      );

/** Days of one technician on which work could start within the window, those without working hours too. */
export const daysOf = (technician: Technician, need: VisitNeed, nowMs: number): TechnicianDay[] => {
  const { working } = technician;
  const { fromMs, toMs } = windowOf(need, nowMs);
  const shifts = openIntervals(working, fromMs - dayMs, toMs + dayMs).flatMap((open) =>
    asShifts(open, working.timeZone),
  );
  const access = openIntervals(need.access, fromMs - dayMs, toMs + dayMs);
  const certified = [{ fromMs: nowMs, toMs: certifiedUntilMs(technician, need) }];
  // A night shift that began before the window belongs to the first day that it shares with it.
  const shiftsByDay = Map.groupBy(
    shifts.filter((shift) => shift.toMs > fromMs),
    (shift) => localDayOf(Math.max(shift.fromMs, fromMs), working.timeZone),
  );
  return localDays(fromMs, need.window.toMs + 1, working.timeZone).map((day) => {
    return { technician, day, shifts: shiftsByDay.get(day) ?? [], access, certified };
  });
};

export const missingSkills = (technician: Technician, need: VisitNeed): VisitNeed['skills'] =>
  need.skills.filter((n) => !technician.skills.some((has) => has.skill === n.skill && has.level >= n.level));

const always: readonly Interval[] = [{ fromMs: Number.NEGATIVE_INFINITY, toMs: Number.POSITIVE_INFINITY }];

/** Every place for the visit in a technician's day that keeps all rules but those `setAside`. */
export const placementsOn = (
  date: TechnicianDay,
  need: VisitNeed,
  region: Region,
  setAside: ReadonlySet<RuleCode> = new Set(),
): Placement[] => {
  const { technician } = date;
  const { nowMs, travel } = region;
  if (!setAside.has('skill') && missingSkills(technician, need).length > 0) return [];
  const shifts = setAside.has('hours') ? [wholeDay(date.day, technician.working.timeZone)] : date.shifts;
  const access = setAside.has('access') ? always : date.access;
  const certified = setAside.has('certificate') ? always : date.certified;
  const window = setAside.has('window') ? always : [windowOf(need, nowMs)];
  const open = intersect(intersect(access, certified), window);
  const stops = setAside.has('busy') ? [] : region.busy.filter((stop) => stop.technicianId === technician.id);
  const plans = setAside.has('part')
    ? [{ depot: null, readyMs: nowMs, sources: [] }]
    : partsPlans(need.bom, technician, region);

  const gaps = shifts.flatMap((shift) => gapsOf({ ...shift, home: technician.home }, stops, nowMs));
  return plans.flatMap((plan) => {
    const via = plan.depot && { location: plan.depot.location, minutes: depotStopMin, readyMs: plan.readyMs };
    const job = { location: need.location, durationMs: need.durationMin * minuteMs, ...(via ? { via } : {}) };
    return gaps.flatMap((gap) =>
      insertionsInto(gap, job, open, travel).map((insertion) => ({ ...insertion, technician, plan })),
    );
  });
};
