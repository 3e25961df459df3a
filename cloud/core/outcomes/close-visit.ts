import { AppError } from '@kuluma/shared/errors.ts';
import { freshBase } from '@kuluma/shared/model/base.ts';
import type { Forecast } from '@kuluma/shared/model/forecast.ts';
import type { BomLine, Component } from '@kuluma/shared/model/machines.ts';
import type { Outcome, Recommendation, ServiceVisit } from '@kuluma/shared/model/service.ts';
import type { Part } from '@kuluma/shared/model/stock.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import { advanceVisit } from '../visits/visit.ts';

/** What the technician writes down. */
export type VisitReport = Pick<Outcome, 'findingVerdict' | 'finding' | 'minutes' | 'partsUsed' | 'componentReplaced'>;

interface Closing {
  readonly visit: ServiceVisit;
  readonly recommendation: Recommendation;
  /** The one that asked for the visit; null where a change of state did. */
  readonly forecast: Forecast | null;
  /** The one that the recommendation is about. */
  readonly component: Component;
  readonly report: VisitReport;
  /** When the component failed before the visit, if it did. */
  readonly failedAtMs: number | null;
  readonly parts: readonly Part[];
  /** What a repair of the component takes, its kit opened. */
  readonly partsList: readonly Pick<BomLine, 'partId'>[];
  /** What an hour of the technician costs. */
  readonly costPerHourCents: number;
  readonly origin: Parameters<typeof freshBase>[1];
}

/** Labour and parts, in whole cents. @throws NOT_FOUND for a part that is not in the catalogue. */
const costOf = ({ report, parts, costPerHourCents }: Closing): number => {
  const partsCents = report.partsUsed.map(({ partId, quantity }) => {
    const part = parts.find((candidate) => candidate.id === partId);
    if (!part) throw new AppError('NOT_FOUND', `Part ${partId} is not in the catalogue.`);
    return quantity * part.priceCents;
  });
  return partsCents.reduce((sum, cents) => sum + cents, Math.round((report.minutes / 60) * costPerHourCents));
};

/** What would have happened without the visit: seen when it failed first, the forecast's median when the wear was there, else not known. */
const counterfactualOf = ({ recommendation, forecast, report, failedAtMs }: Closing): Outcome['counterfactual'] => {
  const { failureCostCents } = recommendation.inputs.componentType;
  if (failedAtMs !== null) return { failureExpectedAtMs: failedAtMs, failureCostCents, basis: 'observed' };
  if (report.findingVerdict !== 'confirmed' || !forecast?.rulDays)
    return { failureExpectedAtMs: null, failureCostCents: null, basis: 'unknown' };
  const failureExpectedAtMs = Math.round(forecast.forecastAtMs + Math.max(0, forecast.rulDays.p50) * dayMs);
  return { failureExpectedAtMs, failureCostCents, basis: 'forecastMedian' };
};

/**
 * The batch of what was put in: of the first part of the repair's list that was used and has one. Of a visit that was to
 * look only, and put in a new component, the list is that of a repair of the component.
 */
const batchOf = ({ report, recommendation, partsList }: Closing): { batch?: string } => {
  const lists = [...recommendation.bom, ...partsList];
  const listed = new Set(lists.map(({ partId }) => partId));
  const batch = report.partsUsed.find((part) => part.batch && part.quantity > 0 && listed.has(part.partId))?.batch;
  return batch === undefined ? {} : { batch };
};

/** The old component with its end, and the new one that begins there. */
const replacementOf = (closing: Closing): { ended: Component; installed: Component } => {
  const { component, failedAtMs, origin } = closing;
  const { nowMs } = origin;
  if (component.period.toMs !== null) throw new AppError('CONFLICT', 'This component was taken out before.');
  const { machineId, componentCode, period } = component;
  return {
    ended: {
      ...component,
      period: { fromMs: period.fromMs, toMs: failedAtMs ?? nowMs },
      endedBy: failedAtMs === null ? 'replacement' : 'failure',
    },
    installed: {
      ...freshBase('component', origin),
      machineId,
      componentCode,
      period: { fromMs: nowMs, toMs: null },
      endedBy: null,
      ...batchOf(closing),
    },
  };
};

/**
 * Closes a visit by its technician's report: the outcome that labels the forecast or the change of state, the visit done, the recommendation
 * done, and when the component was replaced the end of the old one and the new one. Records keep the version that was read.
 * @throws CONFLICT when the visit or the component has ended already; INPUT_INVALID when the records do not belong
 * together; NOT_FOUND for a part that is not in the catalogue.
 */
export const closeVisit = (
  closing: Closing,
): {
  outcome: Outcome;
  visit: ServiceVisit;
  recommendation: Recommendation;
  replacement: { ended: Component; installed: Component } | null;
} => {
  const { recommendation, forecast, component, report, origin } = closing;
  if (
    closing.visit.recommendationId !== recommendation.id ||
    recommendation.forecastId !== (forecast?.id ?? null) ||
    recommendation.componentId !== component.id
  )
    throw new AppError('INPUT_INVALID', 'Visit, recommendation, forecast and component do not belong together.');
  const visit = advanceVisit(closing.visit, 'done');
  return {
    visit,
    recommendation: { ...recommendation, state: 'done' },
    replacement: report.componentReplaced ? replacementOf(closing) : null,
    outcome: {
      ...freshBase('outcome', origin),
      visitId: visit.id,
      recommendationId: recommendation.id,
      forecastId: recommendation.forecastId,
      ...(recommendation.machineStateId === undefined ? {} : { machineStateId: recommendation.machineStateId }),
      ...report,
      costCents: costOf(closing),
      counterfactual: counterfactualOf(closing),
      closedAtMs: origin.nowMs,
    },
  };
};
