import { AppError } from '@kuluma/shared/errors.ts';
import type { JobError, JobState, JobTable } from '../job-ports.ts';

const lookEveryMs = 1_000;
/** Whoever waits for an answer does not wait longer for somebody to begin. */
const begunWithinMs = 30_000;

/** Resolves at the next change of the table, after a second, or with the signal. */
const nextLook = (table: JobTable, signal: AbortSignal | undefined): Promise<void> =>
  new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      unwatch();
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, lookEveryMs);
    const unwatch = table.watch(end);
    signal?.addEventListener('abort', end, { once: true });
  });

const noWorker = (): AppError =>
  new AppError('STORE_UNAVAILABLE', 'nobody began the work in time', {
    hint: 'see whether a process of the role worker runs and is not overloaded',
  });

const failureOf = (error: JobError | null): AppError => {
  const { code, message, ...options } = error ?? { code: 'INTERNAL', message: 'the job failed', faults: [] };
  return new AppError(code, message, options);
};

/** Of whoever waits for a job. */
export interface Waiting {
  /** Asks for its end. */
  readonly stop?: AbortSignal;
  /** Ends the waiting alone; the job goes on. */
  readonly leave?: AbortSignal;
}

/** Waits while work is done elsewhere. @returns undefined when it was left, else how the job ended */
const untilEnded = async (
  table: JobTable,
  { id, name }: { readonly id: string; readonly name: string },
  { stop, leave }: Waiting,
): Promise<JobState | undefined> => {
  const lateMs = stop ? performance.now() + begunWithinMs : Number.POSITIVE_INFINITY;
  let isStopAsked = false;
  while (!leave?.aborted) {
    // Watched from before the look: what changes meanwhile is not missed.
    const next = nextLook(table, isStopAsked ? leave : (stop ?? leave));
    const job = await table.read(id);
    if (!job) throw new AppError('NOT_FOUND', 'the job is not known any more');
    if (job.state !== 'waiting' && job.state !== 'doing') return job;
    const isLate = job.attempts === 0 && performance.now() > lateMs;
    if (!isStopAsked && (stop?.aborted || isLate)) {
      isStopAsked = true;
      await table.stop(name);
      if (isLate) throw noWorker();
    } else await next;
  }
  return undefined;
};

/**
 * What a job gives, whoever does it; undefined also when it was left.
 * @throws what the job failed with; CONFLICT when it was stopped; STORE_UNAVAILABLE when nobody begins it
 */
export const resultOf = async (
  table: JobTable,
  entered: { readonly id: string; readonly name: string },
  waiting: Waiting = {},
): Promise<unknown> => {
  const job = await untilEnded(table, entered, waiting);
  if (job?.state === 'stopped') throw new AppError('CONFLICT', 'the work was stopped');
  if (job?.state === 'dead') throw failureOf(job.error);
  return job?.result;
};
