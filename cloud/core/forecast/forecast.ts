import { AppError } from '@kuluma/shared/errors.ts';
import { degradationIndexOf } from '../condition/health-grade.ts';
import type { MachineHistory } from '../history/fleet-history.ts';
import { type Life, livesOf } from '../history/lives.ts';
import { type LifeQuantiles, lifeQuantilesAt, probabilityOf } from './blend/calibration.ts';
import { type Driver, driversOf } from './drivers.ts';
import { type AbstainCode, dataQualityAt } from './inputs/data-quality.ts';
import type { LearntSection, SectionWriter } from './inputs/section.ts';
import { learntSection } from './inputs/sections.ts';
import { signalsOf } from './inputs/signals.ts';
import type { FeatureInfo } from './inputs/window-features.ts';
import type { Estimate } from './method.ts';
import { methodNamed } from './methods.ts';
import type { ForecastModel, TargetModel } from './model.ts';

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
  /** The input of the forecast, in the order of `inputInfos`; kept for replay. */
  readonly inputs: Float64Array;
}

const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));

interface PlacedSection extends LearntSection {
  /** Where its numbers begin in the input of a forecast. */
  readonly from: number;
}

/** The sections that the methods of a target read, one after the other in the input of its forecasts. */
const sectionsOf = (model: ForecastModel, target: TargetModel): PlacedSection[] => {
  let from = 0;
  return [...new Set(target.methods.map(({ section }) => section))].map((name) => {
    const section = { ...learntSection(name, model.sections[name]), from };
    from += section.inputs.length;
    return section;
  });
};

/** What each number of a forecast's input is. */
export const inputInfos = (model: ForecastModel, target: TargetModel): FeatureInfo[] =>
  sectionsOf(model, target).flatMap(({ inputs }) => inputs);

/** A row as its methods see it: each method with its part of the input. */
const seenBy = (model: ForecastModel, target: TargetModel, inputs: Float64Array) => {
  const sections = new Map(sectionsOf(model, target).map((section) => [section.name, section]));
  return target.methods.map(({ name, section: of, state }) => {
    const section = sections.get(of) as PlacedSection;
    return {
      method: methodNamed(name),
      state,
      section,
      values: inputs.subarray(section.from, section.from + section.inputs.length),
    };
  });
};

/** The weighted sum of what methods say; where one does not know it says what the first says. */
const blended = (said: readonly number[], weights: readonly number[]): number => {
  const first = said[0] as number;
  return weights.reduce((sum, weight, m) => {
    const value = said[m] as number;
    return weight === 0 ? sum : sum + weight * (Number.isNaN(value) ? first : value);
  }, 0);
};

type Quantiles = [p05: number, p10: number, p50: number, p90: number, p95: number];

/** From the method that tells them, or from the point forecast. */
const quantilesFor = ({ quantiles, methods }: TargetModel, estimates: readonly Estimate[], life: number): Quantiles => {
  const told =
    typeof quantiles === 'string' ? estimates[methods.findIndex(({ name }) => name === quantiles)] : undefined;
  return (told?.quantiles ?? lifeQuantilesAt(quantiles as LifeQuantiles, life)) as Quantiles;
};

/** The numbers of one forecast from its input alone: what a replay of a stored forecast calls. */
export const forecastInputs = (
  model: ForecastModel,
  target: TargetModel,
  inputs: Float64Array,
  explain = true,
): LifeForecast => {
  const seen = seenBy(model, target, inputs);
  const estimates = seen.map(({ method, state, values }) => method.forecast(state, values));
  const cap = target.rulCap ?? Number.POSITIVE_INFINITY;
  const blendedLife = blended(
    estimates.map(({ life }) => clamp(life, 0, cap)),
    target.lifeWeights,
  );
  const [p05, p10, p50, p90, p95] = quantilesFor(target, estimates, blendedLife);
  const rul = typeof target.quantiles === 'string' ? clamp(blendedLife, p05, p95) : blendedLife;
  let floor = 0;
  const failureProbability = target.horizons.map(({ horizon, parts, scale }, h) => {
    const margins = parts.map((part, m) => {
      const margin = estimates[m]?.margins[h] ?? Number.NaN;
      return part.scale.slope * margin + part.scale.offset;
    });
    const margin = blended(
      margins,
      parts.map(({ weight }) => weight),
    );
    floor = Math.max(floor, probabilityOf(scale, margin));
    return { horizon, value: floor };
  });
  const explained = seen.flatMap(({ method, state, section, values }, m) => {
    const weight = target.lifeWeights[m] as number;
    const reasons = explain && weight > 0 ? method.explain?.(state, values) : undefined;
    return reasons ? [{ section, values, reasons, weight }] : [];
  });
  return {
    rul,
    quantiles: { p05, p10, p50, p90, p95 },
    failureProbability,
    drivers: driversOf(model, explained),
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
  const { signals: signalSpec } = model;
  const signals = signalsOf(signalSpec, machine.columns, machine.t.length);
  const lives = livesOf({ machine: '', ...machine }, component);
  const source = { history: machine, signals, signalSpec };
  const sections = sectionsOf(model, target);
  const width = sections.reduce((sum, { inputs }) => sum + inputs.length, 0);
  const writers = new Map<Life, SectionWriter[]>();
  return Array.from(options.rows ?? machine.t.keys(), (row) => {
    const t = machine.t[row] as number;
    const inputs = new Float64Array(width);
    const life = lifeAt(lives, row);
    if (!life) return { row, t, dataQuality: 0, abstain: 'OBSERVATION_ENDED' as const, life: null, inputs };
    const writes = writers.get(life) ?? sections.map(({ writerOf }) => writerOf(source, life));
    writers.set(life, writes);
    const quality = dataQualityAt(signalSpec, signals, 0, row);
    sections.forEach(({ from, inputs: { length } }, s) => {
      writes[s]?.(row, inputs.subarray(from, from + length));
    });
    const forecast = quality.abstain ? null : forecastInputs(model, target, inputs, options.explain);
    // A method that knows one point only is blind where just that one is missing.
    if (forecast && Number.isNaN(forecast.rul))
      return { row, t, ...quality, abstain: 'TOO_MANY_MISSING' as const, inputs, life: null };
    return { row, t, ...quality, inputs, life: forecast };
  });
};

/** The forecast at the last row: rows and events are what is known now. Undefined when there is no row. */
export const forecastAt = (model: ForecastModel, component: string, machine: MachineRows): RowForecast | undefined =>
  machine.t.length > 0 ? forecastRows(model, component, machine, { rows: [machine.t.length - 1] })[0] : undefined;
