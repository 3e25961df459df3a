import type { Driver } from '@kuluma/shared/model/forecast.ts';
import type { MachineRows } from '../forecast/forecast.ts';
import { signalsOf } from '../forecast/inputs/signals.ts';
import type { ForecastModel } from '../forecast/model.ts';

/**
 * What is watched of a machine whatever its forecaster reads: each sensor, brought to one scale in every regime, by its
 * level, its change since the part was new, its trend and its spread.
 */
export const watchedKinds = ['level', 'sinceNew', 'trend', 'spread'] as const satisfies readonly Driver['kind'][];
export type WatchedKind = (typeof watchedKinds)[number];

export interface WatchedInput {
  readonly point: string;
  readonly kind: WatchedKind;
}

/** As much of a model as watching takes. */
export type WatchedModel = Pick<ForecastModel, 'points' | 'signals'>;

/** Rows of the present, of what came before it, and of the beginning of a life. */
const presentRows = 15;
const beforeRows = 45;
const firstRows = 20;

export const watchedInputs = ({ points, signals }: WatchedModel): WatchedInput[] =>
  signals.sensors.flatMap((index) => watchedKinds.map((kind) => ({ point: points[index]?.name ?? '', kind })));

interface Moments {
  readonly mean: number;
  readonly deviation: number;
}

/** Of the finite values of rows [from, to). */
const momentsOf = (values: Float64Array, from: number, to: number): Moments => {
  let [n, sum, squares] = [0, 0, 0];
  for (let row = from; row < to; row++) {
    const value = values[row] as number;
    if (!Number.isFinite(value)) continue;
    n++;
    sum += value;
    squares += value * value;
  }
  const mean = sum / n;
  return { mean, deviation: Math.sqrt(Math.max(0, squares / n - mean * mean)) };
};

/** A reader of the watched inputs of any row of a machine; rows before `firstRow` of its life do not count. */
export const createInputReader = (model: Pick<WatchedModel, 'signals'>, rows: Pick<MachineRows, 't' | 'columns'>) => {
  const { values } = signalsOf(model.signals, rows.columns, rows.t.length);
  const sensors = values.slice(0, model.signals.sensors.length);
  return (firstRow: number, row: number): number[] =>
    sensors.flatMap((signal) => {
      const end = row + 1;
      const present = Math.max(firstRow, end - presentRows);
      const level = momentsOf(signal, present, end).mean;
      const before = momentsOf(signal, Math.max(firstRow, present - beforeRows), present);
      const first = momentsOf(signal, firstRow, Math.min(firstRow + firstRows, present));
      const whole = momentsOf(signal, Math.max(firstRow, present - beforeRows), end);
      return [level, level - first.mean, level - before.mean, whole.deviation];
    });
};
