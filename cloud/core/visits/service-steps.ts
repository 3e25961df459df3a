import type { Forecast } from '@kuluma/shared/model/forecast.ts';
import {
  type MaintenanceOffer,
  type Outcome,
  type Recommendation,
  type ServiceVisit,
  serviceSteps,
} from '@kuluma/shared/model/service.ts';

export interface ServiceStep {
  readonly step: (typeof serviceSteps)[number];
  readonly isDone: boolean;
  /** When, where it is known. */
  readonly atMs: number | null;
}

/** Where the matter stands, as far as records tell. */
export const serviceStepsOf = (known: {
  recommendation: Pick<Recommendation, 'createdAtMs'>;
  offer: Pick<MaintenanceOffer, 'createdAtMs' | 'answeredAtMs'>;
  visit: Pick<ServiceVisit, 'state' | 'slot'> | undefined;
  outcome: Pick<Outcome, 'closedAtMs'> | undefined;
  /** The newest of the component. */
  forecast: Pick<Forecast, 'forecastAtMs' | 'healthGrade'> | undefined;
}): ServiceStep[] => {
  const { recommendation, offer, outcome, forecast } = known;
  const visit = known.visit?.state === 'cancelled' ? undefined : known.visit;
  const stage = visit ? ['booked', 'onTheWay', 'working', 'done'].indexOf(visit.state) : -1;
  const isVerified =
    outcome !== undefined &&
    forecast !== undefined &&
    forecast.forecastAtMs > outcome.closedAtMs &&
    forecast.healthGrade === 'good';
  const at = {
    found: { isDone: true, atMs: recommendation.createdAtMs },
    offered: { isDone: true, atMs: offer.createdAtMs },
    booked: { isDone: stage >= 0, atMs: visit ? offer.answeredAtMs : null },
    // What lies on a shelf or in a van is reserved; what the supplier brings is there when the technician sets out.
    parts: { isDone: stage >= 1 || (visit?.slot.parts.every(({ from }) => from !== 'supplier') ?? false), atMs: null },
    onTheWay: { isDone: stage >= 1, atMs: null },
    served: { isDone: stage >= 3, atMs: outcome?.closedAtMs ?? null },
    verified: { isDone: isVerified, atMs: isVerified ? forecast.forecastAtMs : null },
  };
  return serviceSteps.map((step) => ({ step, ...at[step] }));
};
