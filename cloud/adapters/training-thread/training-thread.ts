import { Worker } from 'node:worker_threads';
import { AppError, type AppErrorOptions, type ErrorCode } from '@kuluma/shared/errors.ts';
import type { Trained, TrainingJob } from '../../core/model-life/train-and-judge.ts';

/** What the thread sends back: an AppError loses its class on the way, so it travels in parts. */
export type TrainingAnswer =
  | { readonly trained: Trained }
  | { readonly error: { readonly code: ErrorCode; readonly message: string; readonly options: AppErrorOptions } };

/**
 * Trains in a thread of its own: the service goes on answering meanwhile.
 * @param signal ends it. @throws what training throws.
 */
export const trainInThread = (job: TrainingJob, signal?: AbortSignal): Promise<Trained> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: job });
    const end = (): void => void worker.terminate();
    if (signal?.aborted) end();
    signal?.addEventListener('abort', end, { once: true });
    worker.once('exit', () => signal?.removeEventListener('abort', end));
    worker.once('message', (answer: TrainingAnswer) => {
      if ('trained' in answer) resolve(answer.trained);
      else reject(new AppError(answer.error.code, answer.error.message, answer.error.options));
    });
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new AppError('INTERNAL', `the training thread ended with code ${code}`)));
  });
