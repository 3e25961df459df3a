import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { readFleet } from '@kuluma/cloud/adapters/fleet-history/read-fleet.ts';
import { withJobThreads } from '@kuluma/cloud/adapters/training-thread/job-threads.ts';
import { threadClock } from '@kuluma/cloud/adapters/training-thread/thread-clock.ts';
import type { ForecastModel } from '@kuluma/cloud/core/forecast/model.ts';
import { type TrainOptions, trainModel } from '@kuluma/cloud/core/forecast/train.ts';
import type { FleetHistory } from '@kuluma/cloud/core/history/fleet-history.ts';

/** Where the public sets and their converter are: beside the project. */
const shared = new URL('../../../shared/', import.meta.url).pathname;
export const dataFile = (name: string): string => join(shared, 'data', name);

/** A public set as a fleet history, through files as a user would bring it. */
export const fleetOf = async (kind: string, input: string, ...options: string[]): Promise<FleetHistory> => {
  const folder = mkdtempSync(join(tmpdir(), 'bench-fleet-'));
  try {
    execFileSync(process.execPath, [join(shared, 'tools/to-fleet.mjs'), kind, dataFile(input), folder, ...options]);
    return (await readFleet(folder)).history;
  } finally {
    rmSync(folder, { recursive: true });
  }
};

/** As `kuluma forecast train` does it, with its default budget. */
export const trainOptions: TrainOptions = {
  seed: 1,
  budgetMs: 60_000,
  now: threadClock,
  codeVersion: 'bench',
};
export const train = (history: FleetHistory, more: Partial<TrainOptions> = {}): Promise<ForecastModel> =>
  withJobThreads(availableParallelism(), (workers) => trainModel(history, { ...trainOptions, workers, ...more }));

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
export const rmse = (errors: readonly number[]): number => Math.sqrt(mean(errors.map((e) => e * e)));
export const percent = (share: number, digits = 1): string => `${(100 * share).toFixed(digits)} %`;

export const timed = async <T>(work: () => T | Promise<T>): Promise<{ value: T; seconds: number }> => {
  const startMs = performance.now();
  const value = await work();
  return { value, seconds: (performance.now() - startMs) / 1000 };
};
