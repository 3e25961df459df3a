import { parentPort } from 'node:worker_threads';
import type { Problem } from '../../core/planning/kernel/problem.ts';
import { createSearch, type Leg, type LegResult } from '../../core/planning/kernel/search.ts';

/** A leg on a problem of its own, or on the one that all legs without one are about, told with the first of them. */
export interface LegTask {
  readonly leg: Leg;
  readonly own?: Problem;
  readonly whole?: Problem;
}

let search: ((leg: Leg) => LegResult) | undefined;

parentPort?.on('message', ({ leg, own, whole }: LegTask) => {
  if (whole) search = createSearch(whole, Date.now);
  parentPort?.postMessage((own ? createSearch(own, Date.now) : search)?.(leg));
});
