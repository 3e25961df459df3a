import { Worker } from 'node:worker_threads';
import { AppError } from '@kuluma/shared/errors.ts';
import { minuteMs } from '@kuluma/shared/model/units.ts';
import type { ReadPages } from '../../ports.ts';

/** What the thread sends back; null for a file that is locked or broken. */
export type ReadingAnswer = readonly string[] | null;

/** A manual of a thousand pages takes seconds: what takes longer is made to. */
const mostMs = 2 * minuteMs;
const mostMegabytes = 768;

/**
 * Reads in a thread of its own, bounded in time and memory: a file comes from anybody. What ends the thread counts as
 * broken, so that nobody reads it again and again.
 */
export const readPagesInThread: ReadPages = (bytes, signal) =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), {
      workerData: bytes,
      resourceLimits: { maxOldGenerationSizeMb: mostMegabytes },
    });
    const end = (): void => void worker.terminate();
    const timer = setTimeout(end, mostMs);
    const stop = (): void => {
      end();
      reject(new AppError('INTERNAL', 'the reading of a file was ended'));
    };
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    worker.once('message', (answer: ReadingAnswer) => resolve(answer));
    worker.once('error', () => resolve(null));
    worker.once('exit', () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      resolve(null);
    });
  });
