import { arrivalOf, type Rest, restedArrivalOf, type Traffic } from './traffic.ts';
import {
  beginCurve,
  cheapestOf,
  createCurve,
  driveOn,
  driveOnRested,
  stopOn,
  type TimePrice,
} from './traffic-curve.ts';

/** A stop with the way to it: `free` driven minutes on free roads, and `setUp` minutes at any hour. */
export interface TrafficLeg {
  readonly free: number;
  readonly setUp: number;
  readonly open: number;
  readonly close: number;
  readonly service: number;
}

/** A route whose order is known, the way home its last leg. */
export interface TrafficTour {
  readonly legs: readonly TrafficLeg[];
  /** Bounds of the time of leaving. */
  readonly from: number;
  readonly to: number;
  /** The leg with the break; none if there is no such leg, and as many as there are legs for one behind the route. */
  readonly restOn: number;
  /** Begins no later than `to`. */
  readonly rest: Rest & { readonly to: number };
}

const ever = Number.NEGATIVE_INFINITY;

/** When the tour is left to cost least, and what its time costs then; undefined if it comes somewhere too late. */
export const leaveInTraffic = (
  traffic: Traffic,
  { legs, from, to, restOn, rest }: TrafficTour,
  price: TimePrice,
): { readonly leave: number; readonly cost: number } | undefined => {
  const curve = createCurve();
  beginCurve(curve, from, Math.max(from, to));
  for (const [at, { free, setUp, open, close, service }] of legs.entries()) {
    if (at === restOn) {
      if (!stopOn(curve, ever, rest.to, 0)) return undefined;
      driveOnRested(curve, traffic, free, setUp, rest);
    } else driveOn(curve, traffic, free, setUp);
    if (!stopOn(curve, open, close, service)) return undefined;
  }
  if (restOn === legs.length && !stopOn(curve, ever, rest.to, 0)) return undefined;
  return cheapestOf(curve, price);
};

/** When a way of the tour and its set-up are over, with its break if it is on it. */
export const readyInTraffic = (
  traffic: Traffic,
  leave: number,
  { free, setUp }: Pick<TrafficLeg, 'free' | 'setUp'>,
  rest: Rest | undefined,
): number => (rest ? restedArrivalOf(traffic, leave, free, setUp, rest) : arrivalOf(traffic, leave, free) + setUp);
