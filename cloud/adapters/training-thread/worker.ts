import { parentPort, workerData } from 'node:worker_threads';
import { asAppError } from '@kuluma/shared/errors.ts';
import { trainModel } from '../../core/forecast/train.ts';
import type { TrainingAnswer, TrainingJob } from './training-thread.ts';

const train = async ({ history, seed, budgetMs, codeVersion }: TrainingJob): Promise<TrainingAnswer> => {
  try {
    return { model: await trainModel(history, { seed, budgetMs, now: () => performance.now(), codeVersion }) };
  } catch (error) {
    const { code, message, hint, faults } = asAppError(error);
    return { error: { code, message, options: { faults, ...(hint ? { hint } : {}) } } };
  }
};

parentPort?.postMessage(await train(workerData as TrainingJob));
