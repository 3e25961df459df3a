import type { Delivery, DepotSpec, PartCount, ProblemSpec, VehicleSpec } from './problem-spec.ts';
import { startsOf } from './visit-arrays.ts';

/**
 * Tools and parts: what visits need, what vans and depots hold. A *holder* is the van of a technician, shared by all his
 * days, or a depot, shared by all routes that may pass it. Time is cut in *periods* at the deliveries: a route takes what
 * had come when the window of its vehicle opened, and what it takes is missing in that period and all later ones.
 */
export interface Stock {
  /** Holders are vans, then depots. */
  readonly vanCount: number;
  readonly partCount: number;
  readonly periodCount: number;
  /** `(holder * partCount + part) * periodCount + period`: all that will have come until then. */
  readonly supply: Float64Array;
  /** By visit: where its parts begin in the lists below, and how many they are. */
  readonly needStart: Int32Array;
  readonly needCount: Int32Array;
  readonly needPart: Int32Array;
  readonly needQuantity: Float64Array;
  /** By visit and by vehicle, as bits. */
  readonly toolsNeeded: Int32Array;
  readonly toolsHeld: Int32Array;
  /** By vehicle: its period and its holders; -1 for one without a depot. */
  readonly period: Int32Array;
  readonly van: Int32Array;
  readonly depot: Int32Array;
  /** By vehicle: the depot as a stop. */
  readonly depotPlace: Int32Array;
  readonly depotOpen: Float64Array;
  readonly depotClose: Float64Array;
  readonly depotService: Float64Array;
  /** By vehicle: 1 if its depot can run out. */
  readonly limited: Uint8Array;
  /** `holder * partCount + part`: whether a depot ever has it. */
  readonly stocked: Uint8Array;
  /** Routes may lack what another route takes. */
  readonly shared: boolean;
  /** By vehicle: the next of the days of the same technician, in a ring. */
  readonly sibling: Int32Array;
}

const bitsOf = (members: readonly number[] = []): number => members.reduce((bits, m) => bits | (1 << m), 0);

const supplyOf = (holders: readonly (readonly Delivery[] | undefined)[], times: readonly number[], parts: number) => {
  const supply = new Float64Array(holders.length * parts * times.length);
  for (const [holder, deliveries] of holders.entries())
    for (let part = 0; part < parts; part++)
      for (const [period, until] of times.entries())
        supply[(holder * parts + part) * times.length + period] =
          deliveries === undefined
            ? Number.POSITIVE_INFINITY
            : deliveries
                .filter(({ at }) => at <= until)
                .flatMap((delivery) => delivery.parts)
                .reduce((sum, count) => sum + (count.part === part ? count.quantity : 0), 0);
  return supply;
};

/** The hours of the depot that meet the window of the vehicle. */
const hoursOf = (depot: DepotSpec | undefined, { window }: VehicleSpec) =>
  depot?.windows.find(({ from, to }) => from <= window.to && to >= window.from);

/** The next vehicle with the same van, in a ring. */
const siblingsOf = (vans: readonly number[]): Int32Array => {
  const next = Int32Array.from(vans.keys());
  const lastOf = new Map<number, number>();
  for (const [vehicle, van] of vans.entries()) {
    const last = lastOf.get(van) ?? vehicle;
    next[vehicle] = next[last] as number;
    next[last] = vehicle;
    lastOf.set(van, vehicle);
  }
  return next;
};

/** Undefined if no visit needs a tool or a part. */
export const stockOf = ({ visits, vehicles, vans = [], depots = [] }: ProblemSpec): Stock | undefined => {
  if (visits.every(({ tools = [], parts = [] }) => tools.length + parts.length === 0)) return undefined;
  const technicianOf = ({ technician }: VehicleSpec, at: number) => technician ?? at;
  const vanCount = vehicles.reduce((most, vehicle, at) => Math.max(most, technicianOf(vehicle, at) + 1), 0);
  const holders = [
    ...Array.from({ length: vanCount }, (_, technician) => vans[technician] ?? []),
    ...depots.map(({ stock }) => stock),
  ];
  const begin = vehicles.reduce((first, { window }) => Math.min(first, window.from), Number.POSITIVE_INFINITY);
  const deliveries = holders.flatMap((stock) => stock ?? []);
  const times = [...new Set([begin, ...deliveries.map(({ at }) => Math.max(at, begin))])].sort((a, b) => a - b);
  const needs = visits.map(({ parts = [] }) => parts.filter(({ quantity }) => quantity > 0));
  const mentioned: PartCount[] = [...needs.flat(), ...deliveries.flatMap(({ parts }) => parts)];
  const partCount = mentioned.reduce((most, { part }) => Math.max(most, part + 1), 0);
  const supply = supplyOf(holders, times, partCount);
  const needCounts = needs.map(({ length }) => length);
  const depotOf = ({ depot }: VehicleSpec) => (depot === undefined ? undefined : depots[depot]);
  const technicians = new Set(vehicles.map(technicianOf));
  return {
    vanCount,
    partCount,
    periodCount: times.length,
    supply,
    needStart: startsOf(needCounts),
    needCount: Int32Array.from(needCounts),
    needPart: Int32Array.from(needs.flat(), ({ part }) => part),
    needQuantity: Float64Array.from(needs.flat(), ({ quantity }) => quantity),
    toolsNeeded: Int32Array.from(visits, ({ tools }) => bitsOf(tools)),
    toolsHeld: Int32Array.from(vehicles, ({ tools }) => bitsOf(tools)),
    period: Int32Array.from(vehicles, ({ window }) => times.findLastIndex((time) => time <= window.from)),
    van: Int32Array.from(vehicles, technicianOf),
    depot: Int32Array.from(vehicles, ({ depot }) => (depot === undefined ? -1 : vanCount + depot)),
    depotPlace: Int32Array.from(vehicles, (vehicle) => depotOf(vehicle)?.place ?? 0),
    depotOpen: Float64Array.from(
      vehicles,
      (vehicle) => hoursOf(depotOf(vehicle), vehicle)?.from ?? Number.POSITIVE_INFINITY,
    ),
    depotClose: Float64Array.from(
      vehicles,
      (vehicle) => hoursOf(depotOf(vehicle), vehicle)?.to ?? Number.NEGATIVE_INFINITY,
    ),
    depotService: Float64Array.from(vehicles, (vehicle) => depotOf(vehicle)?.service ?? 0),
    limited: Uint8Array.from(vehicles, (vehicle) => (depotOf(vehicle)?.stock ? 1 : 0)),
    stocked: Uint8Array.from({ length: holders.length * partCount }, (_, at) =>
      (supply[(at + 1) * times.length - 1] as number) > 0 ? 1 : 0,
    ),
    sibling: siblingsOf(vehicles.map(technicianOf)),
    shared: technicians.size < vehicles.length || depots.some(({ stock }) => stock !== undefined),
  };
};
