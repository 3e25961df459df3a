import { valueAt } from '../recommendations/curve.ts';
import type { Placement } from './placements.ts';
import type { VisitNeed } from './visit-need.ts';

/** The planner's objective for one visit: a sum of named terms, each in whole cents. */
export const costTerms = {
  /** Kilometres that the visit adds to the technician's day. */
  travelKm: ({ placement }) => placement.addedKm * placement.technician.costPerKmCents,
  /** Paid time on the way and at the depot that the visit adds. */
  travelTime: ({ placement }) => (placement.addedMin / 60) * placement.technician.costPerHourCents,
  labour: ({ placement, need }) => (need.durationMin / 60) * placement.technician.costPerHourCents,
  /** Expected cost of a failure before the start of work. */
  riskOfWaiting: ({ need, startMs }) =>
    valueAt(
      need.riskOfWaiting.map((point) => ({ x: point.atMs, y: point.expectedCostCents })),
      startMs,
    ),
  /** Value of the life that the component would still have had. */
  lifeWasted: ({ need, startMs }) => valueAt(need.lifeWasted, startMs),
} as const satisfies Record<string, (visit: { placement: Placement; need: VisitNeed; startMs: number }) => number>;

export const costOf = (
  placement: Placement,
  need: VisitNeed,
  startMs: number,
): { costTerms: Record<keyof typeof costTerms, number>; costCents: number } => {
  const entries = Object.entries(costTerms).map(([name, term]) => [
    name,
    Math.round(term({ placement, need, startMs })),
  ]);
  const terms = Object.fromEntries(entries) as Record<keyof typeof costTerms, number>;
  return { costTerms: terms, costCents: Object.values(terms).reduce((sum, cents) => sum + cents, 0) };
};
