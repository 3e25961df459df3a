import type { Forecast } from '@kuluma/shared/model/forecast.ts';
import {
  type MaintenanceOffer,
  type Outcome,
  type Recommendation,
  type ServiceVisit,
  serviceSteps,
} from '@kuluma/shared/model/service.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';

export interface ServiceStep {
  readonly step: (typeof serviceSteps)[number];
  readonly isDone: boolean;
  /** When, where it is known. */
  readonly atMs: number | null;
}

/** A forecast sooner after the work says little of it. */
const leastRunMs = dayMs;

/** The first instant at which a forecast can tell whether the work has helped. */
export const firstCheckMs = (closedAtMs: number): number => closedAtMs + leastRunMs;

/** Whether the machine has shown since the visit that it is well. */
export const isWellSince = (
  { closedAtMs }: Pick<Outcome, 'closedAtMs'>,
  forecast: Pick<Forecast, 'forecastAtMs' | 'healthGrade' | 'abstainReason'> | undefined,
): boolean =>
  forecast !== undefined &&
  forecast.abstainReason === null &&
  forecast.healthGrade === 'good' &&
  forecast.forecastAtMs >= firstCheckMs(closedAtMs);

/** Where the matter stands, as far as records tell. */
export const serviceStepsOf = (known: {
  recommendation: Pick<Recommendation, 'createdAtMs'>;
  offer: Pick<MaintenanceOffer, 'createdAtMs' | 'answeredAtMs'>;
  visit: Pick<ServiceVisit, 'state' | 'slot'> | undefined;
  outcome: Pick<Outcome, 'closedAtMs'> | undefined;
  /** The newest of the component, or of what took its place. */
  forecast: Pick<Forecast, 'forecastAtMs' | 'healthGrade' | 'abstainReason'> | undefined;
}): ServiceStep[] => {
  const { recommendation, offer, outcome, forecast } = known;
  const visit = known.visit?.state === 'cancelled' ? undefined : known.visit;
  const stage = visit ? ['booked', 'onTheWay', 'working', 'done'].indexOf(visit.state) : -1;
  const verified = outcome && forecast && isWellSince(outcome, forecast) ? forecast.forecastAtMs : null;
  const at = {
    found: { isDone: true, atMs: recommendation.createdAtMs },
    offered: { isDone: true, atMs: offer.createdAtMs },
    booked: { isDone: stage >= 0, atMs: visit ? offer.answeredAtMs : null },
    // What lies on a shelf or in a van is reserved; what the supplier brings is there when the technician sets out.
    parts: { isDone: stage >= 1 || (visit?.slot.parts.every(({ from }) => from !== 'supplier') ?? false), atMs: null },
    onTheWay: { isDone: stage >= 1, atMs: null },
    served: { isDone: stage >= 3, atMs: outcome?.closedAtMs ?? null },
    verified: { isDone: verified !== null, atMs: verified },
  };
  return serviceSteps.map((step) => ({ step, ...at[step] }));
};
