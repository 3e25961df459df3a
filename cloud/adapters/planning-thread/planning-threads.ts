import { Worker } from 'node:worker_threads';
import { AppError } from '@kuluma/shared/errors.ts';
import type { Problem } from '../../core/planning/kernel/problem.ts';
import type { Leg, LegResult, Searcher } from '../../core/planning/kernel/search.ts';

/** Threads that search on one problem, until closed. */
export interface PlanningThreads {
  readonly searchers: readonly Searcher[];
  readonly close: () => Promise<void>;
}

const searcherOn =
  (worker: Worker): Searcher =>
  (leg: Leg) =>
    new Promise((resolve, reject) => {
      const ended = (code: number) => reject(new AppError('INTERNAL', `a planning thread ended with code ${code}`));
      worker.once('error', reject);
      worker.once('exit', ended);
      worker.once('message', (result: LegResult) => {
        worker.off('error', reject);
        worker.off('exit', ended);
        resolve(result);
      });
      worker.postMessage(leg);
    });

/** Starts threads for a problem. Each does one leg at a time. */
export const startPlanningThreads = (problem: Problem, count: number): PlanningThreads => {
  const workers = Array.from(
    { length: count },
    () => new Worker(new URL('./worker.ts', import.meta.url), { workerData: problem }),
  );
  return {
    searchers: workers.map(searcherOn),
    close: async () => {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
};
