import { parentPort } from 'node:worker_threads';
import { qualities } from './year-fleet.ts';
import { type Policy, simulateYear, type YearCost, type YearOptions } from './year-simulation.ts';

export interface YearTask {
  readonly policy: Policy;
  readonly quality: string;
  readonly options: YearOptions;
}

parentPort?.on('message', async ({ policy, quality, options }: YearTask) => {
  const found = qualities.find(({ name }) => name === quality);
  if (!found) throw new Error(`no forecasts of quality ${quality}`);
  const cost: YearCost = await simulateYear(policy, found, options);
  parentPort?.postMessage(cost);
});
