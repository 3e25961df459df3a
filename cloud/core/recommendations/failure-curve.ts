import type { HorizonProbability, Quantiles } from '@kuluma/shared/model/forecast.ts';
import { type Knot, nonFalling, valueAt } from './curve.ts';

const levels = { p05: 0.05, p10: 0.1, p50: 0.5, p90: 0.9, p95: 0.95 } as const satisfies Record<
  keyof Quantiles,
  number
>;

/**
 * P(failure within x days) as a curve through the quantiles of remaining life and the probabilities at the horizons.
 * Where the two disagree the higher one holds: the risk is never understated. Past the last knot it stays flat.
 */
export const failureCurve = (rulDays: Quantiles, horizons: readonly HorizonProbability[]): Knot[] =>
  nonFalling([
    { x: 0, y: 0 },
    ...Object.entries(levels).map(([name, y]) => ({ x: Math.max(0, rulDays[name as keyof Quantiles]), y })),
    ...horizons.map(({ horizonDays, value }) => ({ x: horizonDays, y: value })),
  ]);

/** P(failure within `days`) between the horizons that the forecast gives, and from 0 at once; past the last one its value. */
export const probabilityWithin = (horizons: readonly HorizonProbability[], days: number): number =>
  valueAt(nonFalling([{ x: 0, y: 0 }, ...horizons.map((h) => ({ x: h.horizonDays, y: h.value }))]), days);
