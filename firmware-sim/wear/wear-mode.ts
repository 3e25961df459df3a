import type { Random } from '@kuluma/shared/clock.ts';

/** How a machine runs at an instant. Ratios are to the rated value; a machine that stands still has load and speed 0. */
export interface Conditions {
  readonly load: number;
  readonly speedRatio: number;
  /** Air around the machine. */
  readonly ambientC: number;
  /** Load as the warm parts have felt it over the last hours (0 cold, 1 settled at rated load). */
  readonly warmth: number;
  readonly runHours: number;
}

/** One degradation. Its state runs from 0 (new) to 1 (failed) and never back. */
export interface WearMode {
  readonly mode: string;
  readonly component: string;
  /** ISO 14224 failure mode that stands in the events of a history. */
  readonly failureModeCode: 'VIB' | 'OHE' | 'ELP' | 'LOO' | 'PLU' | 'BRD' | 'PDE';
  /**
   * The state after `dtHours`. Pure but for `random`.
   * @param rate 1 / (life in hours at rated load, speed and temperature) of this very component.
   */
  next(wear: number, conditions: Conditions, dtHours: number, rate: number, random: Random): number;
}

/**
 * Adds a random, never negative increment of the given mean: one step of a gamma process with shape 1.
 * Source: J.M. van Noortwijk, "A survey of the application of gamma processes in maintenance", RESS 94 (2009).
 */
export const grow = (wear: number, meanIncrement: number, random: Random): number =>
  Math.min(1, wear - Math.log(1 - random()) * meanIncrement);
