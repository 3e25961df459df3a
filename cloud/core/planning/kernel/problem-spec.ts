import type { Traffic } from './traffic.ts';

/**
 * What the kernel plans: visits, vehicles and what there is of parts. Times lie on one axis from the beginning of the
 * horizon; times, distances and costs are in units of the caller, the same throughout a problem (a region: minutes, km,
 * euros). Members that are left out mean what their comment says, and cost nothing to have left out.
 */

/** A span of the time axis, both ends in it. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** A cost; as named terms where a plan shall be explained by them (`{ risk: 12.5, lateness: 40 }`), their sum counts. */
export type Price = number | Readonly<Record<string, number>>;

/** When service may begin, and what it costs to come then: read once a window, wherever in it service begins. */
export interface VisitWindow extends Span {
  readonly cost?: Price;
}

export interface PartCount {
  readonly part: number;
  readonly quantity: number;
}

/** Parts that come in at a time of the axis. A route uses what had come when the window of its vehicle opened. */
export interface Delivery {
  readonly at: number;
  readonly parts: readonly PartCount[];
}

/** A piece of work at a place. */
export interface VisitSpec {
  readonly id: string;
  /** Index into the travel matrices. */
  readonly place: number;
  /** Disjoint and in order of time, each within one day; with none nobody can serve the visit. */
  readonly windows: readonly VisitWindow[];
  /** One number for all, or a list by `VehicleSpec.group`; infinite: no vehicle of the group may serve it. */
  readonly service: number | ArrayLike<number>;
  /** What it takes of each capacity of the vehicle; missing ones are 0. */
  readonly load?: readonly number[];
  /** From the van, or from the depot once the route has passed there. At most 31 kinds. */
  readonly tools?: readonly number[];
  /** From the van, or from the depot once the route has passed there; each part at most once in the list. */
  readonly parts?: readonly PartCount[];
  /** What it costs if a technician comes: those listed, all others; infinite: may not come. Left out: nothing. */
  readonly technicianCosts?: {
    readonly of: readonly { readonly technician: number; readonly cost: Price }[];
    readonly others?: Price;
  };
  /** What it costs to leave the visit out; a visit without it is left out only if nobody can take it. */
  readonly penalty?: Price;
  /**
   * Never leaves its place: on this vehicle, service begins at `start`. The window that `start` lies in gives the cost,
   * none if it lies in none. Absent only if it cannot be so (two frozen visits that clash).
   */
  readonly frozen?: { readonly vehicle: number; readonly start: number };
  /** Id of the one visit that another technician begins at the same time; said by one of the two or by both. */
  readonly together?: string;
  /** Begins at least `gap` after the end of each of these, and only if they are served. */
  readonly after?: readonly { readonly visit: string; readonly gap: number }[];
}

/** One route at most: a technician's day, a truck. */
export interface VehicleSpec {
  readonly id: string;
  /** Vehicles of one technician are his days: they share the stock of his van. Left out: the vehicle's own index. */
  readonly technician?: number;
  readonly start: number;
  readonly end: number;
  /** Leaves `start` and is back at `end` within. */
  readonly window: Span;
  /** Index into `VisitSpec.service` where that is a list; left out: 0. */
  readonly group?: number;
  readonly capacity?: readonly number[];
  /** In the van. */
  readonly tools?: readonly number[];
  /** Index of the depot that the route may pass, once; left out: none. */
  readonly depot?: number;
  /**
   * Begins within `from..to`, between two stops, on the way, or before or after the route, where it costs nothing. It
   * interrupts neither service nor the stop at the depot. On the road it counts as duration.
   */
  readonly break?: { readonly minutes: number; readonly from: number; readonly to: number };
  /** The price of coming home after a time of the axis (`window` stays the limit). */
  readonly overtime?: { readonly after: number; readonly perMinute: number };
  readonly costs: { readonly used?: number; readonly perDistance?: number; readonly perDuration?: number };
}

/** Where a route can take on tools, and parts while there are any. */
export interface DepotSpec {
  readonly place: number;
  /** When it is open, in order of time; of these a vehicle has the first that meets its own window. */
  readonly windows: readonly Span[];
  /** Left out: 0. */
  readonly service?: number;
  /** What there is and what will come; left out: any number of every part. */
  readonly stock?: readonly Delivery[];
}

export interface ProblemSpec {
  readonly visits: readonly VisitSpec[];
  readonly vehicles: readonly VehicleSpec[];
  /** By `VehicleSpec.technician`: what is in the van at the beginning and what will be put there. Left out: nothing. */
  readonly vans?: readonly (readonly Delivery[])[];
  readonly depots?: readonly DepotSpec[];
  /**
   * Row by row, from place to place: `places * places`. Set-up of a site or machine is in it, on the way in. No way is
   * longer than one by another place.
   */
  readonly travelTime: Float64Array;
  /** Left out: distance is time. */
  readonly distance?: Float64Array;
  /** Ways take longer than `travelTime` at some hours; left out: at none. */
  readonly traffic?: Traffic;
}
