import { dayMs, hourMs } from '@kuluma/shared/model/units.ts';
import type { TimeUnit } from '../history/fleet-history.ts';
import type { LifeForecast } from './forecast.ts';

/** Length of the units of time in which models count; that of a cycle is the machine's own. */
export const msPerUnit: Record<Exclude<TimeUnit, 'cycle'>, number> = { s: 1000, h: hourMs, d: dayMs, iso: dayMs };

/** The numbers of a forecast in days, from those in the model's unit. */
export const inDays = (life: Pick<LifeForecast, 'quantiles' | 'failureProbability'>, daysPerUnit: number) => {
  const { p05, p10, p50, p90, p95 } = life.quantiles;
  const days = (units: number) => units * daysPerUnit;
  return {
    rulDays: { p05: days(p05), p10: days(p10), p50: days(p50), p90: days(p90), p95: days(p95) },
    failureProbability: life.failureProbability.map(({ horizon, value }) => ({ horizonDays: days(horizon), value })),
  };
};
