import type { Forecast } from '@kuluma/shared/model/forecast.ts';
import type { RiskPoint, ServiceWindow } from '@kuluma/shared/model/service.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import { firstReach, type Knot, valueAt } from './curve.ts';
import { failureCurve } from './failure-curve.ts';

/** Nobody plans a visit for the next hour. */
const leadDays = 1;
/** A window closes when a quarter of such components have failed, yet never before there was a week to choose from. */
const closingProbability = 0.25;
const shortestWindowDays = 7;
/** A planned replacement costs about a tenth of a failure, and buys a whole life. */
const replacementShareOfFailureCost = 0.1;
const curvePoints = 25;

/** What is known of a failure: when, how likely, and what it costs. */
export interface Risk {
  readonly rulDays: NonNullable<Forecast['rulDays']>;
  readonly failureProbability: Forecast['failureProbability'];
  readonly failureCostCents: number;
  /** From when remaining life counts. */
  readonly forecastAtMs: number;
  /** Since when the component is there; its age is nothing where that is not known. */
  readonly installedAtMs: number | undefined;
}

/** Mean days of life that a service after so many days throws away: the integral of the survival from then on. */
const lifeLeftDays = (failure: readonly Knot[], fromDays: number): number => {
  const x = Math.max(0, fromDays);
  const knots = [{ x, y: valueAt(failure, x) }, ...failure.filter((knot) => knot.x > x)];
  return knots.reduce((sum, knot, i) => {
    const before = knots[i - 1];
    return before ? sum + (knot.x - before.x) * (1 - (knot.y + before.y) / 2) : 0;
  }, 0);
};

/**
 * Cents of life that a service at a time throws away: of what a replacement costs, the share that the life left has in the
 * whole life. A day of life is worth the same however little is left, so that a forecast that is made anew as the end comes
 * nearer moves the best time no further.
 */
export const lifeWastedAt = (risk: Risk): ((atMs: number) => number) => {
  const { rulDays, failureProbability, failureCostCents, forecastAtMs, installedAtMs = forecastAtMs } = risk;
  const failure = failureCurve(rulDays, failureProbability);
  const wholeDays = Math.max(0, forecastAtMs - installedAtMs) / dayMs + lifeLeftDays(failure, 0);
  const dayCents = wholeDays > 0 ? (failureCostCents * replacementShareOfFailureCost) / wholeDays : 0;
  return (atMs) => dayCents * lifeLeftDays(failure, (atMs - forecastAtMs) / dayMs);
};

const evenly = (fromMs: number, toMs: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => Math.round(fromMs + ((toMs - fromMs) * i) / (count - 1)));

/**
 * The service window and the risk of waiting. The best time has the least sum of expected cost of failure and cost of
 * wasted life: the trade-off of age replacement (Barlow and Hunter, Operations Research 8, 1960), over one cycle.
 */
export const waitingOf = (risk: Risk, nowMs: number): { window: ServiceWindow; riskOfWaiting: RiskPoint[] } => {
  const { forecastAtMs } = risk;
  const failure = failureCurve(risk.rulDays, risk.failureProbability);
  const riskAt = (atMs: number): RiskPoint => {
    const failureProbability = valueAt(failure, (atMs - forecastAtMs) / dayMs);
    return { atMs, failureProbability, expectedCostCents: Math.round(failureProbability * risk.failureCostCents) };
  };
  const reachMs = (probability: number) => forecastAtMs + (firstReach(failure, probability) ?? 0) * dayMs;

  const fromMs = nowMs + leadDays * dayMs;
  const toMs = Math.round(Math.max(reachMs(closingProbability), fromMs + shortestWindowDays * dayMs));
  const riskOfWaiting = evenly(nowMs, Math.max(toMs, Math.ceil(reachMs(0.5))), curvePoints).map(riskAt);

  const wastedAt = lifeWastedAt(risk);
  const costAt = (atMs: number) => riskAt(atMs).expectedCostCents + wastedAt(atMs);
  const bestMs = evenly(fromMs, toMs, curvePoints).reduce((best, atMs) => (costAt(atMs) < costAt(best) ? atMs : best));
  return { window: { fromMs, bestMs, toMs }, riskOfWaiting };
};
