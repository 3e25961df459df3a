import type { Random } from '@kuluma/shared/clock.ts';
import { type Id, newId } from '@kuluma/shared/model/base.ts';
import type { WorkCalendar } from '@kuluma/shared/model/calendar.ts';
import type { PartSource, SecondPlace, Slot } from '@kuluma/shared/model/service.ts';
import { hourMs } from '@kuluma/shared/model/units.ts';
import { openIntervals } from '../../calendar/open-hours.ts';
import type { PlannedRoute } from '../kernel/plan.ts';
import type { ProblemSpec, VehicleSpec, VisitSpec } from '../kernel/problem-spec.ts';
import type { CompiledRegion } from '../region/compile.ts';
import { instantAt } from '../region/time-axis.ts';
import { type TimedStop, type Timetable, timetableOf } from '../region/timetable.ts';
import type { Desk } from './desk.ts';

/** The technician may come this much before or after the planned start. */
const arrivalSpreadMs = hourMs;

/** The open hours of the site around the start bound the promise. */
const arrivalOf = (access: WorkCalendar, startMs: number): Pick<Slot, 'arrivalFromMs' | 'arrivalToMs'> => {
  const [fromMs, toMs] = [startMs - arrivalSpreadMs, startMs + arrivalSpreadMs];
  const open = openIntervals(access, fromMs, toMs).find((i) => i.fromMs <= startMs && startMs < i.toMs);
  return { arrivalFromMs: open?.fromMs ?? startMs, arrivalToMs: open?.toMs ?? startMs };
};

/** Minutes on the way, at the depot and setting up; waiting and work are none. */
const wayMinutes = ({ leave, back, stops, rest }: Timetable): number => {
  let at = leave;
  let minutes = rest ? rest.from - rest.to : 0;
  for (const { visit, ready, start, end } of stops) {
    minutes += ready - at + (visit === undefined ? end - start : 0);
    at = end;
  }
  return minutes + back - at;
};

const none: Pick<Timetable, 'distance'> & { readonly minutes: number } = { distance: 0, minutes: 0 };

const wayOf = (spec: ProblemSpec, route: PlannedRoute) => {
  if (route.visits.length === 0) return none;
  const timetable = timetableOf(spec, route);
  return { distance: timetable.distance, minutes: wayMinutes(timetable) };
};

/** From leaving the work before to the start of this one, without waiting; past the depot if that is on the way. */
const approachMinutes = ({ leave, stops }: Timetable, at: number): number => {
  const endBefore = (i: number) => stops[i - 1]?.end ?? leave;
  const { ready } = stops[at] as TimedStop;
  const before = stops[at - 1];
  if (!before || before.visit !== undefined) return ready - endBefore(at);
  return ready - before.end + (before.end - before.start) + (before.ready - endBefore(at - 1));
};

/** Where the parts of a visit come from: one behind the depot has them from there if the depot ever does. */
const sourcesOf = (
  { form, sifted, supply }: CompiledRegion,
  visit: string,
  technician: Id<'technician'>,
  depot: Id<'depot'> | undefined,
): PartSource[] => {
  const lines = sifted.visits.get(visit)?.lines ?? [];
  return lines.flatMap(({ part, quantity }): PartSource[] => {
    const partId = part as Id<'part'>;
    const number = supply.partIds.indexOf(part);
    const comes = depot
      ? supply.depotOf(depot).some(({ parts }) => parts.some((line) => line.part === number && line.quantity > 0))
      : false;
    if (!depot || !comes) return [{ partId, quantity, from: 'van', placeId: technician }];
    const [shelf, kept] = [form.stock, form.reservations].map((lines) =>
      lines.reduce((sum, line) => sum + (line.part === part && line.place === depot ? line.quantity : 0), 0),
    ) as [number, number];
    const fromShelf = Math.max(0, Math.min(quantity, shelf - kept));
    return [
      ...(fromShelf > 0 ? [{ partId, quantity: fromShelf, from: 'depot', placeId: depot } as const] : []),
      ...(fromShelf < quantity
        ? [{ partId, quantity: quantity - fromShelf, from: 'supplier', placeId: depot } as const]
        : []),
    ];
  });
};

/** How a visit is done: the route of its vehicle without it and with it. */
export interface PlacedVisit {
  readonly spec: ProblemSpec;
  readonly visit: number;
  readonly before: PlannedRoute;
  readonly after: PlannedRoute;
}

const centsOf = (euros: number): number => Math.round(euros * 100);

/** What the plan costs more with the visit, by terms; all that is not way, work or a term of its window is overtime and the like. */
const costsOf = (
  { spec, visit, before, after }: PlacedVisit,
  cost: number,
  ways: { readonly km: number },
): Pick<Slot, 'costTerms' | 'costCents'> => {
  const { costs, group = 0 } = spec.vehicles[after.vehicle] as VehicleSpec;
  const { service, windows } = spec.visits[visit] as VisitSpec;
  const workMin = typeof service === 'number' ? service : (service[group] as number);
  const prices = windows[0]?.cost;
  const price = (name: string) => (typeof prices === 'object' ? (prices[name] ?? 0) : 0);
  const travelKm = (costs.perDistance ?? 0) * ways.km;
  const labour = (costs.perDuration ?? 0) * workMin;
  const riskOfWaiting = price('risk');
  const lifeWasted = price('wastedLife');
  const sla = price('sla');
  const minutes = durationOf(spec, after) - durationOf(spec, before) - workMin;
  const travelTime = (costs.perDuration ?? 0) * minutes;
  const other = cost - travelKm - labour - riskOfWaiting - lifeWasted - sla - travelTime;
  const terms = {
    travelKm,
    travelTime,
    labour,
    riskOfWaiting,
    lifeWasted,
    ...(sla > 0 ? { sla } : {}),
    ...(Math.abs(other) > 0.005 ? { overtime: other } : {}),
  };
  const costTerms = Object.fromEntries(Object.entries(terms).map(([name, euros]) => [name, centsOf(euros)]));
  return { costTerms, costCents: Object.values(costTerms).reduce((sum, cents) => sum + cents, 0) };
};

const durationOf = (spec: ProblemSpec, route: PlannedRoute): number => {
  if (route.visits.length === 0) return 0;
  const { leave, back } = timetableOf(spec, route);
  return back - leave;
};

/** What one technician does for a visit. */
const shareOf = ({ compiled }: Pick<Desk, 'compiled'>, placed: PlacedVisit, cost: number) => {
  const { spec, before, after, visit } = placed;
  const { technician } = compiled.shifts[after.vehicle] as CompiledRegion['shifts'][number];
  const timetable = timetableOf(spec, after);
  const at = timetable.stops.findIndex((stop) => stop.visit === visit);
  const { start, end } = timetable.stops[at] as TimedStop;
  const was = wayOf(spec, before);
  return {
    technician,
    start,
    isBehindDepot: timetable.stops.slice(0, at).some((stop) => stop.visit === undefined),
    endMs: instantAt(compiled.axis, end),
    busy: {
      technicianId: technician.id as Id<'technician'>,
      busyFromMs: instantAt(compiled.axis, start - approachMinutes(timetable, at)),
      busyToMs: instantAt(compiled.axis, end),
      travelKm: Math.max(0, timetable.distance - was.distance),
      travelMin: Math.max(0, Math.round(wayMinutes(timetable) - was.minutes)),
    } satisfies SecondPlace,
    ...costsOf(placed, cost, { km: timetable.distance - was.distance }),
  };
};

/** A technician's part of a visit, and what the plan costs more with it. */
export interface PricedPart {
  readonly placed: PlacedVisit;
  readonly cost: number;
}

const addedUp = (a: Slot['costTerms'], b: Slot['costTerms']): Slot['costTerms'] =>
  Object.fromEntries(
    [...new Set([...Object.keys(a), ...Object.keys(b)])].map((term) => [term, (a[term] ?? 0) + (b[term] ?? 0)]),
  );

/**
 * The record of a time that can be offered. A slot blocks the way to the work and the work; the way on belongs to the
 * next stop.
 */
export const slotRecord = (
  desk: Pick<Desk, 'compiled'>,
  placed: PlacedVisit,
  {
    access,
    cost,
    random,
    visitId,
    second,
  }: {
    readonly access: WorkCalendar;
    readonly cost: number;
    readonly random: Random;
    readonly visitId: string;
    /** Where two come. */
    readonly second?: PricedPart | undefined;
  },
): Slot => {
  const { compiled } = desk;
  const { technician, start, isBehindDepot, endMs, busy, costTerms, costCents } = shareOf(desk, placed, cost);
  const other = second && shareOf(desk, second.placed, second.cost);
  const startMs = instantAt(compiled.axis, start);
  const parts = sourcesOf(
    compiled,
    visitId,
    busy.technicianId,
    isBehindDepot ? (technician.depot as Id<'depot'>) : undefined,
  );
  return {
    id: newId('slot', random),
    ...busy,
    startMs,
    endMs,
    ...arrivalOf(access, startMs),
    viaDepotId: (parts.find(({ from }) => from !== 'van')?.placeId as Id<'depot'> | undefined) ?? null,
    parts,
    ...(other
      ? {
          second: other.busy,
          costTerms: addedUp(costTerms, other.costTerms),
          costCents: costCents + other.costCents,
        }
      : { costTerms, costCents }),
  };
};
