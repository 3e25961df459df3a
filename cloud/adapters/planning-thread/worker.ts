import { parentPort, workerData } from 'node:worker_threads';
import type { Problem } from '../../core/planning/kernel/problem.ts';
import { createSearch, type Leg } from '../../core/planning/kernel/search.ts';

const search = createSearch(workerData as Problem, Date.now);
parentPort?.on('message', (leg: Leg) => parentPort?.postMessage(search(leg)));
