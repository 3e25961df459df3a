import { AppError } from '@kuluma/shared/errors.ts';
import type { PlannedRoute } from '../kernel/plan.ts';
import type { ProblemSpec, Span, VehicleSpec, VisitSpec } from '../kernel/problem-spec.ts';
import type { Traffic } from '../kernel/traffic.ts';
import { rounding } from '../kernel/traffic-curve.ts';
import { leaveInTraffic, readyInTraffic, type TrafficLeg } from '../kernel/traffic-tour.ts';

const near = 1e-6;

/** How late a stop may be that is known to be in time. */
const lateness = ({ traffic }: Pick<Tour, 'traffic'>): number => (traffic ? rounding : near);

/** A stop by the clock of the axis; `visit` undefined is the depot. */
export interface TimedStop {
  readonly visit: number | undefined;
  /** When the way and all that is set up at its end are over. */
  readonly ready: number;
  readonly start: number;
  readonly end: number;
}

/** A route by the clock. */
export interface Timetable {
  readonly leave: number;
  readonly back: number;
  readonly stops: readonly TimedStop[];
  /** Left out where the break is taken before or after the route. */
  readonly rest: Span | undefined;
  readonly distance: number;
}

/** A route laid out: the stops with the ways to them, and the way home. */
interface Tour {
  readonly stops: readonly {
    readonly visit: number | undefined;
    readonly window: Span;
    readonly service: number;
    readonly travel: number;
    readonly setUp: number;
  }[];
  readonly travelHome: number;
  readonly setUpHome: number;
  readonly traffic: Traffic | undefined;
  readonly distance: number;
  readonly vehicle: VehicleSpec;
  /** The leg with the break: -1 before the route, one more than there are legs after it. */
  readonly restOn: number | undefined;
}

/** The window that the visit is in; frozen and linked ones begin at one time. */
const windowOf = ({ windows, frozen }: VisitSpec, choice: number, start = Number.NaN): Span => {
  const point = frozen?.start ?? start;
  return Number.isNaN(point) ? (windows[choice] as Span) : { from: point, to: point };
};

const tourOf = (spec: ProblemSpec, route: PlannedRoute): Omit<Tour, 'restOn'> => {
  const vehicle = spec.vehicles[route.vehicle] as VehicleSpec;
  const size = Math.sqrt(spec.travelTime.length);
  const stops = [...route.visits].map((visit, i) => {
    const { place, service, ...when } = spec.visits[visit] as VisitSpec;
    const minutes = typeof service === 'number' ? service : (service[vehicle.group ?? 0] as number);
    const window = windowOf({ place, service, ...when }, route.windows?.[i] ?? 0, route.starts?.[i]);
    return { visit: visit as number | undefined, place, window, service: minutes };
  });
  const depot = spec.depots?.[vehicle.depot ?? -1];
  if (route.restockAt !== undefined && depot) {
    const open = depot.windows.find(({ from, to }) => from <= vehicle.window.to && to >= vehicle.window.from);
    const stop = { visit: undefined, place: depot.place, window: open ?? vehicle.window, service: depot.service ?? 0 };
    stops.splice(route.restockAt, 0, stop);
  }
  let at = vehicle.start;
  let distance = 0;
  const go = (to: number): { travel: number; setUp: number } => {
    const way = at * size + to;
    at = to;
    distance += (spec.distance ?? spec.travelTime)[way] as number;
    return { travel: spec.travelTime[way] as number, setUp: spec.traffic?.setUp[way] ?? 0 };
  };
  const laid = stops.map(({ place, ...stop }) => ({ ...stop, ...go(place) }));
  const { travel: travelHome, setUp: setUpHome } = go(vehicle.end);
  return { stops: laid, travelHome, setUpHome, distance, vehicle, traffic: spec.traffic };
};

const noRest = { minutes: 0, from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY };

/** Everything as early as can be after leaving at a time; undefined if something is missed. */
const driveFrom = (tour: Tour, leave: number): Timetable | undefined => {
  const { stops, travelHome, setUpHome, distance, vehicle, restOn, traffic } = tour;
  const rule = vehicle.break ?? noRest;
  const late = lateness(tour);
  let now = leave;
  let rest: Span | undefined;
  const go = (leg: number, travel: number, setUp: number): boolean => {
    const rests = leg === restOn;
    if (rests) {
      if (now > rule.to + late) return false;
      const from = Math.max(now, rule.from);
      rest = { from, to: from + rule.minutes };
    }
    if (traffic) now = readyInTraffic(traffic, now, { free: travel - setUp, setUp }, rests ? rule : undefined);
    else now = rests ? Math.max(now + travel, rule.from) + rule.minutes : now + travel;
    return true;
  };
  if (restOn === -1 && leave < rule.from + rule.minutes - near) return undefined;
  const timed: TimedStop[] = [];
  for (const [leg, { visit, window, service, travel, setUp }] of stops.entries()) {
    if (!go(leg, travel, setUp)) return undefined;
    const ready = now;
    const earliest = Math.max(now, window.from);
    if (earliest > window.to + late) return undefined;
    const start = traffic ? Math.min(earliest, window.to) : earliest;
    now = start + service;
    timed.push({ visit, ready, start, end: now });
  }
  if (!go(stops.length, travelHome, setUpHome)) return undefined;
  if (restOn === stops.length + 1 && now > rule.to + late) return undefined;
  return now > vehicle.window.to + late ? undefined : { leave, back: now, stops: timed, rest, distance };
};

/** When a tour at hours of traffic is left to cost least. */
const cheapestLeave = (tour: Tour, traffic: Traffic, from: number): number | undefined => {
  const { stops, travelHome, setUpHome, vehicle, restOn = Number.NaN } = tour;
  const home = { free: travelHome - setUpHome, setUp: setUpHome, open: vehicle.window.from, close: vehicle.window.to };
  const legs: TrafficLeg[] = stops.map(({ travel, setUp, window, service }) => {
    return { free: travel - setUp, setUp, open: window.from, close: window.to, service };
  });
  const { costs, overtime = { after: Number.POSITIVE_INFINITY, perMinute: 0 } } = vehicle;
  return leaveInTraffic(
    traffic,
    {
      ...{ legs: [...legs, { ...home, service: 0 }], from, to: vehicle.window.to },
      ...{ restOn, rest: vehicle.break ?? noRest },
    },
    { perDuration: costs.perDuration ?? 0, overtimeRate: overtime.perMinute, overtimeAfter: overtime.after },
  )?.leave;
};

/** The latest time of leaving that brings the route home no later than `back`. */
const latestLeave = ({ stops, travelHome, vehicle, restOn }: Tour, back: number): number => {
  const rule = vehicle.break ?? noRest;
  const before = (leg: number, by: number, travel: number): number =>
    leg === restOn ? Math.min(by - rule.minutes - travel, rule.to) : by - travel;
  let by = before(stops.length, back, travelHome);
  for (const [leg, { window, service, travel }] of [...stops.entries()].reverse())
    by = before(leg, Math.min(by - service, window.to), travel);
  return by;
};

const costOf = ({ leave, back }: Timetable, { costs, overtime }: VehicleSpec): number =>
  (costs.perDuration ?? 0) * (back - leave) + (overtime ? overtime.perMinute * Math.max(0, back - overtime.after) : 0);

/** When a tour is left to cost least; undefined if something is missed. */
const bestLeave = (tour: Tour, from: number): number | undefined => {
  if (tour.traffic) return cheapestLeave(tour, tour.traffic, from);
  const first = driveFrom(tour, from);
  return first && latestLeave(tour, first.back);
};

/**
 * The clock of a planned route: home as early as can be, having left as late as that allows, which is the least
 * duration too (Savelsbergh 1992), or, at hours of traffic, left when that costs least; the break where that costs least. Undefined if the route cannot be driven.
 */
export const findTimetable = (spec: ProblemSpec, route: PlannedRoute): Timetable | undefined => {
  const tour = tourOf(spec, route);
  const { vehicle, stops } = tour;
  const rests = vehicle.break ? Array.from({ length: stops.length + 3 }, (_, i) => i - 1) : [undefined];
  let best: Timetable | undefined;
  for (const restOn of rests) {
    const earliest = restOn === -1 && vehicle.break ? vehicle.break.from + vehicle.break.minutes : vehicle.window.from;
    const leave = bestLeave({ ...tour, restOn }, Math.max(vehicle.window.from, earliest));
    if (leave === undefined) continue;
    const timed = driveFrom({ ...tour, restOn }, leave);
    if (timed && (!best || costOf(timed, vehicle) < costOf(best, vehicle) - near)) best = timed;
  }
  return best;
};

/** The clock of a route that keeps all rules. @throws INTERNAL when it cannot be driven */
export const timetableOf = (spec: ProblemSpec, route: PlannedRoute): Timetable => {
  const timetable = findTimetable(spec, route);
  if (!timetable) throw new AppError('INTERNAL', `the route of ${spec.vehicles[route.vehicle]?.id} cannot be driven`);
  return timetable;
};
