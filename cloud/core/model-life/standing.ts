import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import type { ModelStage, ModelStep } from '@kuluma/shared/model/model-life.ts';

type ForecastModel = RecordOf<'forecastModel'>;

/** Which versions of a machine model's forecaster do what. */
export interface Standing {
  /** Its forecasts are shown and acted on; undefined in the first shadow mode of a fleet. */
  readonly present: ForecastModel | undefined;
  readonly shadow: ForecastModel | undefined;
  /** Of the present and of the shadow version: since when they stand as they do. */
  readonly presentSinceMs: number;
  readonly shadowSinceMs: number;
}

const stageOf = (steps: readonly ModelStep[], { id }: ForecastModel): ModelStep | undefined =>
  steps.findLast((step) => step.forecastModelId === id);

/**
 * The standing of the versions of one machine model, both oldest first. A store from before steps were recorded has none:
 * there the newest version is in service.
 */
export const standingOf = (models: readonly ForecastModel[], steps: readonly ModelStep[]): Standing => {
  if (steps.length === 0) {
    const present = models.at(-1);
    return { present, shadow: undefined, presentSinceMs: present?.createdAtMs ?? 0, shadowSinceMs: 0 };
  }
  const newest = (stage: ModelStage) => models.findLast((model) => stageOf(steps, model)?.stage === stage);
  const [present, shadow] = [newest('inService'), newest('shadow')];
  return {
    present,
    shadow,
    presentSinceMs: (present && stageOf(steps, present)?.createdAtMs) ?? 0,
    shadowSinceMs: (shadow && stageOf(steps, shadow)?.createdAtMs) ?? 0,
  };
};
