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
/** Value of the life that is thrown away by servicing at once, as a share of the cost of a failure. */
const lifeShareOfFailureCost = 0.1;
const curvePoints = 25;

/** What is known of a failure: when, how likely, and what it costs. */
export interface Risk {
  readonly rulDays: NonNullable<Forecast['rulDays']>;
  readonly failureProbability: Forecast['failureProbability'];
  readonly failureCostCents: number;
}

/** Cost of life thrown away, by time of service: falls to nothing at the median failure. */
export const lifeWastedCurve = (risk: readonly RiskPoint[], failureCostCents: number): Knot[] => {
  const firstMs = risk[0]?.atMs ?? 0;
  const medianMs = firstReach(
    risk.map((point) => ({ x: point.atMs, y: point.failureProbability })),
    0.5,
  );
  const full = failureCostCents * lifeShareOfFailureCost;
  if (medianMs === undefined) return [{ x: firstMs, y: full }];
  return medianMs > firstMs
    ? [
        { x: firstMs, y: full },
        { x: medianMs, y: 0 },
      ]
    : [{ x: firstMs, y: 0 }];
};

const evenly = (fromMs: number, toMs: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => Math.round(fromMs + ((toMs - fromMs) * i) / (count - 1)));

/**
 * The service window and the risk of waiting. The best time has the least sum of expected cost of failure and cost of
 * wasted life: the trade-off of age replacement (Barlow and Hunter, Operations Research 8, 1960), over one cycle.
 * @param forecastAtMs from when remaining life counts.
 */
export const waitingOf = (
  inputs: Risk,
  forecastAtMs: number,
  nowMs: number,
): { window: ServiceWindow; riskOfWaiting: RiskPoint[] } => {
  const failure = failureCurve(inputs.rulDays, inputs.failureProbability);
  const riskAt = (atMs: number): RiskPoint => {
    const failureProbability = valueAt(failure, (atMs - forecastAtMs) / dayMs);
    return { atMs, failureProbability, expectedCostCents: Math.round(failureProbability * inputs.failureCostCents) };
  };
  const reachMs = (probability: number) => forecastAtMs + (firstReach(failure, probability) ?? 0) * dayMs;

  const fromMs = nowMs + leadDays * dayMs;
  const toMs = Math.round(Math.max(reachMs(closingProbability), fromMs + shortestWindowDays * dayMs));
  const riskOfWaiting = evenly(nowMs, Math.max(toMs, Math.ceil(reachMs(0.5))), curvePoints).map(riskAt);

  const wasted = lifeWastedCurve(riskOfWaiting, inputs.failureCostCents);
  const costAt = (atMs: number) => riskAt(atMs).expectedCostCents + valueAt(wasted, atMs);
  const bestMs = evenly(fromMs, toMs, curvePoints).reduce((best, atMs) => (costAt(atMs) < costAt(best) ? atMs : best));
  return { window: { fromMs, bestMs, toMs }, riskOfWaiting };
};
