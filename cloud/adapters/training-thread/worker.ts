import { parentPort, workerData } from 'node:worker_threads';
import { asAppError } from '@kuluma/shared/errors.ts';
import { runHere } from '../../core/forecast/jobs.ts';
import { type TrainingJob, trainAndJudge } from '../../core/model-life/train-and-judge.ts';
import { openModelRuntime } from '../model-runtime.ts';
import { threadClock } from './thread-clock.ts';
import type { TrainingAnswer } from './training-thread.ts';

/** This thread alone: the service beside it has work to do as well. */
const workers = { run: runHere(threadClock, openModelRuntime), threads: 1 };

const train = async (job: TrainingJob): Promise<TrainingAnswer> => {
  try {
    return { trained: await trainAndJudge(job, threadClock, workers) };
  } catch (error) {
    const { code, message, hint, faults } = asAppError(error);
    return { error: { code, message, options: { faults, ...(hint ? { hint } : {}) } } };
  }
};

parentPort?.postMessage(await train(workerData as TrainingJob));
