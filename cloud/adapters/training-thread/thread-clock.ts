import { performance } from 'node:perf_hooks';

/** Milliseconds on a clock that all threads of a process share. */
export const threadClock = (): number => performance.timeOrigin + performance.now();
