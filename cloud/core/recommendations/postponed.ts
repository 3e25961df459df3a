import type { Forecast, HealthGrade } from '@kuluma/shared/model/forecast.ts';
import type { Recommendation } from '@kuluma/shared/model/service.ts';

/** How urgent a grade is; silence is no reason for haste, and none for rest. */
const urgency: Readonly<Record<HealthGrade, number>> = { good: 0, unknown: 1, watch: 1, act: 2, critical: 3 };

/** Whether a planner sees again what was put off: its day has come, or the machine is worse than it was then. */
export const comesBack = (
  { state, postponed }: Pick<Recommendation, 'state' | 'postponed'>,
  newest: Pick<Forecast, 'healthGrade'> | undefined,
  nowMs: number,
): boolean => {
  if (state !== 'postponed' || !postponed) return false;
  return (
    nowMs >= postponed.untilMs || (newest !== undefined && urgency[newest.healthGrade] > urgency[postponed.healthGrade])
  );
};
