import { Worker } from 'node:worker_threads';
import { AppError } from '@kuluma/shared/errors.ts';
import type { Problem } from '../../core/planning/kernel/problem.ts';
import type { LegResult, Searcher } from '../../core/planning/kernel/search.ts';
import type { LegTask } from './worker.ts';

/** Threads that search on one problem, until closed. */
export interface PlanningThreads {
  readonly searchers: readonly Searcher[];
  readonly close: () => Promise<void>;
}

const searcherOn = (worker: Worker, problem: Problem): Searcher => {
  let isTold = false;
  return (leg, own) =>
    new Promise((resolve, reject) => {
      const ended = (code: number) => reject(new AppError('INTERNAL', `a planning thread ended with code ${code}`));
      worker.once('error', reject);
      worker.once('exit', ended);
      worker.once('message', (result: LegResult) => {
        worker.off('error', reject);
        worker.off('exit', ended);
        resolve(result);
      });
      // The whole of a large problem is big: a thread that works on parts of it never has it.
      const task: LegTask = own ? { leg, own } : isTold ? { leg } : { leg, whole: problem };
      isTold ||= own === undefined;
      worker.postMessage(task);
    });
};

/** Starts threads for a problem. Each does one leg at a time. */
export const startPlanningThreads = (problem: Problem, count: number): PlanningThreads => {
  const workers = Array.from({ length: count }, () => new Worker(new URL('./worker.ts', import.meta.url)));
  return {
    searchers: workers.map((worker) => searcherOn(worker, problem)),
    close: async () => {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
};
