import type { LeftOut } from '@kuluma/shared/model/left-out.ts';
import type { TimeUnit } from '../history/fleet-history.ts';
import type { ForecastModel, TargetMetrics } from './model.ts';

/** What a model can do, on what data, and where it ends. */
export interface ModelCard {
  readonly format: 'kuluma-model-card/2';
  readonly fleet: string;
  readonly modelHash: string;
  readonly codeVersion: string;
  readonly seed: number;
  readonly timeUnit: TimeUnit;
  readonly rowInterval: number;
  readonly method: string;
  readonly intendedUse: string;
  readonly targets: readonly {
    component: string;
    /** Where P05 to P95 come from. */
    intervals: string;
    /** Remaining life above this is not told apart, in the time unit; null where there is no such bound. */
    toldUpTo: number | null;
    metrics: TargetMetrics;
  }[];
  readonly leftOut: readonly LeftOut[];
}

export const modelCard = (model: ForecastModel, modelHash: string): ModelCard => ({
  format: 'kuluma-model-card/2',
  fleet: model.fleet,
  modelHash,
  codeVersion: model.codeVersion,
  seed: model.seed,
  timeUnit: model.timeUnit,
  rowInterval: model.rowInterval,
  method: 'methods blended by their forecasts of unseen machines; metrics out of fold by machine',
  intendedUse:
    'to propose service visits that a person approves; not a safety component, never to trip or reset a machine',
  targets: model.targets.map(({ component, rulCap, quantiles, metrics }) => ({
    component,
    intervals: typeof quantiles === 'string' ? `as the method ${quantiles} tells them` : 'conformal over machines',
    toldUpTo: rulCap,
    metrics,
  })),
  leftOut: model.leftOut,
});
