import { Worker } from 'node:worker_threads';
import { AppError } from '@kuluma/shared/errors.ts';
import { type RunJobs, runHere, type Workers } from '../../core/forecast/jobs.ts';
import { openModelRuntime } from '../model-runtime.ts';
import type { JobMessage } from './job-worker.ts';
import { threadClock } from './thread-clock.ts';

/** Threads that do the jobs of a training, until closed. */
export interface JobThreads extends Workers {
  readonly close: () => Promise<void>;
}

interface Waiting {
  readonly job: JobMessage;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** Each thread does one job at a time, in the order in which they were asked for. */
export const startJobThreads = (count: number): JobThreads => {
  const queue: Waiting[] = [];
  const idle: Worker[] = [];
  const doing = new Map<Worker, Waiting>();
  let broken: unknown;
  const handOut = (): void => {
    for (;;) {
      const worker = queue.length > 0 ? idle.pop() : undefined;
      const next = worker && queue.shift();
      if (!next) return;
      doing.set(worker, next);
      worker.postMessage(next.job);
    }
  };
  /** A thread that ended by itself fails the whole training: its job is lost. */
  const fail = (error: unknown): void => {
    broken = error;
    for (const { reject } of [...doing.values(), ...queue.splice(0)]) reject(error);
    doing.clear();
  };
  const workers = Array.from({ length: count }, () => {
    const worker = new Worker(new URL('./job-worker.ts', import.meta.url));
    worker.on('message', (answer: unknown) => {
      doing.get(worker)?.resolve(answer);
      doing.delete(worker);
      idle.push(worker);
      handOut();
    });
    worker.once('error', fail);
    worker.once('exit', (code) => fail(new AppError('INTERNAL', `a training thread ended with code ${code}`)));
    return worker;
  });
  idle.push(...workers);
  const run: RunJobs = async (kind, inputs) => {
    const answers = inputs.map(
      (input) =>
        new Promise<unknown>((resolve, reject) => {
          if (broken) reject(broken);
          else queue.push({ job: { kind: kind.name, input }, resolve, reject });
        }),
    );
    handOut();
    // The thread found the same kind by its name.
    return (await Promise.all(answers)) as Awaited<ReturnType<typeof kind.run>>[];
  };
  return {
    run,
    threads: count,
    close: async () => {
      for (const worker of workers) worker.removeAllListeners('exit');
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
};

/** Does work that may use so many threads, and ends them; one is the thread that it stands in. */
export const withJobThreads = async <T>(count: number, work: (workers: Workers) => Promise<T>): Promise<T> => {
  if (count === 1) return work({ run: runHere(threadClock, openModelRuntime), threads: 1 });
  const threads = startJobThreads(count);
  try {
    return await work(threads);
  } finally {
    await threads.close();
  }
};
