import type { Forecast } from '@kuluma/shared/model/forecast.ts';
import type { ComponentType } from '@kuluma/shared/model/machines.ts';
import type { Slot } from '@kuluma/shared/model/service.ts';
import { probabilityWithin } from '../recommendations/failure-curve.ts';

/** A component at the site of a visit, with what was last forecast of it. */
export interface BundleCandidate {
  readonly componentType: ComponentType;
  readonly forecast: Forecast;
}

/** Work that could join the visit. */
export interface BundledWork extends BundleCandidate {
  /** Within the horizon of the component's own policy. */
  readonly failureProbability: number;
  /** What a trip of its own would cost; null while the visit has no slot. */
  readonly savedTripCents: number | null;
}

const isRisky = ({ forecast }: BundleCandidate): boolean =>
  forecast.healthGrade === 'watch' || forecast.healthGrade === 'act' || forecast.healthGrade === 'critical';

/**
 * Other risky work at the same site, dearest risk first: opportunistic maintenance shares the trip, which is the gain of
 * grouping in R.E. Wildeman, R. Dekker and A.C.J.M. Smit, "A dynamic policy for grouping maintenance activities",
 * European Journal of Operational Research 99 (1997).
 * @param slot the cheapest way to make the visit.
 */
export const visitBundle = (candidates: readonly BundleCandidate[], slot: Slot | undefined): BundledWork[] => {
  const savedTripCents = slot ? (slot.costTerms['travelKm'] ?? 0) + (slot.costTerms['travelTime'] ?? 0) : null;
  const riskCents = ({ failureProbability, componentType }: BundledWork) =>
    failureProbability * componentType.failureCostCents;
  return candidates
    .filter(isRisky)
    .map((candidate) => {
      const { forecast, componentType } = candidate;
      const failureProbability = probabilityWithin(forecast.failureProbability, componentType.policy.horizonDays);
      return { ...candidate, failureProbability, savedTripCents };
    })
    .sort((a, b) => riskCents(b) - riskCents(a));
};
