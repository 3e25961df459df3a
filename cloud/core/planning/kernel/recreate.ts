import type { Random } from '@kuluma/shared/clock.ts';
import { candidatesFor } from './candidates.ts';
import { findInsertion } from './insertion.ts';
import { createInsertion } from './insertion-place.ts';
import type { Journal } from './journal.ts';
import { isLinked, linkedGroup, partnerOf } from './linked-visits.ts';
import type { Problem } from './problem.ts';
import { insertVisit, unlinkVisit } from './route-edits.ts';
import type { RouteState } from './route-state.ts';
import { givenBackFor } from './route-stock.ts';
import { refreshRoute } from './route-times.ts';

/** Routes that are tried for the first of two who come together. */
const mostPairOffers = 4;

/** Of visits that no move has found a place for, so many are tried in each. */
const mostOldTried = 10;

/** Chance that a place is looked past. */
export const blinkRate = 0.01;

/** Puts absent visits back, greedily, in one of several orders, now and then looking past the best place (a blink). */
export type Recreate = (journal: Journal, random: Random) => void;

/** Orders of the paper, each as often as its weight: keys by rising value; undefined is at random. */
const ordersOf = (problem: Problem): readonly (Float64Array | undefined)[] => {
  const { visitCount: n, vehicleCount, place, placeCount, distance, load, capacityCount } = problem;
  const { windowStart, windowCount, windowFrom, windowTo } = problem;
  const starts = [...new Set(place.subarray(n, n + vehicleCount))];
  const keysBy = (by: (visit: number) => number) => Float64Array.from({ length: n }, (_, visit) => by(visit));
  const remoteness = keysBy((visit) =>
    Math.min(...starts.map((start) => distance[start * placeCount + (place[visit] as number)] as number)),
  );
  const open = keysBy((visit) => windowFrom[windowStart[visit] as number] ?? 0);
  const close = keysBy((visit) => windowTo[(windowStart[visit] as number) + (windowCount[visit] as number) - 1] ?? 0);
  const weighted: [number, Float64Array | undefined][] = [
    [4, undefined],
    [capacityCount > 0 ? 4 : 0, keysBy((visit) => -(load[visit * capacityCount] ?? 0))],
    [2, remoteness.map((far) => -far)],
    [1, remoteness],
    [2, keysBy((visit) => (close[visit] as number) - (open[visit] as number))],
    [2, open],
    [2, close.map((until) => -until)],
  ];
  return weighted.flatMap(([weight, keys]) => Array.from({ length: weight }, () => keys));
};

const sortBy = (list: Int32Array, count: number, keys: Float64Array): void => {
  for (let i = 1; i < count; i++) {
    const item = list[i] as number;
    const key = keys[item] as number;
    let at = i - 1;
    for (; at >= 0 && (keys[list[at] as number] as number) > key; at--) list[at + 1] = list[at] as number;
    list[at + 1] = item;
  }
};

const shuffle = (list: Int32Array, count: number, random: Random): void => {
  for (let i = count - 1; i > 0; i--) {
    const at = Math.floor(random() * (i + 1));
    const item = list[i] as number;
    list[i] = list[at] as number;
    list[at] = item;
  }
};

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
 */
export const createRecreate = (state: RouteState, vehicles: Int32Array, blink: number): Recreate => {
  const { problem } = state;
  const { visitCount: n, vehicleCount, kind } = problem;
  const orders = ordersOf(problem);
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
  const emptyOfKind = new Int32Array(kind.reduce((most, k) => Math.max(most, k + 1), 0));
  const found = createInsertion();
  const chosen = createInsertion();
  let candidateCount = 0;
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

  const arrange = (count: number, random: Random): void => {
    const keys = orders[Math.floor(random() * orders.length)];
    shuffle(list, count, random);
    if (keys) sortBy(list, count, keys);
  };

  /** What the route offers now, remembered. */
  const ask = (visit: number, vehicle: number, at: number): void => {
    findInsertion(state, visit, vehicle, -1, found);
    // Linked visits may be elsewhere although the route stays as it is.
    knownVersion[at] = isLinked(state, visit) ? -1 : (state.version[vehicle] as number);
    if (found.depends) knownGivenBack[at] = givenBackFor(state, visit, vehicle);
    knownAdded[at] = found.added;
    knownAfter[at] = found.after;
    knownWindow[at] = found.window;
    knownDepends[at] = found.depends ? 1 : 0;
  };

  /** Whether a depot that had too little for the visit was given some back since. */
  const isBackInStock = (visit: number, vehicle: number, at: number): boolean =>
    knownDepends[at] === 1 &&
    knownAdded[at] === Number.POSITIVE_INFINITY &&
    knownGivenBack[at] !== givenBackFor(state, visit, vehicle);

  const insertBest = (visit: number, journal: Journal, random: Random): void => {
    let least = state.absentCost[visit] as number;
    let to = -1;
    let chosenAt = -1;
    const row = visit * vehicleCount;
    const end = lists ? (lists.start[visit + 1] as number) : candidateCount;
    for (let i = lists ? (lists.start[visit] as number) : 0; i < end; i++) {
      const vehicle = (lists ? lists.vehicle[i] : candidates[i]) as number;
      if (lists && usable[vehicle] === 0) continue;
      const at = lists ? i : row + vehicle;
      if (knownVersion[at] !== state.version[vehicle] || isBackInStock(visit, vehicle, at)) ask(visit, vehicle, at);
      if ((knownAdded[at] as number) >= least) continue;
      if (random() < blink) {
        findInsertion(state, visit, vehicle, knownAfter[at] as number, found);
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
    if (knownDepends[chosenAt] === 1) {
      // Other routes may have taken since what the offer was made with.
      ask(visit, to, chosenAt);
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
    list.set(state.absent.subarray(0, state.absentCount));
    const all = !lists || !begun || before <= mostOldTried;
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
    arrange(count, random);
    gatherCandidates();
    for (let i = 0; i < count; i++) {
      const visit = list[i] as number;
      if (isLinked(state, visit)) insertLinked(visit, journal, random);
      else insertBest(visit, journal, random);
    }
  };
};
