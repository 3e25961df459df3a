import { parentPort, workerData } from 'node:worker_threads';
import { asAppError } from '@kuluma/shared/errors.ts';
import { trainModel } from '../../core/forecast/train.ts';
import type { TrainingAnswer, TrainingJob } from './training-thread.ts';

const train = ({ history, seed, budgetMs, codeVersion }: TrainingJob): TrainingAnswer => {
  try {
    return { model: trainModel(history, { seed, budgetMs, now: () => performance.now(), codeVersion }) };
  } catch (error) {
    const { code, message, hint, faults } = asAppError(error);
    return { error: { code, message, options: { faults, ...(hint ? { hint } : {}) } } };
  }
};

parentPort?.postMessage(train(workerData as TrainingJob));
