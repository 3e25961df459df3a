import { parentPort, workerData } from 'node:worker_threads';
import { asAppError } from '@kuluma/shared/errors.ts';
import { type TrainingJob, trainAndJudge } from '../../core/model-life/train-and-judge.ts';
import type { TrainingAnswer } from './training-thread.ts';

const train = async (job: TrainingJob): Promise<TrainingAnswer> => {
  try {
    return { trained: await trainAndJudge(job, () => performance.now()) };
  } catch (error) {
    const { code, message, hint, faults } = asAppError(error);
    return { error: { code, message, options: { faults, ...(hint ? { hint } : {}) } } };
  }
};

parentPort?.postMessage(await train(workerData as TrainingJob));
