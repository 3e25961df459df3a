import type { Plan, PlannedRoute } from '../kernel/plan.ts';
import type { Price, VehicleSpec, VisitSpec } from '../kernel/problem-spec.ts';
import { windowsOf } from '../kernel/visit-arrays.ts';
import type { CompiledRegion } from './compile.ts';
import { instantAt, localText } from './time-axis.ts';
import { type Timetable, timetableOf } from './timetable.ts';
import type { Trouble } from './trouble.ts';

/** Named sums in euros. */
export type Terms = Readonly<Record<string, number>>;

/** A visit in a technician's day; times are local to the site. */
export interface PlannedVisit {
  readonly visit: string;
  /** The second of the two technicians who come. */
  readonly second?: true;
  /** On the spot and set up; work starts when it may. */
  readonly readyAt: string;
  readonly startsAt: string;
  readonly endsAt: string;
  /** From the van or a depot. */
  readonly parts: readonly { readonly part: string; readonly quantity: number; readonly from: string }[];
}

/** One technician's day; times are local to the technician. */
export interface PlannedDay {
  readonly technician: string;
  readonly on: string;
  /** Ids of visits, and `depot`. */
  readonly stops: readonly string[];
  readonly leavesAt: string;
  readonly backAt: string;
  readonly break?: { readonly fromAt: string; readonly toAt: string };
  readonly depot?: { readonly depot: string; readonly startsAt: string; readonly endsAt: string };
  readonly visits: readonly PlannedVisit[];
  readonly km: number;
  readonly terms: Terms;
}

export interface PlanDocument {
  readonly routes: readonly PlannedDay[];
  readonly unassigned: readonly { readonly visit: string; readonly reasons: readonly UnassignedReason[] }[];
  /** What the region says wrongly, whether of a visit or of something else. */
  readonly faults: readonly Trouble[];
  /** Of the whole plan; they add up to `cost`. */
  readonly terms: Terms;
  /** In euros. */
  readonly cost: number;
}

export interface UnassignedReason {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

/** Adds what is not nothing. */
export const addTerms = (sum: Record<string, number>, terms: Readonly<Record<string, number>>): void => {
  for (const [name, value] of Object.entries(terms)) if (value !== 0) sum[name] = (sum[name] ?? 0) + value;
};

/** A price by terms; a bare number under the name. */
export const termsOf = (price: Price | undefined, name: string): Terms =>
  price === undefined ? {} : typeof price === 'number' ? { [name]: price } : price;

/** What a route costs, by terms. */
export const routeTerms = (
  { spec }: Pick<CompiledRegion, 'spec'>,
  route: PlannedRoute,
  timetable: Timetable,
): Terms => {
  const { costs, overtime, technician = route.vehicle } = spec.vehicles[route.vehicle] as VehicleSpec;
  const terms: Record<string, number> = {};
  addTerms(terms, {
    day: costs.used ?? 0,
    travel: (costs.perDistance ?? 0) * timetable.distance,
    time: (costs.perDuration ?? 0) * (timetable.back - timetable.leave),
    overtime: overtime ? overtime.perMinute * Math.max(0, timetable.back - overtime.after) : 0,
  });
  for (const [i, visit] of route.visits.entries()) {
    const own = spec.visits[visit] as VisitSpec;
    const { frozen, technicianCosts } = own;
    const window = windowsOf(own)[frozen ? 0 : (route.windows?.[i] ?? 0)];
    addTerms(terms, termsOf(window?.cost, 'time'));
    const who = technicianCosts?.of.find((one) => one.technician === technician);
    addTerms(terms, termsOf(who ? who.cost : technicianCosts?.others, 'stability'));
  }
  return terms;
};

/** Where each part of a visit comes from: behind the stop at the depot from there, if the depot ever holds it. */
const partsOf = (
  { spec, supply, sifted, shifts }: CompiledRegion,
  { vehicle, visits, restockAt }: PlannedRoute,
  order: number,
): PlannedVisit['parts'] => {
  const { technician } = shifts[vehicle] as CompiledRegion['shifts'][number];
  const depot = sifted.depots.get(technician.depot ?? '');
  const stock = spec.depots?.[spec.vehicles[vehicle]?.depot ?? -1]?.stock ?? [];
  return (spec.visits[visits[order] as number]?.parts ?? []).map(({ part, quantity }) => {
    const isStocked = stock.some(({ parts }) => parts.some((held) => held.part === part && held.quantity > 0));
    const isTaken = depot !== undefined && restockAt !== undefined && order >= restockAt && isStocked;
    return { part: supply.partIds[part] ?? '', quantity, from: isTaken ? depot.id : technician.id };
  });
};

const dayOf = (region: CompiledRegion, route: PlannedRoute): PlannedDay => {
  const { spec, axis, shifts, works, sifted } = region;
  const { technician, on } = shifts[route.vehicle] as CompiledRegion['shifts'][number];
  const timetable = timetableOf(spec, route);
  const home = (minute: number) => localText(instantAt(axis, minute), technician.working.timeZone);
  const depotStop = timetable.stops.find(({ visit }) => visit === undefined);
  const visits = timetable.stops.flatMap((stop): PlannedVisit[] => {
    const work = works[stop.visit ?? -1];
    if (stop.visit === undefined || !work) return [];
    const { timeZone } = sifted.sites.get(work.visit.site)?.access ?? axis;
    const there = (minute: number) => localText(instantAt(axis, minute), timeZone);
    return [
      {
        visit: work.visit.id,
        ...(work.isSecond ? { second: true } : {}),
        readyAt: there(stop.ready),
        startsAt: there(stop.start),
        endsAt: there(stop.end),
        parts: partsOf(region, route, route.visits.indexOf(stop.visit)),
      },
    ];
  });
  return {
    technician: technician.id,
    on,
    stops: timetable.stops.map(({ visit }) => works[visit ?? -1]?.visit.id ?? 'depot'),
    leavesAt: home(timetable.leave),
    backAt: home(timetable.back),
    ...(timetable.rest ? { break: { fromAt: home(timetable.rest.from), toAt: home(timetable.rest.to) } } : {}),
    ...(depotStop
      ? { depot: { depot: technician.depot ?? '', startsAt: home(depotStop.start), endsAt: home(depotStop.end) } }
      : {}),
    visits,
    km: timetable.distance,
    terms: routeTerms(region, route, timetable),
  };
};

export const nobodyHasRoom: UnassignedReason = {
  code: 'noRoom',
  message: 'no day of a technician who may do it has room for it',
};

/**
 * The plan of a region as people and files have it.
 * @param whyNot the reasons of a visit that the region's troubles do not explain
 */
export const planDocument = (
  region: CompiledRegion,
  { routes, unassigned }: Pick<Plan, 'routes' | 'unassigned'>,
  whyNot: (kernelVisit: number) => readonly UnassignedReason[] = () => [nobodyHasRoom],
): PlanDocument => {
  const days = routes.map((route) => dayOf(region, route));
  const sum: Record<string, number> = {};
  for (const { terms } of days) addTerms(sum, terms);
  for (const visit of unassigned) addTerms(sum, termsOf(region.spec.visits[visit]?.penalty, 'unassigned'));

  const troubled = Map.groupBy(
    region.troubles.filter(({ visit }) => visit !== undefined),
    ({ visit }) => visit ?? '',
  );
  const byTrouble = [...troubled].map(([visit, troubles]) => ({
    visit,
    reasons: troubles.map(({ code, message, hint }) => ({ code, message, ...(hint === undefined ? {} : { hint }) })),
  }));
  const bySearch = [...unassigned].flatMap((at) => {
    const work = region.works[at];
    return work && !work.isSecond ? [{ visit: work.visit.id, reasons: whyNot(at) }] : [];
  });
  const cost = Object.values(sum).reduce((total, value) => total + value, 0);
  return { routes: days, unassigned: [...byTrouble, ...bySearch], faults: region.troubles, terms: sum, cost };
};
