import type { Problem } from './problem.ts';

/**
 * Routes that are worked on: doubly linked lists over nodes with, for each node, the time data of the piece of route
 * before it and after it, by which an insertion is tested in constant time (Savelsbergh 1992; Vidal et al. 2013).
 * Every route is always feasible.
 */
export interface RouteState {
  readonly problem: Problem;
  /** By node. */
  readonly next: Int32Array;
  readonly prev: Int32Array;
  /** By visit: its vehicle, or -1. */
  readonly vehicleOf: Int32Array;
  /** By visit: which of its windows it is in, and bounds of the start of its service; of an absent visit scratch. */
  readonly window: Int32Array;
  readonly open: Float64Array;
  readonly close: Float64Array;
  /** By visit: what its window and its technician cost. */
  readonly stopCost: Float64Array;
  /** By visit: 1 for one that is never taken out of its route. */
  readonly fixed: Uint8Array;
  /** By node: the distance to the next; of a route without visits 0. */
  readonly way: Float64Array;
  /** By node: the earliest end of service, and the latest start of service that keeps the rest on time. */
  readonly done: Float64Array;
  readonly late: Float64Array;
  /** By node, kept for problems that cost duration: of the route up to and from the node, as if alone (a segment of Vidal). */
  readonly headDuration: Float64Array;
  readonly headLatest: Float64Array;
  readonly tailDuration: Float64Array;
  readonly tailEarliest: Float64Array;
  /** By vehicle. */
  readonly size: Int32Array;
  readonly distance: Float64Array;
  readonly cost: Float64Array;
  /** Of the cost, what does not depend on the way; of an empty route what its use would cost. */
  readonly fixedCost: Float64Array;
  readonly version: Int32Array;
  /** By vehicle: the node after which the route passes the depot, -1 if it need not. */
  readonly restockAfter: Int32Array;
  /** By visit: from where it has its parts (`claims`). */
  readonly claim: Uint8Array;
  /** `holder * partCount + part`: how often some was given back. */
  readonly givenBack: Int32Array;
  /** By vehicle: the first position that its van lacks something for, at a version of the route. */
  readonly lacking: Int32Array;
  readonly lackingVersion: Int32Array;
  /** As `Stock.supply`: what is left of it, never below zero. */
  readonly stockLeft: Float64Array;
  /** `vehicle * capacityCount + k`. */
  readonly load: Float64Array;
  /** Visits on no route: the first `absentCount` of the list; where each stands in it, or -1. */
  readonly absent: Int32Array;
  readonly absentAt: Int32Array;
  absentCount: number;
  /** The visits that the state is about; all others stand on routes that are not in it. */
  readonly scope: Int32Array;
  /** Vehicles with a route. */
  usedCount: number;
  /** Sum over routes and absent visits. */
  totalCost: number;
  lastVersion: number;
  /** By visit: penalty while absent; of a visit that must be served more than it can cost to serve it. */
  readonly absentCost: Float64Array;
}
