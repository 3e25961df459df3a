import { AppError, type Fault } from '@kuluma/shared/errors.ts';
import type { PartCount, ProblemSpec, VehicleSpec, VisitSpec } from './problem-spec.ts';
import { faultsOfSpec } from './spec-faults.ts';
import { sumOf, type VisitArrays, visitArraysOf } from './visit-arrays.ts';

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
  /** `from * placeCount + to`, and the same turned around: `to * placeCount + from`. */
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
  /** Whether any vehicle costs by the duration or the end of its route. */
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

const restockOf = ({ visits, vehicles, vans = [], depots = [] }: ProblemSpec): Restock | undefined => {
  const [depot] = depots;
  if (!depot) return undefined;
  const heldBy = ({ technician }: VehicleSpec, at: number) =>
    vans[technician ?? at]?.flatMap(({ parts }) => parts) ?? [];
  const lists = [...visits.map(({ parts = [] }) => parts), ...vehicles.map(heldBy)];
  const partCount = lists.flat().reduce((most, { part }) => Math.max(most, part + 1), 0);
  const countsOf = (parts: readonly PartCount[], p: number) =>
    parts.reduce((sum, { part, quantity }) => sum + (part === p ? quantity : 0), 0);
  const rowsOf = (rows: readonly (readonly PartCount[])[]) =>
    table(rows.length, partCount, (row, p) => countsOf(rows[row] ?? [], p));
  return {
    place: depot.place,
    open: depot.windows[0]?.from ?? Number.POSITIVE_INFINITY,
    close: depot.windows[0]?.to ?? Number.NEGATIVE_INFINITY,
    partCount,
    toolsNeeded: Int32Array.from(visits, ({ tools }) => bitsOf(tools)),
    toolsHeld: Int32Array.from(vehicles, ({ tools }) => bitsOf(tools)),
    partsNeeded: rowsOf(visits.map(({ parts = [] }) => parts)),
    partsHeld: rowsOf(vehicles.map(heldBy)),
  };
};

/** What this kernel does not plan with: refused rather than left out of account. */
function* unplanned({ visits, vehicles, vans = [], depots = [] }: ProblemSpec): Generator<Fault> {
  const refuse = (path: string, what: string, given: boolean): Fault[] =>
    given ? [{ path, message: `${what} is not planned with yet` }] : [];
  for (const { id, together, after } of visits)
    yield* refuse(`visit ${id}`, 'a link', together !== undefined || after !== undefined);
  for (const { id, break: rest, depot = 0 } of vehicles) {
    yield* refuse(`vehicle ${id}`, 'a break', rest !== undefined);
    yield* refuse(`vehicle ${id}`, 'a second depot', depot !== 0);
  }
  yield* refuse('depots', 'a second depot', depots.length > 1);
  for (const [at, { windows, service, stock }] of depots.entries()) {
    const given = windows.length !== 1 || service !== undefined || stock !== undefined;
    yield* refuse(`depots/${at}`, 'hours, service or stock', given);
  }
  const shared = new Set(vehicles.map(({ technician }, at) => technician ?? at)).size < vehicles.length;
  yield* refuse('vans', 'a shared van', shared && vans.length > 0);
  for (const [at, van] of vans.entries()) yield* refuse(`vans/${at}`, 'a second delivery', van.length > 1);
}

/** @throws INPUT_INVALID with a fault for each thing that is no problem at all, by name. */
export const createProblem = (spec: ProblemSpec): Problem => {
  const faults = [...faultsOfSpec(spec), ...unplanned(spec)];
  if (faults.length > 0) throw new AppError('INPUT_INVALID', 'the routing problem is not valid', { faults });
  const { visits, vehicles, travelTime, distance = travelTime } = spec;
  const n = visits.length;
  const placeCount = Math.sqrt(travelTime.length);
  const capacityCount = Math.max(
    0,
    ...[...visits.map((v) => v.load), ...vehicles.map((v) => v.capacity)].map((l) => l?.length ?? 0),
  );
  const groupCount = vehicles.reduce((most, { group = 0 }) => Math.max(most, group + 1), 0);
  const perDuration = Float64Array.from(vehicles, ({ costs }) => costs.perDuration ?? 0);
  const overtimeRate = Float64Array.from(vehicles, ({ overtime }) => overtime?.perMinute ?? 0);
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
    timeInto: transposed(travelTime, placeCount),
    distance,
    distanceInto: transposed(distance, placeCount),
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
    timed: perDuration.some((cost) => cost > 0) || overtimeRate.some((cost) => cost > 0),
    restock: restockOf(spec),
  };
};
