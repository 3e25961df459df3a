import type { Logger } from './logger.ts';

/** A long-lived part: constructors assign only, `start` does the work, `stop` ends it within its own bound. */
export interface Part {
  readonly name: string;
  start(signal: AbortSignal): Promise<void>;
  stop(): Promise<void>;
}

export interface RunningParts {
  /** Stops in reverse order of start; each part has `boundMs`, then the next is stopped all the same. */
  stop(): Promise<void>;
}

const bounded = async (work: Promise<void>, ms: number, what: string): Promise<void> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} did not stop within ${ms} ms`)), ms);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
};

/** Starts the parts in order; if one fails, those before it are stopped and the failure is thrown. */
export const startParts = async (parts: readonly Part[], log: Logger, boundMs = 10_000): Promise<RunningParts> => {
  const abort = new AbortController();
  const started: Part[] = [];
  const stop = async () => {
    abort.abort();
    for (const part of started.splice(0).reverse()) {
      try {
        await bounded(part.stop(), boundMs, part.name);
      } catch (error) {
        log.error({ part: part.name, err: error }, 'part did not stop cleanly');
      }
    }
  };
  for (const part of parts) {
    try {
      started.push(part);
      await part.start(abort.signal);
    } catch (error) {
      await stop();
      throw error;
    }
  }
  return { stop };
};

/** Resolves at the first SIGINT or SIGTERM. */
export const untilSignal = (): Promise<NodeJS.Signals> =>
  new Promise((resolve) => {
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => resolve(name));
  });
