import type { BoostOptions } from '../trees/gradient-boosting.ts';

/** How much of the full work a training does, each 0 to 1. */
export interface Effort {
  /** Of the most rows of a data set: neighbouring rows of a life tell nearly the same. */
  readonly rows: number;
  /** Of the rounds of each fit; the learning rate rises as the rounds fall. */
  readonly rounds: number;
  /** Whether there is time to choose among feature families. */
  readonly families: boolean;
}

export const fullEffort: Effort = { rows: 1, rounds: 1, families: true };

/** Rows give way before rounds: `share ** rowsPart` of them are kept, and the rest of the share is taken from the rounds. */
const rowsPart = 0.6;
/** Below this share of the full work all of it goes into the forecasters themselves. */
const leastShareForFamilies = 0.2;

/** The effort that is this share of the full work, above 0. */
export const effortOf = (share: number): Effort =>
  share >= 1
    ? fullEffort
    : { rows: share ** rowsPart, rounds: share ** (1 - rowsPart), families: share >= leastShareForFamilies };

/** Rounds between two checkpoints of a fit. */
export const checkpointRounds = 10;
export const mostLearningRate = 0.3;

/** The options with fewer rounds of larger steps, so that the fit still converges. */
export const hurry = (options: BoostOptions, { rounds: share }: Effort): BoostOptions => {
  if (share >= 1) return options;
  const rounds = checkpointRounds * Math.max(1, Math.round((share * options.rounds) / checkpointRounds));
  const learningRate = Math.min(mostLearningRate, (options.learningRate * options.rounds) / rounds);
  return { ...options, rounds, learningRate };
};
