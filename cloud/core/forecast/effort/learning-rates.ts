import type { BoostOptions } from '../trees/gradient-boosting.ts';
import { checkpointRounds, mostLearningRate } from './effort.ts';

/** The learning rates of a fit, one for the rounds before each checkpoint. */
export interface LearningRates {
  /** Those of the rounds so far. */
  readonly used: readonly number[];
  /** The rate of the rounds after a checkpoint, or null when the fit ends there. */
  readonly next: () => number | null;
}

/** A fit goes at least so many checkpoints, however late it is: trees that were never grown know nothing but a mean. */
export const leastCheckpoints = 2;

/** Rates that another fold used before. */
export const givenRates = (rates: readonly number[]): LearningRates => {
  const used = rates.slice(0, 1);
  return {
    used,
    next: () => {
      const rate = rates[used.length];
      if (rate !== undefined) used.push(rate);
      return rate ?? null;
    },
  };
};

/**
 * The rate of the options as long as the fit is on time. One that would be late walks the rest of its way in fewer rounds
 * of larger steps: a fit that is cut off amid small steps has learnt next to nothing.
 * @param plannedMs when all rounds should be done, on the clock `now`; the fit begins now.
 */
export const timedRates = (options: BoostOptions, now: () => number, plannedMs: number): LearningRates => {
  const startMs = now();
  const used = [options.learningRate];
  let most = Math.floor(options.rounds / checkpointRounds);
  const least = Math.min(leastCheckpoints, most);
  return {
    used,
    next: () => {
      const done = used.length;
      const atMs = now();
      const timely = Math.floor(((plannedMs - atMs) * done) / Math.max(1e-9, atMs - startMs));
      if (timely >= most - done) {
        if (done === most) return null;
        used.push(used.at(-1) as number);
      } else {
        most = Math.max(least, done + Math.max(0, timely));
        if (done === most) return null;
        const walked = used.reduce((sum, rate) => sum + rate, 0);
        const whole = (options.learningRate * options.rounds) / checkpointRounds;
        used.push(Math.min(mostLearningRate, Math.max(options.learningRate, (whole - walked) / (most - done))));
      }
      return used.at(-1) as number;
    },
  };
};
