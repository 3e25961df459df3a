import { AppError } from '@kuluma/shared/errors.ts';
import { type Links, linksOf } from './links.ts';
import type { ProblemSpec, VisitSpec } from './problem-spec.ts';
import { faultsOfSpec } from './spec-faults.ts';
import { type Stock, stockOf } from './stock.ts';
import type { Traffic } from './traffic.ts';
import { sumOf, type VisitArrays, visitArraysOf } from './visit-arrays.ts';
import { wayMatrix } from './way-matrix.ts';

/**
 * A routing problem as flat arrays, ready for the kernel and for a copy into a thread. Nodes are the visits `0..n-1`,
 * then the start of each vehicle, then the end of each vehicle.
 */
export interface Problem extends VisitArrays {
  readonly visitIds: readonly string[];
  readonly vehicleIds: readonly string[];
  readonly visitCount: number;
  readonly vehicleCount: number;
  readonly placeCount: number;
  /** By node. */
  readonly place: Int32Array;
  /** `from * placeCount + to`, and the same turned around: `to * placeCount + from`. With traffic the least that a way takes. */
  readonly time: Float64Array;
  readonly timeInto: Float64Array;
  readonly distance: Float64Array;
  readonly distanceInto: Float64Array;
  /** `serviceRow[vehicle] + visit`; infinite where the vehicle may not serve the visit. */
  readonly service: Float64Array;
  readonly serviceRow: Int32Array;
  readonly capacityCount: number;
  /** `visit * capacityCount + k` and `vehicle * capacityCount + k`. */
  readonly load: Float64Array;
  readonly capacity: Float64Array;
  /** By visit; infinite for one that must be served. */
  readonly penalty: Float64Array;
  /** By vehicle. */
  readonly leaveFrom: Float64Array;
  readonly backBy: Float64Array;
  readonly usedCost: Float64Array;
  readonly perDistance: Float64Array;
  readonly perDuration: Float64Array;
  readonly overtimeAfter: Float64Array;
  readonly overtimeRate: Float64Array;
  readonly technician: Int32Array;
  /** Vehicles of one kind are interchangeable. */
  readonly kind: Int32Array;
  /** Whether the data by which durations are known are kept. */
  readonly timed: boolean;
  /** By vehicle: when the break begins; minutes are -1 for a vehicle without. */
  readonly breakMinutes: Float64Array;
  readonly breakFrom: Float64Array;
  readonly breakTo: Float64Array;
  /** Undefined where nobody needs tools or parts. */
  readonly stock: Stock | undefined;
  /** Routes may have stops that are not in their list, at a depot or for a break, or cost what their list alone does not tell. */
  readonly derived: boolean;
  /** Undefined where a way takes as long at any hour. */
  readonly traffic: Traffic | undefined;
  /** Undefined where no visit has to do with another. */
  readonly links: Links | undefined;
  /** What a route may do depends on other routes: their orders cannot be combined at will. */
  readonly coupled: boolean;
}

const table = (rows: number, columns: number, valueAt: (row: number, column: number) => number | undefined) =>
  Float64Array.from({ length: rows * columns }, (_, i) => valueAt(Math.floor(i / columns), i % columns) ?? 0);

/** Vehicles that differ in nothing but their names share a number, counted from 0 in order of appearance. */
const kindsOf = ({ visits, vehicles, vans = [] }: ProblemSpec): Int32Array => {
  const numbers = new Map<string, number>();
  const named = new Set(visits.map(({ frozen }) => frozen?.vehicle));
  return Int32Array.from(vehicles, ({ id: _, ...rest }, at) => {
    const key = JSON.stringify([rest, vans[rest.technician ?? at], named.has(at) ? at : undefined]);
    const number = numbers.get(key) ?? numbers.size;
    numbers.set(key, number);
    return number;
  });
};

const serviceOf = ({ service }: VisitSpec, group: number): number =>
  typeof service === 'number' ? service : (service[group] as number);

/** Every visit has one window that nothing narrows or prices. */
export const isPlain = ({ single, priced, links }: Problem): boolean => single && !priced && links === undefined;

/** @throws INPUT_INVALID with a fault for each thing that is no problem at all, by name. */
export const createProblem = (spec: ProblemSpec): Problem => {
  const faults = [...faultsOfSpec(spec)];
  if (faults.length > 0) throw new AppError('INPUT_INVALID', 'the routing problem is not valid', { faults });
  const { visits, vehicles, travelTime, distance = travelTime, traffic } = spec;
  const n = visits.length;
  const placeCount = Math.sqrt(travelTime.length);
  const capacityCount = Math.max(
    0,
    ...[...visits.map((v) => v.load), ...vehicles.map((v) => v.capacity)].map((l) => l?.length ?? 0),
  );
  const groupCount = vehicles.reduce((most, { group = 0 }) => Math.max(most, group + 1), 0);
  const perDuration = Float64Array.from(vehicles, ({ costs }) => costs.perDuration ?? 0);
  const overtimeRate = Float64Array.from(vehicles, ({ overtime }) => overtime?.perMinute ?? 0);
  const stock = stockOf(spec);
  const links = linksOf(spec);
  const derived = stock !== undefined || traffic !== undefined || vehicles.some((vehicle) => vehicle.break);
  return {
    ...visitArraysOf(spec),
    visitIds: visits.map(({ id }) => id),
    vehicleIds: vehicles.map(({ id }) => id),
    visitCount: n,
    vehicleCount: vehicles.length,
    placeCount,
    place: Int32Array.from([
      ...visits.map((v) => v.place),
      ...vehicles.map((v) => v.start),
      ...vehicles.map((v) => v.end),
    ]),
    time: travelTime,
    timeInto: wayMatrix(travelTime).turned,
    distance,
    distanceInto: wayMatrix(distance).turned,
    service: table(groupCount, n, (group, v) => serviceOf(visits[v] as VisitSpec, group)),
    serviceRow: Int32Array.from(vehicles, ({ group = 0 }) => group * n),
    capacityCount,
    load: table(n, capacityCount, (v, k) => visits[v]?.load?.[k]),
    capacity: table(vehicles.length, capacityCount, (v, k) => vehicles[v]?.capacity?.[k]),
    penalty: Float64Array.from(visits, ({ penalty }) =>
      penalty === undefined ? Number.POSITIVE_INFINITY : sumOf(penalty),
    ),
    leaveFrom: Float64Array.from(vehicles, ({ window }) => window.from),
    backBy: Float64Array.from(vehicles, ({ window }) => window.to),
    usedCost: Float64Array.from(vehicles, ({ costs }) => costs.used ?? 0),
    perDistance: Float64Array.from(vehicles, ({ costs }) => costs.perDistance ?? 0),
    perDuration,
    overtimeAfter: Float64Array.from(vehicles, ({ overtime }) => overtime?.after ?? Number.POSITIVE_INFINITY),
    overtimeRate,
    technician: Int32Array.from(vehicles, ({ technician }, at) => technician ?? at),
    kind: kindsOf(spec),
    breakMinutes: Float64Array.from(vehicles, ({ break: rest }) => rest?.minutes ?? -1),
    breakFrom: Float64Array.from(vehicles, ({ break: rest }) => rest?.from ?? 0),
    breakTo: Float64Array.from(vehicles, ({ break: rest }) => rest?.to ?? 0),
    stock,
    traffic,
    derived,
    coupled: links !== undefined || (stock?.shared ?? false),
    links,
    timed: derived || perDuration.some((cost) => cost > 0) || overtimeRate.some((cost) => cost > 0),
  };
};
