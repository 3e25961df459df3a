import { AppError } from '@kuluma/shared/errors.ts';
import type { LeftOut } from '@kuluma/shared/model/left-out.ts';
import type { PointRole } from '@kuluma/shared/model/machines.ts';
import type { TimeUnit } from '../history/fleet-history.ts';
import type { LifeQuantiles, ProbabilityScale } from './blend/calibration.ts';
import type { SignalSpec } from './inputs/signals.ts';

/** What out-of-fold forecasts of the training machines achieved; each machine was forecast by models that never saw it. */
export interface TargetMetrics {
  readonly machines: number;
  readonly failures: number;
  /** Rows with a known remaining life. */
  readonly rows: number;
  /** In the time unit, as `meanWidth90`, the mean distance from P05 to P95. */
  readonly rmse: number;
  readonly coverage90: number;
  readonly meanWidth90: number;
  /** Mean squared error of each failure probability, and of the constant base rate beside it. */
  readonly horizons: { horizon: number; rows: number; brier: number; brierOfBaseRate: number }[];
  /** What each method that was fitted achieves alone, and its part in the blend. */
  readonly methods: MethodMetrics[];
}

export interface MethodMetrics {
  readonly name: string;
  /** What was learnt, in a few words. */
  readonly note: string;
  /** Share of the rows on which it knows the remaining life, and its error there. */
  readonly knows: number;
  readonly rmse: number;
  /** Weight in the blend of life, and of each horizon. */
  readonly lifeWeight: number;
  readonly horizonWeights: number[];
}

/** A method with a part in some forecast of a component. */
export interface MethodModel {
  readonly name: string;
  readonly section: string;
  readonly state: unknown;
}

export interface HorizonModel {
  readonly horizon: number;
  /** One for each method: its log-odds are brought to one scale, weighted and summed up. */
  readonly parts: { readonly weight: number; readonly scale: ProbabilityScale }[];
  readonly scale: ProbabilityScale;
}

/** The forecaster of one component. */
export interface TargetModel {
  readonly component: string;
  readonly rulCap: number | null;
  /** Life taken as whole for the degradation index, in the time unit. */
  readonly referenceLife: number;
  /** The first always knows and answers where another does not. */
  readonly methods: MethodModel[];
  /** Weight of each method's remaining life; they come to 1. */
  readonly lifeWeights: number[];
  /** Learnt from errors on unseen machines, or the name of the method that tells them where machines are too few for that. */
  readonly quantiles: LifeQuantiles | string;
  /** By rising horizon. */
  readonly horizons: HorizonModel[];
  readonly metrics: TargetMetrics;
}

/** A trained forecaster of a fleet: plain data, the same bytes for the same history, seed and code. */
export interface ForecastModel {
  readonly format: 'kuluma-forecast-model/4';
  readonly codeVersion: string;
  readonly fleet: string;
  readonly seed: number;
  readonly timeUnit: TimeUnit;
  /** Median spacing of the training rows in the time unit; live rows are assembled at this spacing. */
  readonly rowInterval: number;
  /** Columns that a forecast needs, in this order. */
  readonly points: { name: string; role: PointRole }[];
  readonly signals: SignalSpec;
  /** What was learnt for each section that some method reads, by name. */
  readonly sections: Record<string, unknown>;
  readonly targets: TargetModel[];
  /** What the budget or the data did not allow. */
  readonly leftOut: LeftOut[];
}

const format = 'kuluma-forecast-model/4';
/** Without these nothing can be forecast. */
const parts = ['timeUnit', 'points', 'signals', 'sections', 'targets'] as const satisfies (keyof ForecastModel)[];

export const modelToJson = (model: ForecastModel): string => `${JSON.stringify(model)}\n`;

/** @throws AppError INPUT_INVALID when the text is not a model of this format. */
export const modelFromJson = (text: string): ForecastModel => {
  let model: unknown;
  try {
    model = JSON.parse(text);
  } catch (cause) {
    throw new AppError('INPUT_INVALID', 'the model is not JSON', { cause });
  }
  if (typeof model !== 'object' || model === null || !('format' in model) || model.format !== format)
    throw new AppError('INPUT_INVALID', 'this is not a forecast model', {
      hint: 'make one with "kuluma forecast train"',
    });
  const missing = parts.filter((part) => !(part in model));
  if (missing.length > 0)
    throw new AppError('INPUT_INVALID', 'the model is not whole', {
      faults: missing.map((part) => ({ path: `model.json/${part}`, message: 'is missing' })),
      hint: 'make it anew with "kuluma forecast train"',
    });
  return model as ForecastModel;
};
