import type { RequestRhythm } from '@kuluma/shared/model/agreements.ts';

/** A warranty that ends or has ended: days count backwards from its end. */
export interface WatchedEnd {
  /** Since when, and until when its owner was there to ask; the first is the larger. */
  readonly fromDays: number;
  readonly untilDays: number;
  /** When they asked for service. */
  readonly requestDays: readonly number[];
}

/** A year before its end tells how often owners ask otherwise. */
export const watchedDays = 365;
/** From when they may ask more often; days before the end. */
const leads = [30, 60, 90, 120, 150, 180] as const;
/** Fewer requests tell nothing. */
const leastRequests = 8;
const daysPerYear = 365.25;

interface Counted {
  readonly requests: number;
  readonly years: number;
}

/** What falls between two days before the end. */
const countedIn = (ends: readonly WatchedEnd[], fromDays: number, untilDays: number): Counted => {
  let [requests, days] = [0, 0];
  for (const end of ends) {
    days += Math.max(0, Math.min(end.fromDays, fromDays) - Math.max(end.untilDays, untilDays));
    requests += end.requestDays.filter((day) => day < fromDays && day >= untilDays).length;
  }
  return { requests, years: days / daysPerYear };
};

/** Of a Poisson process at its own rate, without what every way of dividing the same requests shares. */
const logLikelihood = ({ requests, years }: Counted): number =>
  requests === 0 ? 0 : requests * Math.log(requests / years);

/**
 * From which day before the end of a warranty owners ask for service more often: the one change of the rate of a Poisson
 * process that explains their requests best, where it explains them better than one rate does by more than its two further
 * numbers cost (Bayesian information criterion, Schwarz 1978). Without it, or with too few requests, nothing is said.
 */
export const rhythmOf = (ends: readonly WatchedEnd[]): RequestRhythm | null => {
  const all = countedIn(ends, watchedDays, 0);
  if (all.requests < leastRequests) return null;
  const cost = 2 * Math.log(all.requests);
  let best: RequestRhythm | null = null;
  let bestGain = cost / 2;
  for (const leadDays of leads) {
    const [near, far] = [countedIn(ends, leadDays, 0), countedIn(ends, watchedDays, leadDays)];
    if (near.years === 0 || far.years === 0 || near.requests / near.years <= far.requests / far.years) continue;
    const gain = logLikelihood(near) + logLikelihood(far) - logLikelihood(all);
    if (gain <= bestGain) continue;
    bestGain = gain;
    best = {
      leadDays,
      ...{ nearRequests: near.requests, nearYears: near.years, farRequests: far.requests, farYears: far.years },
    };
  }
  return best;
};
