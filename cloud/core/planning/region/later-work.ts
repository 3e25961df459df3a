import type { VehicleSpec } from '../kernel/problem-spec.ts';
import type { Work } from './work.ts';

/** What is known of ways and days when a visit is priced. */
export interface Ways {
  readonly vehicles: readonly VehicleSpec[];
  readonly minutes: (fromPlace: number, toPlace: number) => number;
  readonly km: (fromPlace: number, toPlace: number) => number;
}

/**
 * Euros that work costs on another day: itself, and a way there and back for nothing else, by whoever can do that
 * cheapest. Whoever leaves a visit out pays them later, and no more than that: going there alone is always possible,
 * so a plan that weighs a visit now against it is never dearer than going alone would have been, however often it is made
 * anew (policy improvement of rollout: Bertsekas, Tsitsiklis, Wu, J. Heuristics 3, 1997). A price of later work that
 * nobody can be sure to get, as the mean of past trips is, puts a remote visit off week after week.
 */
export const laterWorkEuros = ({ minutes }: Pick<Work, 'minutes'>, place: number, ways: Ways): number => {
  let least = Number.POSITIVE_INFINITY;
  for (const { group, start, end, costs } of ways.vehicles) {
    const service = minutes[group ?? 0] ?? Number.POSITIVE_INFINITY;
    if (!Number.isFinite(service)) continue;
    const wayMin = ways.minutes(start, place) + ways.minutes(place, end);
    const km = ways.km(start, place) + ways.km(place, end);
    const euros = (costs.used ?? 0) + (costs.perDuration ?? 0) * (service + wayMin) + (costs.perDistance ?? 0) * km;
    least = Math.min(least, euros);
  }
  return Number.isFinite(least) ? least : 0;
};
