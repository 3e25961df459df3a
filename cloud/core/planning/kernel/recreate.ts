import type { Random } from '@kuluma/shared/clock.ts';
import { type Candidates, candidatesFor } from './candidates.ts';
import { findInsertion } from './insertion.ts';
import { createInsertionBound, type InsertionBound } from './insertion-bound.ts';
import { createArrange } from './insertion-orders.ts';
import { createInsertion } from './insertion-place.ts';
import type { Journal } from './journal.ts';
import { isLinked, linkedGroup, partnerOf } from './linked-visits.ts';
import type { Neighbours } from './neighbours.ts';
import { givenBackFor } from './part-claims.ts';
import { isPlain } from './problem.ts';
import { insertVisit, unlinkVisit } from './route-edits.ts';
import type { RouteState } from './route-state.ts';
import { refreshRoute } from './route-times.ts';

/** Routes that are tried for the first of two who come together. */
const mostPairOffers = 4;

/** Of visits that no move has found a place for, so many are tried in each. */
const mostOldTried = 2;

/** Of more routes than this, a visit is tried in those of so many of its neighbours. */
const mostTriedAll = 24;
const nearVisits = 40;

/** Instead of a node: the route has no place that adds less than what is remembered. */
const notBelow = -1;

/** Chance that a place is looked past. */
export const blinkRate = 0.01;

/** Puts absent visits back, greedily, in one of several orders, now and then looking past the best place (a blink). */
export type Recreate = (journal: Journal, random: Random) => void;

/** Puts frozen visits where they are frozen, in the order of their times; of two that clash the later stays absent. */
export const placeFrozen = (state: RouteState, vehicles: Int32Array): void => {
  const { frozenOn } = state.problem;
  const usable = new Set(vehicles);
  const found = createInsertion();
  const frozen = state.absent
    .slice(0, state.absentCount)
    .filter((visit) => usable.has(frozenOn[visit] as number))
    .sort((a, b) => (state.open[a] as number) - (state.open[b] as number) || a - b);
  for (const visit of frozen) {
    const vehicle = frozenOn[visit] as number;
    findInsertion(state, visit, vehicle, -1, found);
    if (found.added < Number.POSITIVE_INFINITY) insertVisit(state, visit, vehicle, found);
  }
};

/**
 * Greedy insertion with blinks. What a route offers a visit is remembered until the route changes: an undone change gives
 * a route its old version back, so that most of it stays known over many moves.
 * Source: Christiaens and Vanden Berghe 2020, section 5.3; a blink at the best place gives the next best of the route.
 * @param vehicles that may be used
 * @param neighbours left out: a visit is tried in every route; else in those of its neighbours, where routes are many
 */
export const createRecreate = (
  state: RouteState,
  vehicles: Int32Array,
  blink: number,
  neighbours?: Neighbours,
): Recreate => {
  const { problem, version, vehicleOf } = state;
  const { visitCount: n, vehicleCount, kind } = problem;
  const arrange = createArrange(problem);
  const list = new Int32Array(n);
  const lists = candidatesFor(problem);
  const offerCount = lists ? lists.vehicle.length : n * vehicleCount;
  const knownVersion = new Int32Array(offerCount);
  const knownAdded = new Float64Array(offerCount);
  const knownAfter = new Int32Array(offerCount);
  const knownWindow = new Int32Array(offerCount);
  const knownDepends = new Uint8Array(offerCount);
  const knownGivenBack = new Int32Array(problem.stock ? offerCount : 0);
  const usable = new Uint8Array(vehicleCount);
  const candidates = new Int32Array(vehicles.length);
  const near = new Int32Array(vehicleCount);
  const nearAt = new Int32Array(lists ? vehicleCount : 0);
  const plain = isPlain(problem);
  const listed = lists !== undefined;
  const linked = problem.links !== undefined;
  const watched = problem.stock !== undefined;
  const bounded = problem.timed;
  // Where lists are long and an offer takes long to find, its bound comes first.
  const bound = lists && problem.derived && !plain ? createInsertionBound(state) : undefined;
  const knownPrice = new Float64Array(bound ? offerCount : 0).fill(Number.NaN);
  const emptyOfKind = new Int32Array(kind.reduce((most, k) => Math.max(most, k + 1), 0));
  const found = createInsertion();
  const chosen = createInsertion();
  let candidateCount = 0;
  let tries = candidates;
  let begun = false;

  /** All routes and, of each kind, one vehicle without. */
  const gatherCandidates = (): void => {
    candidateCount = 0;
    emptyOfKind.fill(-1);
    usable.fill(0);
    for (let i = 0; i < vehicles.length; i++) {
      const vehicle = vehicles[i] as number;
      if (state.size[vehicle] === 0) {
        const k = kind[vehicle] as number;
        if (emptyOfKind[k] !== -1) continue;
        emptyOfKind[k] = vehicle;
      }
      candidates[candidateCount++] = vehicle;
      usable[vehicle] = 1;
    }
  };

  /** What the route offers now, remembered: exactly, or that it is no offer below this. */
  const ask = (visit: number, vehicle: number, at: number, below: number): void => {
    const limit = bounded ? below : Number.POSITIVE_INFINITY;
    findInsertion(state, visit, vehicle, -1, found, limit);
    // Linked visits may be elsewhere although the route stays as it is.
    knownVersion[at] = linked && isLinked(state, visit) ? -1 : (version[vehicle] as number);
    if (found.depends) knownGivenBack[at] = givenBackFor(state, visit, vehicle);
    const none = found.after === -1 && found.cut;
    knownAdded[at] = none ? limit : found.added;
    knownAfter[at] = none ? notBelow : found.after;
    knownWindow[at] = found.window;
    knownDepends[at] = found.depends ? 1 : 0;
  };

  /** Whether a depot that had too little for the visit was given some back since. */
  const isBackInStock = (visit: number, vehicle: number, at: number): boolean =>
    knownDepends[at] === 1 &&
    (knownAdded[at] === Number.POSITIVE_INFINITY || knownAfter[at] === notBelow) &&
    knownGivenBack[at] !== givenBackFor(state, visit, vehicle);

  /** What the route could offer at best, remembered. */
  const rate = ({ of, priceOf }: InsertionBound, visit: number, vehicle: number, at: number): void => {
    knownVersion[at] = version[vehicle] as number;
    let price = knownPrice[at] as number;
    if (Number.isNaN(price)) {
      price = priceOf(visit, vehicle);
      knownPrice[at] = price;
    }
    const least = price + of(visit, vehicle);
    knownAdded[at] = least;
    knownAfter[at] = least < Number.POSITIVE_INFINITY ? notBelow : -1;
    knownDepends[at] = 0;
  };

  /** Lists the routes to try for a visit. */
  const gatherTries = (visit: number): number => {
    tries = near;
    if (lists) return gatherListed(lists, visit);
    if (neighbours && state.usedCount > mostTriedAll) return gatherNear(neighbours, visit);
    tries = candidates;
    return candidateCount;
  };

  /** The routes that pass near the visit, and vehicles without a route. */
  const gatherNear = (neighbours: Neighbours, visit: number): number => {
    let count = 0;
    const first = visit * neighbours.width;
    const end = first + Math.min(neighbours.width, nearVisits);
    for (let i = first + 1; i < end; i++) {
      const vehicle = vehicleOf[neighbours.of[i] as number] as number;
      if (vehicle === -1 || usable[vehicle] !== 1) continue;
      usable[vehicle] = 2;
      near[count++] = vehicle;
    }
    for (let i = 0; i < count; i++) usable[near[i] as number] = 1;
    for (let k = 0; k < emptyOfKind.length; k++) if (emptyOfKind[k] !== -1) near[count++] = emptyOfKind[k] as number;
    return count;
  };

  const gatherListed = ({ start, vehicle }: Candidates, visit: number): number => {
    let count = 0;
    const end = start[visit + 1] as number;
    for (let i = start[visit] as number; i < end; i++) {
      if (usable[vehicle[i] as number] === 0) continue;
      nearAt[count] = i;
      near[count++] = vehicle[i] as number;
    }
    return count;
  };

  /** Rates the routes that have changed, and puts the one first that promises most. */
  const rateAll = (by: InsertionBound, visit: number, count: number): void => {
    let first = 0;
    let least = Number.POSITIVE_INFINITY;
    for (let i = 0; i < count; i++) {
      const vehicle = near[i] as number;
      const at = nearAt[i] as number;
      if (knownVersion[at] !== version[vehicle] || (watched && isBackInStock(visit, vehicle, at)))
        rate(by, visit, vehicle, at);
      if ((knownAdded[at] as number) >= least) continue;
      least = knownAdded[at] as number;
      first = i;
    }
    const vehicle = near[first] as number;
    const at = nearAt[first] as number;
    near[first] = near[0] as number;
    nearAt[first] = nearAt[0] as number;
    near[0] = vehicle;
    nearAt[0] = at;
  };

  const insertBest = (visit: number, journal: Journal, random: Random): void => {
    let least = state.absentCost[visit] as number;
    let to = -1;
    let chosenAt = -1;
    const row = visit * vehicleCount;
    const count = gatherTries(visit);
    const vehiclesTried = tries;
    if (bound) rateAll(bound, visit, count);
    for (let i = 0; i < count; i++) {
      const vehicle = vehiclesTried[i] as number;
      const at = listed ? (nearAt[i] as number) : row + vehicle;
      if (!bound && (knownVersion[at] !== version[vehicle] || (watched && isBackInStock(visit, vehicle, at))))
        ask(visit, vehicle, at, least);
      if ((knownAdded[at] as number) >= least) continue;
      if (knownAfter[at] === notBelow) {
        ask(visit, vehicle, at, least);
        if (knownAfter[at] === notBelow) continue;
      }
      if (random() < blink) {
        findInsertion(state, visit, vehicle, knownAfter[at] as number, found, least);
        if (found.added < least) {
          least = found.added;
          to = vehicle;
          chosenAt = at;
          chosen.after = found.after;
          chosen.window = found.window;
        }
      } else {
        least = knownAdded[at] as number;
        to = vehicle;
        chosenAt = at;
        chosen.after = knownAfter[at] as number;
        chosen.window = knownWindow[at] as number;
      }
    }
    if (to === -1) return;
    if (watched && knownDepends[chosenAt] === 1) {
      // Other routes may have taken since what the offer was made with.
      ask(visit, to, chosenAt, Number.POSITIVE_INFINITY);
      if ((knownAdded[chosenAt] as number) > least) {
        insertBest(visit, journal, random);
        return;
      }
      chosen.after = knownAfter[chosenAt] as number;
      chosen.window = knownWindow[chosenAt] as number;
    }
    journal.touch(to);
    const opened = state.size[to] === 0;
    insertVisit(state, visit, to, chosen);
    if (opened) gatherCandidates();
  };

  const usableFor = (visit: number): Int32Array =>
    lists
      ? lists.vehicle.subarray(lists.start[visit], lists.start[visit + 1]).filter((vehicle) => usable[vehicle] === 1)
      : candidates.subarray(0, candidateCount);

  /** The first visit, and the second at the same time: where both together are cheapest, or not at all. */
  const insertPair = (first: number, second: number, journal: Journal, random: Random): void => {
    const offers: { vehicle: number; alone: number }[] = [];
    for (const vehicle of usableFor(first)) {
      findInsertion(state, first, vehicle, -1, found);
      if (found.added < Number.POSITIVE_INFINITY) offers.push({ vehicle, alone: found.added });
    }
    let least = (state.absentCost[first] as number) + (state.absentCost[second] as number);
    let to = -1;
    for (const { vehicle, alone } of offers.sort((a, b) => a.alone - b.alone).slice(0, mostPairOffers)) {
      if (alone >= least) break;
      journal.touch(vehicle);
      // A route that was tried may have its depot or break elsewhere now.
      findInsertion(state, first, vehicle, -1, found);
      if (found.added === Number.POSITIVE_INFINITY) continue;
      insertVisit(state, first, vehicle, found);
      for (const other of usableFor(second)) {
        findInsertion(state, second, other, -1, found);
        if (alone + found.added >= least) continue;
        least = alone + found.added;
        to = vehicle;
      }
      unlinkVisit(state, first);
      refreshRoute(state, vehicle);
    }
    if (to === -1) return;
    findInsertion(state, first, to, -1, found);
    if (found.added === Number.POSITIVE_INFINITY) return;
    insertVisit(state, first, to, found);
    insertBest(second, journal, random);
    if (state.vehicleOf[second] !== -1) return;
    // It looked past the one place that there was.
    unlinkVisit(state, first);
    refreshRoute(state, to);
  };

  /** All that are linked with a visit, in order, where they are not on a route yet. */
  const insertLinked = (visit: number, journal: Journal, random: Random): void => {
    for (const one of linkedGroup(state, visit)) {
      if (state.absentAt[one] === -1) continue;
      const partner = partnerOf(state, one);
      if (partner === -1 || state.absentAt[partner] === -1) insertBest(one, journal, random);
      else insertPair(one, partner, journal, random);
    }
  };

  /** Lists the visits to try: all, or those just taken out and a few of many that were absent before. */
  const choose = (before: number, random: Random): number => {
    for (let i = 0; i < state.absentCount; i++) list[i] = state.absent[i] as number;
    const all = plain || !begun || before <= mostOldTried;
    begun = true;
    if (all) return state.absentCount;
    for (let i = 0; i < mostOldTried; i++) {
      const at = i + Math.floor(random() * (before - i));
      const visit = list[at] as number;
      list[at] = list[i] as number;
      list[i] = visit;
    }
    list.set(state.absent.subarray(before, state.absentCount), mostOldTried);
    return mostOldTried + state.absentCount - before;
  };

  return (journal, random) => {
    const count = choose(journal.absentBefore(), random);
    arrange(list, count, random);
    gatherCandidates();
    for (let i = 0; i < count; i++) {
      const visit = list[i] as number;
      if (linked && isLinked(state, visit)) insertLinked(visit, journal, random);
      else insertBest(visit, journal, random);
    }
  };
};
