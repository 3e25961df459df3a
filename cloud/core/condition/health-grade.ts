export const healthGrades = ['good', 'watch', 'act', 'critical', 'unknown'] as const;
export type HealthGrade = (typeof healthGrades)[number];

/** Failure probabilities from which a grade begins, and the data quality below which nothing is known. */
export interface GradeLimits {
  readonly critical: number;
  readonly act: number;
  readonly watch: number;
  readonly leastDataQuality: number;
}

export const defaultGradeLimits: GradeLimits = { critical: 0.5, act: 0.5, watch: 0.2, leastDataQuality: 0.5 };

/**
 * The grade of a component. Critical and act look at the shortest horizon and the second (or only) one, watch at the
 * longest. Without a forecast, or on poor data, the state is unknown: it never looks healthy.
 * @param failureProbability by rising horizon; empty when the forecast abstained.
 */
export const healthGradeOf = (
  failureProbability: readonly { readonly value: number }[],
  dataQuality: number,
  limits: GradeLimits = defaultGradeLimits,
): HealthGrade => {
  const shortest = failureProbability[0];
  const longest = failureProbability.at(-1);
  if (!shortest || !longest || dataQuality < limits.leastDataQuality) return 'unknown';
  const second = failureProbability[1] ?? shortest;
  if (failureProbability.length > 1 && shortest.value >= limits.critical) return 'critical';
  if (second.value >= limits.act) return 'act';
  return longest.value >= limits.watch ? 'watch' : 'good';
};

/** How far a component is worn: 0 new, 1 failed. Both lengths of time in the same unit. */
export const degradationIndexOf = (remainingLife: number, referenceLife: number): number =>
  Math.min(1, Math.max(0, 1 - remainingLife / referenceLife));
