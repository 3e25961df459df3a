import type { PlannedRoute } from '../kernel/plan.ts';
import type { ProblemSpec, VisitSpec } from '../kernel/problem-spec.ts';
import { findTimetable } from '../region/timetable.ts';
import type { Changed, Situation, Stand } from './situation.ts';
import { frozenAs, visitsOn } from './situation.ts';

/** What has begun on a route by a time, and the next visit where the technician has set out for it. */
const begunOn = (situation: Situation, vehicle: number, at: number) => {
  const { stands } = situation;
  const standOf = (visit: number | undefined) => (visit === undefined ? undefined : stands[visit]);
  const route = visitsOn(situation, vehicle);
  const begun = route.filter((visit) => (stands[visit] as Stand).start <= at);
  const last = begun.at(-1);
  const next = route[begun.length];
  const ahead = standOf(next);
  const free = standOf(last)?.end;
  // A break has to begin in time: who has it ahead does not put it off.
  const latest = ahead ? ahead.start - ahead.approach : Number.POSITIVE_INFINITY;
  const setsOff = ahead?.rests ? Math.min(latest, free ?? latest) : latest;
  const isOnTheWay = next !== undefined && setsOff <= at && (free ?? at) <= at;
  return {
    fixed: isOnTheWay ? [...begun, next] : begun,
    last,
    /** When the technician set off for the next visit, or can set off at the earliest. */
    leaves: isOnTheWay ? setsOff : at,
  };
};

const canBeDriven = (spec: ProblemSpec, route: PlannedRoute | undefined): boolean => {
  if (!route || route.visits.length === 0) return true;
  const windows = route.visits.map((visit, i) => (spec.visits[visit]?.frozen ? 0 : (route.windows?.[i] ?? 0)));
  return findTimetable(spec, { ...route, windows }) !== undefined;
};

/** Waiting where work has ended puts nothing off that comes after the work; what has begun after it has kept the gap. */
const afterTrueEnd = (visit: VisitSpec, waits: ReadonlyMap<string, number>): VisitSpec => {
  if (!visit.after?.some((link) => waits.has(link.visit))) return visit;
  const after = visit.after.flatMap((link) => {
    const waited = waits.get(link.visit);
    if (waited === undefined) return [link];
    return visit.frozen ? [] : [{ ...link, gap: Math.max(0, link.gap - waited) }];
  });
  return { ...visit, after };
};

/** Who has nothing to do waits where the last work was, so that nobody is sent anywhere before now. */
export const letTimePass = (situation: Situation, at: number): Changed => {
  const { spec, stands, closed } = situation;
  const edits = new Map<number, VisitSpec>();
  const waits = new Map<string, number>();
  const vehicles = spec.vehicles.map((vehicle, i) => {
    if (vehicle.window.from > at) return vehicle;
    const { fixed, last, leaves } = begunOn(situation, i, at);
    for (const visit of fixed) edits.set(visit, frozenAs(spec.visits[visit] as VisitSpec, stands[visit] as Stand));
    if (last === undefined)
      return { ...vehicle, window: { from: Math.min(leaves, vehicle.window.to), to: vehicle.window.to } };
    const { start, end } = stands[last] as Stand;
    if (end >= leaves || at > vehicle.window.to) return vehicle;
    const { break: rest, ...unbroken } = vehicle;
    const isRested = rest && rest.to < leaves && end <= rest.to && !fixed.some((visit) => stands[visit]?.rests);
    const until = isRested ? Math.max(leaves, Math.max(end, rest.from) + rest.minutes) : leaves;
    edits.set(last, { ...(edits.get(last) as VisitSpec), service: until - start });
    waits.set(spec.visits[last]?.id ?? '', until - end);
    return isRested ? unbroken : vehicle;
  });
  const later = {
    ...spec,
    visits: spec.visits.map((visit, i) => afterTrueEnd(edits.get(i) ?? visit, waits)),
    vehicles,
  };
  const begun = new Set([...edits.keys()].map((visit) => (stands[visit] as Stand).vehicle));
  return {
    spec: later,
    closed: closed.map((was, i) => was || (spec.vehicles[i]?.window.to ?? at) < at),
    unsettled: new Set([...begun].filter((vehicle) => !canBeDriven(later, situation.routes[vehicle]))),
    taken: new Set(),
  };
};
