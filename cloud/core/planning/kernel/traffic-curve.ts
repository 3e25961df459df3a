import { arrivalOf, departureOf, drivenBetween, pieceOf, type Rest, restedArrivalOf, type Traffic } from './traffic.ts';

/**
 * A piece of route where ways take longer at some hours than at others: when it is over (`over`), by when the route is left
 * (`leave`), straight between points and rising. What takes least time and what comes home earliest need not be the same:
 * the points between which one can choose are kept, and of times of leaving that only lead to waiting the last. Such
 * functions are put together stop by stop: Visser, Spliet: Efficient move evaluations for time-dependent vehicle routing
 * problems. Transportation Science 54 (2020).
 */
export interface Curve {
  leave: Float64Array;
  over: Float64Array;
  count: number;
}

export const createCurve = (): Curve => ({ leave: new Float64Array(64), over: new Float64Array(64), count: 0 });

/** Instants are whole milliseconds: what a stop misses by less than some of them is rounding. Minutes. */
export const rounding = 1e-4;

/** The route is left at any time of a span. */
export const beginCurve = (curve: Curve, from: number, to: number): void => {
  curve.leave[0] = curve.over[0] = from;
  curve.leave[1] = curve.over[1] = to;
  curve.count = to > from ? 2 : 1;
};

export const copyCurve = (from: Curve, to: Curve): void => {
  if (from === to) return;
  if (to.leave.length < from.leave.length) grow(to, from.leave.length);
  for (let i = 0; i < from.count; i++) {
    to.leave[i] = from.leave[i] as number;
    to.over[i] = from.over[i] as number;
  }
  to.count = from.count;
};

const grow = (curve: Curve, length: number): void => {
  const { leave, over } = curve;
  curve.leave = new Float64Array(length);
  curve.over = new Float64Array(length);
  curve.leave.set(leave);
  curve.over.set(over);
};

/** Makes a point of the curve where it is over at a time between others. */
const cut = (curve: Curve, at: number): void => {
  const { count } = curve;
  if (count < 2 || !(at > (curve.over[0] as number)) || !(at < (curve.over[count - 1] as number))) return;
  if (count === curve.over.length) grow(curve, 2 * count);
  const { leave, over } = curve;
  let i = count;
  for (; (over[i - 1] as number) > at; i--);
  const below = over[i - 1] as number;
  if (below === at) return;
  const above = over[i] as number;
  const share = (at - below) / (above - below);
  const from = leave[i - 1] as number;
  const between = from + share * ((leave[i] as number) - from);
  leave.copyWithin(i + 1, i, count);
  over.copyWithin(i + 1, i, count);
  leave[i] = between;
  over[i] = at;
  curve.count = count + 1;
};

/** Who leaves earlier and is over no earlier only waits. */
const dropWaiting = (curve: Curve): void => {
  const { leave, over } = curve;
  let first = 0;
  while (first + 1 < curve.count && (over[first + 1] as number) <= (over[first] as number)) first++;
  if (first === 0) return;
  leave.copyWithin(0, first, curve.count);
  over.copyWithin(0, first, curve.count);
  curve.count -= first;
};

const lastOf = ({ over, count }: Curve): number => over[count - 1] as number;

/** Cuts where the speed changes for who leaves then, and for who arrives then after `free` minutes of way. */
const cutWhereSpeedChanges = (curve: Curve, traffic: Traffic, free: number, later: number): void => {
  const { from } = traffic;
  const last = lastOf(curve);
  const arrives = arrivalOf(traffic, last + later, free);
  for (let k = pieceOf(traffic, curve.over[0] as number) + 1; k < from.length && (from[k] as number) < arrives; k++) {
    const changes = from[k] as number;
    cut(curve, changes - later);
    cut(curve, departureOf(traffic, changes, free) - later);
  }
};

/** A way of `free` driven minutes, and what is set up at its end. */
export const driveOn = (curve: Curve, traffic: Traffic, free: number, setUp: number): void => {
  if (free > 0) cutWhereSpeedChanges(curve, traffic, free, 0);
  const { over } = curve;
  for (let i = 0; i < curve.count; i++) over[i] = arrivalOf(traffic, over[i] as number, free) + setUp;
};

/** The same with a break on the way, as `restedArrivalOf` has it. */
export const driveOnRested = (curve: Curve, traffic: Traffic, free: number, setUp: number, rest: Rest): void => {
  const { from, minutes } = rest;
  cut(curve, from);
  cut(curve, departureOf(traffic, from, free));
  cut(curve, departureOf(traffic, from - setUp, free));
  cutWhereSpeedChanges(curve, traffic, free, minutes);
  // Who sets off before the break drives on behind it: as if what the break takes of the road were way.
  cutWhereSpeedChanges(curve, traffic, free + drivenBetween(traffic, from, from + minutes), 0);
  const { over } = curve;
  for (let i = 0; i < curve.count; i++) over[i] = restedArrivalOf(traffic, over[i] as number, free, setUp, rest);
  dropWaiting(curve);
};

/** A stop that begins within a window; false, and the curve is of no more use, if it comes too late. */
export const stopOn = (curve: Curve, open: number, close: number, service: number): boolean => {
  const { over } = curve;
  if ((over[0] as number) > close + rounding) return false;
  if ((over[0] as number) >= close) {
    over[0] = Math.max(open, close);
    curve.count = 1;
  } else {
    cut(curve, open);
    cut(curve, close);
    while (curve.count > 1 && lastOf(curve) > close) curve.count--;
    for (let i = 0; i < curve.count; i++) curve.over[i] = Math.max(open, curve.over[i] as number);
    dropWaiting(curve);
  }
  for (let i = 0; i < curve.count; i++) curve.over[i] = (curve.over[i] as number) + service;
  return true;
};

/** The least that the piece takes. */
export const leastDuration = ({ leave, over, count }: Curve): number => {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < count; i++) {
    const duration = (over[i] as number) - (leave[i] as number);
    if (duration < least) least = duration;
  }
  return least;
};

/** What the time of a route costs. */
export interface TimePrice {
  readonly perDuration: number;
  readonly overtimeRate: number;
  readonly overtimeAfter: number;
}

/** The least that the time of a whole route costs, and the time of leaving that costs it, the earliest of several. */
export const cheapestOf = (curve: Curve, price: TimePrice): { readonly leave: number; readonly cost: number } => {
  const { perDuration, overtimeRate, overtimeAfter } = price;
  if (overtimeRate > 0) cut(curve, overtimeAfter);
  const { leave, over, count } = curve;
  let cost = Number.POSITIVE_INFINITY;
  let best = 0;
  for (let i = 0; i < count; i++) {
    const back = over[i] as number;
    let own = perDuration * (back - (leave[i] as number));
    if (overtimeRate > 0) own += overtimeRate * Math.max(0, back - overtimeAfter);
    // Sums of times are not exact: who is as cheap and later home is not better.
    if (own >= cost - 1e-9) continue;
    cost = own;
    best = i;
  }
  return { leave: leave[best] as number, cost };
};
