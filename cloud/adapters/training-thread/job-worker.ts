import { parentPort } from 'node:worker_threads';
import { jobKindNamed } from '../../core/forecast/job-kinds.ts';
import { openModelRuntime } from '../model-runtime.ts';
import { threadClock } from './thread-clock.ts';

export interface JobMessage {
  /** Name in the table of kinds. */
  readonly kind: string;
  readonly input: unknown;
}

parentPort?.on('message', async ({ kind, input }: JobMessage) => {
  parentPort?.postMessage(await jobKindNamed(kind).run(input, threadClock, openModelRuntime));
});
