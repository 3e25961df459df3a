import { AppError } from '@kuluma/shared/errors.ts';
import { freshBase } from '@kuluma/shared/model/base.ts';
import type { Forecast } from '@kuluma/shared/model/forecast.ts';
import type { ComponentType } from '@kuluma/shared/model/machines.ts';
import type { Recommendation } from '@kuluma/shared/model/service.ts';
import { probabilityWithin } from './failure-curve.ts';
import { waitingOf } from './waiting.ts';

/** Below this data quality we look before we replace. */
const trustedDataQuality = 0.5;

type Inputs = Recommendation['inputs'];

/** What the rule decides from its inputs. */
const decide = (inputs: Inputs, latest: Forecast, componentType: ComponentType, nowMs: number) => {
  const action: Recommendation['action'] = latest.dataQuality < trustedDataQuality ? 'inspect' : 'replace';
  return {
    machineId: latest.machineId,
    componentId: latest.componentId,
    forecastId: latest.id,
    action,
    failureModeCode: componentType.failureModeCode,
    ...waitingOf(inputs, latest.forecastAtMs, nowMs),
    /** An inspection sells no part that it may not need. */
    bom: action === 'replace' ? componentType.bom : [],
    skills: componentType.skills,
    certificates: componentType.certificates,
    durationMin: componentType.durationMin,
    drivers: latest.drivers,
    inputs,
  };
};

/**
 * A recommendation when the last `policy.forecastsInARow` forecasts of one component all give at least
 * `policy.failureProbability` within `policy.horizonDays` and none of them abstained; else undefined.
 * @param args.forecasts of one component, newest last.
 * @throws INPUT_INVALID when the forecasts are of several components or not in order.
 */
export const recommend = (args: {
  forecasts: readonly Forecast[];
  componentType: ComponentType;
  codeVersion: string;
  origin: Parameters<typeof freshBase>[1];
}): Recommendation | undefined => {
  const { componentType, origin } = args;
  const { policy } = componentType;
  const recent = args.forecasts.slice(-policy.forecastsInARow);
  const latest = recent.at(-1);
  if (!latest || recent.length < policy.forecastsInARow) return undefined;
  recent.forEach((forecast, i) => {
    if (forecast.componentId !== latest.componentId || forecast.forecastAtMs < (recent[i - 1]?.forecastAtMs ?? 0))
      throw new AppError('INPUT_INVALID', 'Forecasts must be of one component, oldest first.');
  });
  const agrees = (forecast: Forecast) =>
    forecast.abstainReason === null &&
    probabilityWithin(forecast.failureProbability, policy.horizonDays) >= policy.failureProbability;
  if (!latest.rulDays || !recent.every(agrees)) return undefined;

  const inputs: Inputs = {
    forecastIds: recent.map((forecast) => forecast.id),
    rulDays: latest.rulDays,
    failureProbability: latest.failureProbability,
    horizonDays: policy.horizonDays,
    threshold: policy.failureProbability,
    forecastsInARow: policy.forecastsInARow,
    failureCostCents: componentType.failureCostCents,
    codeVersion: args.codeVersion,
  };
  return {
    ...freshBase('recommendation', origin),
    ...decide(inputs, latest, componentType, origin.nowMs),
    state: 'open',
  };
};

/**
 * What the rule decides today from the inputs that a recommendation kept and the forecast that it names: equal to the
 * recommendation, field by field, as long as `inputs.codeVersion` is the code that runs and the component type is as it was.
 * @throws INPUT_INVALID when the forecast is not the one that the recommendation names.
 */
export const replay = (
  recommendation: Recommendation,
  forecast: Forecast,
  componentType: ComponentType,
): ReturnType<typeof decide> => {
  if (forecast.id !== recommendation.forecastId)
    throw new AppError('INPUT_INVALID', 'A recommendation is replayed with the forecast that it names.');
  return decide(recommendation.inputs, forecast, componentType, recommendation.createdAtMs);
};
