import type { Workers } from '../forecast/jobs.ts';
import type { ForecastModel } from '../forecast/model.ts';
import { trainTelling } from '../forecast/train.ts';
import type { FleetHistory } from '../history/fleet-history.ts';
import { scoreHeldOut } from './held-out.ts';
import type { AlertRule } from './score-life.ts';
import { summariseTraining, type TrainingSummary } from './training-summary.ts';

/** One training: plain data, so that it can be handed to a thread. */
export interface TrainingJob {
  readonly history: FleetHistory;
  readonly seed: number;
  readonly budgetMs: number;
  readonly codeVersion: string;
  /** When something is recommended, by component; lengths of time in the time unit of the history. */
  readonly rules: Readonly<Record<string, AlertRule>>;
  /** The model in service and the lives that taught it: the new one is held against it where neither had seen the machine. */
  readonly present?: { readonly model: ForecastModel; readonly hash: string; readonly taughtBy: readonly string[] };
}

export interface Trained {
  readonly model: ForecastModel;
  readonly summary: TrainingSummary;
}

/**
 * Trains a model and judges it by what it says of machines that it had not seen.
 * @param now milliseconds on any steady clock.
 * @param workers do the jobs; without them this thread does, and teaches no networks.
 * @throws NOT_ENOUGH_DATA, INPUT_INVALID
 */
export const trainAndJudge = async (job: TrainingJob, now: () => number, workers?: Workers): Promise<Trained> => {
  const { history, seed, budgetMs, codeVersion, rules, present } = job;
  const options = { seed, budgetMs, now, codeVersion, ...(workers ? { workers } : {}) };
  const training = await trainTelling(history, options);
  const heldOut = scoreHeldOut(training, history, {
    ruleOf: (component) => rules[component],
    present: present && { model: present.model, taughtBy: new Set(present.taughtBy) },
  });
  const { model } = training;
  return { model, summary: summariseTraining(model, history, heldOut, present?.hash ?? null) };
};
