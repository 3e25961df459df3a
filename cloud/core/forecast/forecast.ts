import { AppError } from '@kuluma/shared/errors.ts';
import { degradationIndexOf } from '../condition/health-grade.ts';
import type { MachineHistory } from '../history/fleet-history.ts';
import { type Life, livesOf } from '../history/lives.ts';
import { binOf } from './binning.ts';
import { lifeQuantilesAt, probabilityOf } from './calibration.ts';
import { type AbstainCode, dataQualityAt } from './data-quality.ts';
import { type Driver, driversOf } from './drivers.ts';
import type { Boosted } from './gradient-boosting.ts';
import type { ForecastModel, TargetModel } from './model.ts';
import { signalsOf } from './signals.ts';
import { createFeatureWriter } from './window-features.ts';

/** What is known of a machine up to now: rows in the order of `ForecastModel.points`. */
export type MachineRows = Pick<MachineHistory, 't' | 'columns' | 'events' | 'attributes'>;

export interface LifeForecast {
  /** Least-squares remaining life in the model's time unit. */
  readonly rul: number;
  readonly quantiles: {
    readonly p05: number;
    readonly p10: number;
    readonly p50: number;
    readonly p90: number;
    readonly p95: number;
  };
  /** By rising horizon, never falling. */
  readonly failureProbability: readonly { readonly horizon: number; readonly value: number }[];
  readonly drivers: readonly Driver[];
  /** 0 new to 1 failed. */
  readonly degradationIndex: number;
}

/** A forecast at one row: either numbers or the code of the reason why there are none. */
export interface RowForecast {
  readonly row: number;
  readonly t: number;
  readonly dataQuality: number;
  readonly abstain: AbstainCode | null;
  readonly life: LifeForecast | null;
  /** The input of the forecast, in the order of `ForecastModel.features.features`; kept for replay. */
  readonly features: Float64Array;
}

const scoreOf = (members: readonly Boosted[], bins: Uint8Array): number => {
  let sum = 0;
  for (const { base, trees } of members) {
    sum += base;
    for (const { feature, bin, left, right, value } of trees) {
      let node = 0;
      let split = feature[0] as number;
      while (split >= 0) {
        node = ((bins[split] as number) <= (bin[node] as number) ? left[node] : right[node]) as number;
        split = feature[node] as number;
      }
      sum += value[node] as number;
    }
  }
  return sum / members.length;
};

const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));

/** The numbers of one forecast from its feature vector alone: what a replay of a stored forecast calls. */
export const forecastFeatures = (
  model: ForecastModel,
  target: TargetModel,
  features: Float64Array,
  explain = true,
): LifeForecast => {
  const bins = Uint8Array.from(features, (value, f) => binOf(target.edges[f] as number[], value));
  const cap = target.rulCap ?? Number.POSITIVE_INFINITY;
  const rul = clamp(scoreOf(target.members, bins), 0, cap);
  const [p05, p10, p50, p90, p95] = lifeQuantilesAt(target.quantiles, rul) as [number, number, number, number, number];
  let floor = 0;
  const failureProbability = target.horizons.map(({ horizon, members, scale }) => {
    floor = Math.max(floor, probabilityOf(scale, scoreOf(members, bins)));
    return { horizon, value: floor };
  });
  return {
    rul,
    quantiles: { p05, p10, p50, p90, p95 },
    failureProbability,
    drivers: explain ? driversOf(model, target, features, bins) : [],
    degradationIndex: degradationIndexOf(rul, target.referenceLife),
  };
};

/** @throws AppError NOT_FOUND when the model was not trained for this component. */
export const targetOf = (model: ForecastModel, component: string): TargetModel => {
  const target = model.targets.find((one) => one.component === component);
  if (!target)
    throw new AppError('NOT_FOUND', `the model does not forecast the component ${component}`, {
      hint: `it forecasts ${model.targets.map((one) => one.component).join(', ')}`,
    });
  return target;
};

export interface ForecastOptions {
  /** Positions of the rows to forecast at; all when not given. */
  readonly rows?: readonly number[];
  /** False leaves out the drivers, the dearest part. */
  readonly explain?: boolean;
}

/** The life that a row belongs to, as it looked at that row: later events are unknown. */
const lifeAt = (lives: readonly Life[], row: number): Life | undefined =>
  lives.find((life) => row >= life.firstRow && row < life.endRow);

/**
 * Forecasts a component of one machine at the chosen rows. The forecast at a row with time t uses
 * rows up to t and events before t.
 */
export const forecastRows = (
  model: ForecastModel,
  component: string,
  machine: MachineRows,
  options: ForecastOptions = {},
): RowForecast[] => {
  const target = targetOf(model, component);
  const { signals: signalSpec, features: spec } = model;
  const signals = signalsOf(signalSpec, machine.columns, machine.t.length);
  const lives = livesOf({ machine: '', ...machine }, component);
  const source = { history: machine, signals, signalSpec, spec };
  const writers = new Map<Life, ReturnType<typeof createFeatureWriter>>();
  return Array.from(options.rows ?? machine.t.keys(), (row) => {
    const t = machine.t[row] as number;
    const features = new Float64Array(spec.features.length);
    const life = lifeAt(lives, row);
    if (!life) return { row, t, dataQuality: 0, abstain: 'OBSERVATION_ENDED' as const, life: null, features };
    const write = writers.get(life) ?? createFeatureWriter(source, life);
    writers.set(life, write);
    const quality = dataQualityAt(signalSpec, signals, 0, row);
    write(row, features);
    return {
      row,
      t,
      ...quality,
      features,
      life: quality.abstain ? null : forecastFeatures(model, target, features, options.explain),
    };
  });
};

/** The forecast at the last row: rows and events are what is known now. Undefined when there is no row. */
export const forecastAt = (model: ForecastModel, component: string, machine: MachineRows): RowForecast | undefined =>
  machine.t.length > 0 ? forecastRows(model, component, machine, { rows: [machine.t.length - 1] })[0] : undefined;
