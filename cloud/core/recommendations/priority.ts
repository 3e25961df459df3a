import type { Recommendation } from '@kuluma/shared/model/service.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';

/** Why a recommendation stands where it does in the list. */
export interface Priority {
  /** P(failure) by the end of the service window. */
  readonly failureProbability: number;
  readonly failureCostCents: number;
  /** Left until the window closes; at least one. */
  readonly daysToAct: number;
  /** Expected cost of a failure per day that is left to act: probability x cost / days. */
  readonly centsPerDay: number;
}

export const priorityOf = (recommendation: Recommendation, nowMs: number): Priority => {
  const { window, riskOfWaiting, inputs } = recommendation;
  const atClose = riskOfWaiting.findLast((point) => point.atMs <= window.toMs);
  const failureProbability = atClose?.failureProbability ?? 0;
  const daysToAct = Math.max(1, (window.toMs - nowMs) / dayMs);
  const { failureCostCents } = inputs.componentType;
  return {
    failureProbability,
    failureCostCents,
    daysToAct,
    centsPerDay: (failureProbability * failureCostCents) / daysToAct,
  };
};

/** Most urgent first; equal ones by the earlier end of window, then by id, so that the order never flickers. */
export const byPriority = (recommendations: readonly Recommendation[], nowMs: number): Recommendation[] =>
  recommendations
    .map((recommendation) => ({ recommendation, priority: priorityOf(recommendation, nowMs) }))
    .sort(
      (a, b) =>
        b.priority.centsPerDay - a.priority.centsPerDay ||
        a.recommendation.window.toMs - b.recommendation.window.toMs ||
        a.recommendation.id.localeCompare(b.recommendation.id),
    )
    .map(({ recommendation }) => recommendation);
