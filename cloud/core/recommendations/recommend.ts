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
type ForecastInput = Inputs['forecasts'][number];

const inputOf = ({ id: forecastId, forecastAtMs, dataQuality, abstainReason, ...said }: Forecast): ForecastInput => {
  const { rulDays, failureProbability } = said;
  return { forecastId, forecastAtMs, dataQuality, abstainReason, rulDays, failureProbability };
};

/** What a repair asks for beside skills, certificates and parts. */
export const workNeedsOf = ({
  tools,
  workKind,
  second,
}: ComponentType): Pick<Recommendation, 'tools' | 'workKind' | 'second'> => ({
  ...(tools === undefined ? {} : { tools }),
  ...(workKind === undefined ? {} : { workKind }),
  ...(second === undefined ? {} : { second }),
});

/** What the work on a component asks of people, beside its parts: whoever only looks needs nobody and nothing to lift it out. */
export const workOf = (componentType: ComponentType, action: Recommendation['action']) => ({
  skills: componentType.skills,
  certificates: componentType.certificates,
  ...(action === 'replace' ? workNeedsOf(componentType) : {}),
  durationMin: componentType.durationMin,
});

/**
 * The rule: something should be done when the last `policy.forecastsInARow` forecasts of the component all give at least
 * `policy.failureProbability` within `policy.horizonDays` and none of them abstained; else undefined.
 */
export const decide = ({ forecasts, componentType, installedAtMs }: Inputs, nowMs: number) => {
  const { policy, failureModeCode, failureCostCents } = componentType;
  const latest = forecasts.at(-1);
  const agrees = (forecast: ForecastInput) =>
    forecast.abstainReason === null &&
    probabilityWithin(forecast.failureProbability, policy.horizonDays) >= policy.failureProbability;
  if (!latest?.rulDays || forecasts.length < policy.forecastsInARow || !forecasts.every(agrees)) return undefined;
  const { forecastId, forecastAtMs, rulDays, failureProbability, dataQuality } = latest;
  const action: Recommendation['action'] = dataQuality < trustedDataQuality ? 'inspect' : 'replace';
  return {
    forecastId,
    action,
    failureModeCode,
    ...waitingOf({ rulDays, failureProbability, failureCostCents, forecastAtMs, installedAtMs }, nowMs),
    /** An inspection sells no part that it may not need. */
    bom: action === 'replace' ? componentType.bom : [],
    ...workOf(componentType, action),
  };
};

/**
 * A recommendation for one component, or undefined while its last forecasts give no reason for one.
 * @param args.forecasts of one component, newest last.
 * @param args.installedAtMs since when the component is there.
 * @throws INPUT_INVALID when the forecasts are of several components or not in order.
 */
export const recommend = (args: {
  forecasts: readonly Forecast[];
  componentType: ComponentType;
  installedAtMs?: number;
  codeVersion: string;
  origin: Parameters<typeof freshBase>[1];
}): Recommendation | undefined => {
  const { componentType, installedAtMs, codeVersion, origin } = args;
  const recent = args.forecasts.slice(-componentType.policy.forecastsInARow);
  const latest = recent.at(-1);
  if (!latest) return undefined;
  recent.forEach((forecast, i) => {
    if (forecast.componentId !== latest.componentId || forecast.forecastAtMs < (recent[i - 1]?.forecastAtMs ?? 0))
      throw new AppError('INPUT_INVALID', 'Forecasts must be of one component, oldest first.');
  });
  const inputs: Inputs = {
    forecasts: recent.map(inputOf),
    componentType,
    ...(installedAtMs === undefined ? {} : { installedAtMs }),
    codeVersion,
  };
  const decided = decide(inputs, origin.nowMs);
  const { machineId, componentId, drivers } = latest;
  return (
    decided && {
      ...freshBase('recommendation', origin),
      machineId,
      componentId,
      // What speaks for a longer life is no reason for a visit.
      drivers: drivers.filter(({ effect }) => effect !== 'extends'),
      ...decided,
      inputs,
      state: 'open',
    }
  );
};

/**
 * What the rule decides today from the inputs that a recommendation kept: equal to the recommendation, field by field, as
 * long as `inputs.codeVersion` is the code that runs; undefined when it would make none.
 */
export const replay = (recommendation: Recommendation): ReturnType<typeof decide> =>
  decide(recommendation.inputs, recommendation.createdAtMs);
