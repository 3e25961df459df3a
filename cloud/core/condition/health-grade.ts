import type { HealthGrade, HorizonProbability } from '@kuluma/shared/model/forecast.ts';
import type { ServicePolicy } from '@kuluma/shared/model/machines.ts';

/** Failure probabilities from which a grade begins, and the data quality below which nothing is known. */
export const gradeLimits = { critical: 0.5, watch: 0.2, leastDataQuality: 0.5 } as const;

/**
 * The grade of a component: *act* is what its service policy calls for, *critical* a failure more likely than not within the
 * shortest of several horizons, *watch* one that is possible within the longest. Without a forecast, or on poor data, the
 * state is unknown: it never looks healthy.
 * @param failureProbability by rising horizon; empty when the forecast abstained.
 */
export const healthGradeOf = (
  failureProbability: readonly HorizonProbability[],
  dataQuality: number,
  policy: Pick<ServicePolicy, 'horizonDays' | 'failureProbability'>,
): HealthGrade => {
  const shortest = failureProbability[0];
  const longest = failureProbability.at(-1);
  if (!shortest || !longest || dataQuality < gradeLimits.leastDataQuality) return 'unknown';
  if (failureProbability.length > 1 && shortest.value >= gradeLimits.critical) return 'critical';
  const atPolicy = failureProbability.find(({ horizonDays }) => horizonDays >= policy.horizonDays) ?? longest;
  if (atPolicy.value >= policy.failureProbability) return 'act';
  return longest.value >= gradeLimits.watch ? 'watch' : 'good';
};

/** How far a component is worn: 0 new, 1 failed. Both lengths of time in the same unit. */
export const degradationIndexOf = (remainingLife: number, referenceLife: number): number =>
  Math.min(1, Math.max(0, 1 - remainingLife / referenceLife));
