import type { Bench, Row } from '../bench.ts';
import { qualities } from './year-fleet.ts';
import { type Policy, simulateYear, type YearCost } from './year-simulation.ts';

const size = { technicians: 3, components: 600, moves: 300 };

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

/**
 * A year of planning with the cost of waiting against the same kernel, budget and seeds with a due date at P10: the sum
 * of failures, wasted life and travel, over all seeds.
 */
export const year: Bench = async ({ full }) => {
  const seeds = Array.from({ length: full ? 10 : 2 }, (_, i) => i + 1);
  const weeks = full ? 52 : 12;
  const rows: Row[] = [];
  for (const quality of qualities) {
    const costs: Record<Policy, YearCost[]> = { dueAtP10: [], riskCurve: [] };
    for (const seed of seeds)
      for (const policy of ['dueAtP10', 'riskCurve'] as const)
        costs[policy].push(await simulateYear(policy, quality, { ...size, seed, weeks }));
    const change = 100 * (sumOf(costs.riskCurve, 'total') / sumOf(costs.dueAtP10, 'total') - 1);
    const worst = Math.max(
      ...seeds.map((_, i) => 100 * ((costs.riskCurve[i]?.total ?? 0) / (costs.dueAtP10[i]?.total ?? 0) - 1)),
    );
    const { text, most } = toReach[quality.name];
    console.error(`${quality.name} forecasts: ${change.toFixed(1)} %, worst seed ${worst.toFixed(1)} %`);
    rows.push({
      what: `${weeks} weeks, ${seeds.length} seeds, ${quality.name} forecasts: risk curve against due date at P10 (worst seed)`,
      toReach: text,
      measured: `${change.toFixed(1)} % (${worst.toFixed(1)} %)`,
      met: most === 0 ? change < 0 : change <= most,
      figures: {
        changePercent: change,
        ...figuresOf('dueAtP10', costs.dueAtP10),
        ...figuresOf('riskCurve', costs.riskCurve),
      },
    });
  }
  return rows;
};
