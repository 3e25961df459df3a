import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Bench, Row } from '../bench.ts';
import { pairedChange } from './paired-change.ts';
import { type Quality, qualities } from './year-fleet.ts';
import type { Policy, YearCost } from './year-simulation.ts';
import type { YearTask } from './year-thread.ts';

const size = { technicians: 3, components: 600, moves: 300 };

const policies = ['riskCurve', 'dueAtP10', 'earliestP10'] as const satisfies readonly Policy[];
const baselines = ['dueAtP10', 'earliestP10'] as const satisfies readonly Policy[];

const toReach = {
  perfect: { text: 'better', most: 0 },
  real: { text: 'better; aim -20 %', most: 0 },
  useless: { text: 'at most +2 %', most: 2 },
} as const;

const sumOf = (costs: readonly YearCost[], key: keyof YearCost): number =>
  costs.reduce((sum, cost) => sum + cost[key], 0);

const figuresOf = (policy: Policy, costs: readonly YearCost[]): Record<string, number> =>
  Object.fromEntries(
    (['failures', 'wastedLife', 'travel', 'total', 'failureCount', 'serviceCount'] as const).map((key) => [
      `${policy} ${key}${key.endsWith('Count') ? '' : ' euros'}`,
      Math.round(sumOf(costs, key)),
    ]),
  );

/** Years are simulated a thread each; the costs come in the order of the tasks. */
const simulateAll = async (tasks: readonly YearTask[]): Promise<YearCost[]> => {
  const costs: YearCost[] = [];
  let next = 0;
  const workers = Array.from({ length: availableParallelism() }, async () => {
    const worker = new Worker(new URL('./year-thread.ts', import.meta.url));
    for (let at = next++; at < tasks.length; at = next++) {
      worker.postMessage(tasks[at]);
      [costs[at]] = (await once(worker, 'message')) as [YearCost];
      console.error(`${at + 1} of ${tasks.length} years`);
    }
    await worker.terminate();
  });
  await Promise.all(workers);
  return costs;
};

const rowOf = (
  { name }: Quality,
  costsOf: (policy: Policy) => readonly YearCost[],
  weeks: number,
  seeds: number,
): Row => {
  const baseline = baselines.reduce((a, b) => (sumOf(costsOf(a), 'total') <= sumOf(costsOf(b), 'total') ? a : b));
  const totals = (policy: Policy) => costsOf(policy).map(({ total }) => total);
  const { percent, from, to, worst } = pairedChange(totals(baseline), totals('riskCurve'));
  const { text, most } = toReach[name];
  const against = baseline === 'dueAtP10' ? "this week's P10" : 'the earliest P10 so far';
  return {
    what: `${weeks} weeks, ${seeds} seeds, ${name} forecasts: risk curve against a due date at P10, the cheaper reading of it (${against})`,
    toReach: text,
    measured: `${percent.toFixed(1)} % (95 %: ${from.toFixed(1)} to ${to.toFixed(1)}; worst seed ${worst.toFixed(1)} %)`,
    // With the whole interval: ten years are few.
    met: to <= most,
    figures: {
      changePercent: percent,
      fromPercent: from,
      toPercent: to,
      worstSeedPercent: worst,
      baseline,
      ...Object.assign({}, ...policies.map((policy) => figuresOf(policy, costsOf(policy)))),
    },
  };
};

/**
 * A year of planning with the cost of waiting against the same kernel, budget and seeds with a due date at P10: the sum
 * of failures, wasted life and travel, over all seeds. A due date has two readings, and the one that is cheaper with
 * forecasts of a quality is what the risk curve is set against.
 */
export const year: Bench = async ({ full }) => {
  const seeds = Array.from({ length: full ? 10 : 4 }, (_, i) => i + 1);
  const weeks = full ? 52 : 26;
  const tasks = qualities.flatMap(({ name }) =>
    policies.flatMap((policy) =>
      seeds.map((seed): YearTask => ({ policy, quality: name, options: { ...size, seed, weeks } })),
    ),
  );
  const costs = await simulateAll(tasks);
  return qualities.map((quality) =>
    rowOf(
      quality,
      (policy) => costs.filter((_, i) => tasks[i]?.quality === quality.name && tasks[i]?.policy === policy),
      weeks,
      seeds.length,
    ),
  );
};
