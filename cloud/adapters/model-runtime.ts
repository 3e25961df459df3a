import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { AppError } from '@kuluma/shared/errors.ts';
import type { ModelRuntime } from '../ports.ts';

/** Backends of TensorFlow.js, the quickest first. */
export type ModelBackend = ModelRuntime['backend'];

const require = createRequire(import.meta.url);

/** tfjs-node is not among our packages: its install fetches a library from the net. Where a user adds it, it is taken. */
const nodePackage: string = '@tensorflow/tfjs-node';

const backends = {
  node: {
    name: 'tensorflow',
    load: async () => {
      // Node 23 took away what tfjs-node 4.22 still calls.
      const util = require('node:util') as { isNullOrUndefined?: (value: unknown) => boolean };
      util.isNullOrUndefined ??= (value) => value === null || value === undefined;
      await import(nodePackage);
    },
  },
  wasm: {
    name: 'wasm',
    load: async () => {
      const { setThreadsCount, setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
      setWasmPaths(join(dirname(require.resolve('@tensorflow/tfjs-backend-wasm')), '/'));
      // Threads cost small networks more than they bring, and make sums depend on their order.
      setThreadsCount(1);
    },
  },
  cpu: { name: 'cpu', load: async () => void (await import('@tensorflow/tfjs-backend-cpu')) },
} as const satisfies Record<ModelBackend, { name: string; load: () => Promise<void> }>;

const order = ['node', 'wasm', 'cpu'] as const satisfies readonly ModelBackend[];

const deadlyEvents = ['uncaughtException', 'unhandledRejection'] as const;

/** Does work and takes away what it hung on the end of the process: how a process dies is not a library's to say. */
const withoutTraps = async <T>(work: () => Promise<T>): Promise<T> => {
  const before = deadlyEvents.map((event) => process.listeners(event as 'uncaughtException'));
  try {
    return await work();
  } finally {
    for (const [e, event] of deadlyEvents.entries())
      for (const listener of process.listeners(event as 'uncaughtException'))
        if (!before[e]?.includes(listener)) process.removeListener(event, listener);
  }
};

const open = async (wanted: readonly ModelBackend[]): Promise<ModelRuntime> => {
  const tf = await import('@tensorflow/tfjs-core');
  // Without it tfjs tells every user of Node about tfjs-node on stderr.
  tf.env().set('PROD', true);
  const { teachNetwork } = await import('./model-runtime-teach.ts');
  const failures: unknown[] = [];
  for (const backend of wanted) {
    const { name, load } = backends[backend];
    try {
      await load();
      if (await withoutTraps(() => tf.setBackend(name))) return { backend, teach: teachNetwork };
    } catch (error) {
      failures.push(error);
    }
  }
  throw new AppError('NOT_FOUND', 'no backend of TensorFlow.js can be loaded', {
    hint: 'install the packages again with "npm ci"',
    cause: new AggregateError(failures),
  });
};

let last: Promise<unknown> = Promise.resolve();

/**
 * Opens TensorFlow.js on the first backend of the list that loads; in this thread only, one backend at a time.
 * @throws AppError NOT_FOUND when none of them loads.
 */
export const openModelRuntime = (wanted: readonly ModelBackend[] = order): Promise<ModelRuntime> => {
  // One after the other: tfjs forgets a backend that is still starting when it is asked for again.
  const opened = last.then(
    () => open(wanted),
    () => open(wanted),
  );
  last = opened;
  return opened;
};
