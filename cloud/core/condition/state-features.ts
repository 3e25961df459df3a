import { createCompleter, createMovement, followLevel, type MovementModel, scaled, weightOf } from './movement.ts';

/** Memories in rows. */
export interface FeatureMemory {
  readonly level: number;
  readonly movement: number;
  readonly power: number;
  readonly reference: number;
}

/** Relative power below which differences mean nothing; healthy power is 1. */
const leastPower = 0.02;
/** A row's power counts as at most this, so that the mean finds back soon after a step. */
const mostPower = 16;

/** What is watched of a machine; the arrays are used again for the next row. */
export interface StateFeatures {
  /** Distance of each signal's moving level from its slow reference, in its unit. */
  readonly levels: Float64Array;
  /** Logarithm of the power of the movement along each principal direction: where it is more, less or otherwise shared. */
  readonly powers: Float64Array;
  /** The same of the change from row to row: how fast it moves. */
  readonly changes: Float64Array;
}

/** A slow reference of the levels: at first their mean, then a moving one. */
const createReference = (start: Float64Array, memoryRows: number) => {
  const reference = Float64Array.from(start);
  let rows = 0;
  return {
    reference,
    follow: (level: Float64Array, least: number): void =>
      followLevel(reference, level, Math.max(weightOf(memoryRows), 1 / ++rows, least)),
  };
};

/**
 * Follows the features of one machine row by row, each in constant memory. A row without any value changes nothing and
 * gives false. Source of the principal directions: J. E. Jackson and G. S. Mudholkar, Control procedures for residuals
 * associated with principal component analysis, Technometrics 21 (1979).
 */
export const createStateFeatures = (model: MovementModel, memory: FeatureMemory, start: Float64Array) => {
  const width = model.deviation.length;
  const movingLevel = Float64Array.from(start);
  const movementOf = createMovement(movingLevel, memory.movement);
  const complete = createCompleter(model);
  const level = Float64Array.from(start);
  const { reference, follow: followReference } = createReference(start, memory.reference);
  const levels = new Float64Array(width);
  const power = { of: new Float64Array(width).fill(1), change: new Float64Array(width).fill(1) };
  const features: StateFeatures = { levels, powers: new Float64Array(width), changes: new Float64Array(width) };
  const values = new Float64Array(width);
  const whole = new Float64Array(width);
  const along = new Float64Array(width);
  const seenBefore = new Float64Array(width).fill(1);
  const [levelWeight, powerWeight] = [weightOf(memory.level), weightOf(memory.power)];
  const follow = (row: ArrayLike<number>): void => {
    const movement = movementOf(row);
    for (let i = 0; i < width; i++) values[i] = scaled(movement[i] as number, model.deviation[i] as number);
    const unseen = complete(values);
    // A silent sensor's level goes where the others expect it.
    for (let i = 0; i < width; i++)
      whole[i] = Number.isFinite(row[i])
        ? (row[i] as number)
        : (movingLevel[i] as number) + (values[i] as number) * (model.deviation[i] as number);
    followLevel(level, whole, levelWeight);
    for (let i = 0; i < width; i++) levels[i] = (level[i] as number) - (reference[i] as number);
    for (let k = 0; k < width; k++) {
      const vector = model.vectors[k] as readonly number[];
      const variance = model.variances[k] as number;
      let now = 0;
      for (let i = 0; i < width; i++) now += (vector[i] as number) * (values[i] as number);
      // Of a direction that is partly unseen the rest speaks, by so much less.
      const seen = Math.max(0, 1 - (unseen[k] as number) / variance);
      const seenOfBoth = (seen + (seenBefore[k] as number)) / 2;
      const square = Math.min(mostPower * seen, (now * now) / variance);
      // Two rows move: twice the power of one.
      const change = Math.min(2 * mostPower * seenOfBoth, (now - (along[k] as number)) ** 2 / variance);
      along[k] = now;
      seenBefore[k] = seen;
      power.of[k] = (power.of[k] as number) + powerWeight * (square - seen * (power.of[k] as number));
      power.change[k] = (power.change[k] as number) + powerWeight * (change - seenOfBoth * (power.change[k] as number));
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
    /** Moves the reference towards where the levels stand, by `least` of the way or more: not while a fault holds them. */
    settle: (least = 0): void => followReference(level, least),
  };
};
