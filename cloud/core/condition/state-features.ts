import { createCompleter, createMovement, followLevel, type MovementModel, scaled, weightOf } from './movement.ts';

/** Memories in rows. */
export interface FeatureMemory {
  readonly level: number;
  readonly movement: number;
  readonly power: number;
}

/** Relative power below which differences mean nothing; healthy power is 1. */
const leastPower = 0.02;

/** What is watched of a machine; the arrays are used again for the next row. */
export interface StateFeatures {
  /** Moving level of each signal, in its unit. */
  readonly levels: Float64Array;
  /** Logarithm of the power of the movement along each principal direction: where it is more, less or otherwise shared. */
  readonly powers: Float64Array;
  /** The same of the change from row to row: how fast it moves. */
  readonly changes: Float64Array;
}

/**
 * Follows the features of one machine row by row, each in constant memory. A row without any value changes nothing and
 * gives false. Source of the principal directions: J. E. Jackson and G. S. Mudholkar, Control procedures for residuals
 * associated with principal component analysis, Technometrics 21 (1979).
 */
export const createStateFeatures = (model: MovementModel, memory: FeatureMemory, start: Float64Array) => {
  const width = model.deviation.length;
  const movementOf = createMovement(start, memory.movement);
  const complete = createCompleter(model);
  const levels = Float64Array.from(start);
  const power = { of: new Float64Array(width).fill(1), change: new Float64Array(width).fill(1) };
  const features: StateFeatures = { levels, powers: new Float64Array(width), changes: new Float64Array(width) };
  const values = new Float64Array(width);
  const along = new Float64Array(width);
  const unseenBefore = new Float64Array(width);
  const [levelWeight, powerWeight] = [weightOf(memory.level), weightOf(memory.power)];
  const follow = (row: ArrayLike<number>): void => {
    const movement = movementOf(row);
    for (let i = 0; i < width; i++) values[i] = scaled(movement[i] as number, model.deviation[i] as number);
    followLevel(levels, row, levelWeight);
    const unseen = complete(values);
    for (let k = 0; k < width; k++) {
      const vector = model.vectors[k] as readonly number[];
      const variance = model.variances[k] as number;
      let now = 0;
      for (let i = 0; i < width; i++) now += (vector[i] as number) * (values[i] as number);
      const missed = unseen[k] as number;
      const square = (now * now + missed) / variance;
      const change = ((now - (along[k] as number)) ** 2 + missed + (unseenBefore[k] as number)) / variance;
      along[k] = now;
      unseenBefore[k] = missed;
      power.of[k] = (power.of[k] as number) + powerWeight * (square - (power.of[k] as number));
      power.change[k] = (power.change[k] as number) + powerWeight * (change - (power.change[k] as number));
      features.powers[k] = Math.log((power.of[k] as number) + leastPower);
      features.changes[k] = Math.log((power.change[k] as number) + leastPower);
    }
  };
  return {
    features: features as Readonly<StateFeatures>,
    next: (row: ArrayLike<number>): boolean => {
      let known = false;
      for (let i = 0; i < width; i++) known ||= Number.isFinite(row[i]);
      if (known) follow(row);
      return known;
    },
  };
};
