import { AppError, type Fault } from '@kuluma/shared/errors.ts';

/** A piece of work at a place. Times, service and costs are in the units of the caller, the same throughout a problem. */
export interface VisitSpec {
  readonly id: string;
  /** Index into the travel matrices. */
  readonly place: number;
  /** Service begins within. */
  readonly window: { readonly from: number; readonly to: number };
  readonly service: number;
  /** What it takes of each capacity of the vehicle; missing ones are 0. */
  readonly load?: readonly number[];
  /** All of these the technician must have. */
  readonly skills?: readonly number[];
  /** From the van, or from the depot once the route has passed there. */
  readonly tools?: readonly number[];
  /** Number of each part, from the van or, once the route has passed there, from the depot. */
  readonly parts?: readonly number[];
  /** What it costs to leave the visit out; a visit without it is left out only if nobody can take it. */
  readonly penalty?: number;
}

/** One route at most: a technician's day, a truck. */
export interface VehicleSpec {
  readonly id: string;
  readonly start: number;
  readonly end: number;
  /** Leaves `start` and is back at `end` within. */
  readonly window: { readonly from: number; readonly to: number };
  readonly capacity?: readonly number[];
  readonly skills?: readonly number[];
  readonly tools?: readonly number[];
  readonly parts?: readonly number[];
  /** Service takes this times the visit's service; default 1. */
  readonly serviceFactor?: number;
  readonly costs: { readonly used?: number; readonly perDistance?: number; readonly perDuration?: number };
}

export interface ProblemSpec {
  readonly visits: readonly VisitSpec[];
  readonly vehicles: readonly VehicleSpec[];
  /** Row by row, from place to place: `places * places`. */
  readonly travelTime: Float64Array;
  /** Left out: distance is time. */
  readonly distance?: Float64Array;
  /** Where a route may take on tools and parts, once. */
  readonly depot?: { readonly place: number; readonly window: { readonly from: number; readonly to: number } };
}

/**
 * A routing problem as flat arrays, ready for the kernel and for a copy into a thread. Nodes are the visits `0..n-1`,
 * then the start of each vehicle, then the end of each vehicle.
 */
export interface Problem {
  readonly visitIds: readonly string[];
  readonly vehicleIds: readonly string[];
  readonly visitCount: number;
  readonly vehicleCount: number;
  readonly placeCount: number;
  /** By node. */
  readonly place: Int32Array;
  /** `from * placeCount + to`, and the same turned around: `to * placeCount + from`. */
  readonly time: Float64Array;
  readonly timeInto: Float64Array;
  readonly distance: Float64Array;
  readonly distanceInto: Float64Array;
  /** By visit: bounds of the start of service. */
  readonly open: Float64Array;
  readonly close: Float64Array;
  /** `serviceRow[vehicle] + visit`. */
  readonly service: Float64Array;
  readonly serviceRow: Int32Array;
  /** `allowedRow[vehicle] + visit`: 1 where the vehicle may serve the visit. */
  readonly allowed: Uint8Array;
  readonly allowedRow: Int32Array;
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
  /** Vehicles of one kind are interchangeable. */
  readonly kind: Int32Array;
  /** Whether any vehicle costs by the duration of its route. */
  readonly timed: boolean;
  /** What routes may restock, and where; undefined when vans need nothing. */
  readonly restock: Restock | undefined;
}

/** Tools (bits) and parts that a visit needs and a van holds until its route has passed the depot. */
export interface Restock {
  readonly place: number;
  readonly open: number;
  readonly close: number;
  readonly partCount: number;
  readonly toolsNeeded: Int32Array;
  readonly toolsHeld: Int32Array;
  readonly partsNeeded: Float64Array;
  readonly partsHeld: Float64Array;
}

const bitsOf = (members: readonly number[] = []): number => members.reduce((bits, m) => bits | (1 << m), 0);

const transposed = (matrix: Float64Array, size: number): Float64Array => {
  const turned = new Float64Array(matrix.length);
  let symmetric = true;
  for (let a = 0; a < size; a++)
    for (let b = 0; b < size; b++) {
      const value = matrix[a * size + b] as number;
      turned[b * size + a] = value;
      symmetric &&= value === matrix[b * size + a];
    }
  return symmetric ? matrix : turned;
};

const table = (rows: number, columns: number, valueAt: (row: number, column: number) => number | undefined) =>
  Float64Array.from({ length: rows * columns }, (_, i) => valueAt(Math.floor(i / columns), i % columns) ?? 0);

/** Equal values of `keyOf` share a number, counted from 0 in order of appearance. */
const numbered = <T>(items: readonly T[], keyOf: (item: T) => string): { of: Int32Array; firsts: readonly T[] } => {
  const numbers = new Map<string, number>();
  const firsts: T[] = [];
  const of = Int32Array.from(items, (item) => {
    const key = keyOf(item);
    const known = numbers.get(key);
    if (known !== undefined) return known;
    firsts.push(item);
    numbers.set(key, firsts.length - 1);
    return firsts.length - 1;
  });
  return { of, firsts };
};

const mostBits = 31;

function* faultsOf({ visits, vehicles, travelTime, distance, depot }: ProblemSpec): Generator<Fault> {
  const places = Math.sqrt(travelTime.length);
  const known = (place: number) => Number.isInteger(place) && place >= 0 && place < places;
  if (!Number.isInteger(places)) yield { path: 'travelTime', message: 'is not square' };
  if (travelTime.some((value) => !(value >= 0)))
    yield { path: 'travelTime', message: 'holds what is not a number from 0' };
  if (distance && distance.length !== travelTime.length)
    yield { path: 'distance', message: 'differs in size from travelTime' };
  if (depot && !known(depot.place)) yield { path: 'depot/place', message: 'is unknown' };
  if (vehicles.length === 0) yield { path: 'vehicles', message: 'are none' };
  for (const { id, place, window, service, penalty = 0, skills = [], tools = [] } of visits) {
    if (!known(place)) yield { path: `visit ${id}`, message: `place ${place} is unknown` };
    if (!(service >= 0)) yield { path: `visit ${id}`, message: `service ${service} is not a number from 0` };
    if (!(window.from <= window.to)) yield { path: `visit ${id}`, message: 'its window never opens' };
    if (!(penalty >= 0)) yield { path: `visit ${id}`, message: `penalty ${penalty} is not a number from 0` };
    if (Math.max(0, ...skills, ...tools) >= mostBits)
      yield { path: `visit ${id}`, message: `a skill or tool is numbered above ${mostBits - 1}` };
  }
  for (const { id, start, end, window } of vehicles) {
    if (!known(start) || !known(end)) yield { path: `vehicle ${id}`, message: 'its start or end is unknown' };
    if (!(window.from <= window.to)) yield { path: `vehicle ${id}`, message: 'its window never opens' };
  }
  for (const [what, items] of [['visit', visits] as const, ['vehicle', vehicles] as const]) {
    const seen = new Set<string>();
    for (const { id } of items) {
      if (seen.has(id)) yield { path: `${what} ${id}`, message: 'is there twice' };
      seen.add(id);
    }
  }
}

const restockOf = ({ visits, vehicles, depot }: ProblemSpec): Restock | undefined => {
  if (!depot) return undefined;
  const partCount = Math.max(0, ...[...visits, ...vehicles].map(({ parts = [] }) => parts.length));
  return {
    place: depot.place,
    open: depot.window.from,
    close: depot.window.to,
    partCount,
    toolsNeeded: Int32Array.from(visits, ({ tools }) => bitsOf(tools)),
    toolsHeld: Int32Array.from(vehicles, ({ tools }) => bitsOf(tools)),
    partsNeeded: table(visits.length, partCount, (v, p) => visits[v]?.parts?.[p]),
    partsHeld: table(vehicles.length, partCount, (v, p) => vehicles[v]?.parts?.[p]),
  };
};

/** @throws INPUT_INVALID with a fault for each thing that is no problem at all, by name. */
export const createProblem = (spec: ProblemSpec): Problem => {
  const faults = [...faultsOf(spec)];
  if (faults.length > 0) throw new AppError('INPUT_INVALID', 'the routing problem is not valid', { faults });
  const { visits, vehicles, travelTime, distance = travelTime } = spec;
  const n = visits.length;
  const placeCount = Math.sqrt(travelTime.length);
  const capacityCount = Math.max(
    0,
    ...[...visits.map((v) => v.load), ...vehicles.map((v) => v.capacity)].map((l) => l?.length ?? 0),
  );
  const skillSets = numbered(vehicles, ({ skills }) => String(bitsOf(skills)));
  const paces = numbered(vehicles, ({ serviceFactor = 1 }) => String(serviceFactor));
  const perDuration = Float64Array.from(vehicles, ({ costs }) => costs.perDuration ?? 0);
  const needed = visits.map(({ skills }) => bitsOf(skills));
  return {
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
    timeInto: transposed(travelTime, placeCount),
    distance,
    distanceInto: transposed(distance, placeCount),
    open: Float64Array.from(visits, ({ window }) => window.from),
    close: Float64Array.from(visits, ({ window }) => window.to),
    service: table(
      paces.firsts.length,
      n,
      (row, v) => (visits[v]?.service ?? 0) * (paces.firsts[row]?.serviceFactor ?? 1),
    ),
    serviceRow: paces.of.map((row) => row * n),
    allowed: Uint8Array.from({ length: skillSets.firsts.length * n }, (_, i) => {
      const missing = (needed[i % n] ?? 0) & ~bitsOf(skillSets.firsts[Math.floor(i / n)]?.skills);
      return missing === 0 ? 1 : 0;
    }),
    allowedRow: skillSets.of.map((row) => row * n),
    capacityCount,
    load: table(n, capacityCount, (v, k) => visits[v]?.load?.[k]),
    capacity: table(vehicles.length, capacityCount, (v, k) => vehicles[v]?.capacity?.[k]),
    penalty: Float64Array.from(visits, ({ penalty = Number.POSITIVE_INFINITY }) => penalty),
    leaveFrom: Float64Array.from(vehicles, ({ window }) => window.from),
    backBy: Float64Array.from(vehicles, ({ window }) => window.to),
    usedCost: Float64Array.from(vehicles, ({ costs }) => costs.used ?? 0),
    perDistance: Float64Array.from(vehicles, ({ costs }) => costs.perDistance ?? 0),
    perDuration,
    kind: numbered(vehicles, ({ id: _, ...rest }) => JSON.stringify(rest)).of,
    timed: perDuration.some((cost) => cost > 0),
    restock: restockOf(spec),
  };
};
