import type { HorizonProbability, Quantiles } from '@kuluma/shared/model/forecast.ts';
import { type Knot, nonFalling, valueAt } from './curve.ts';

const levels = { p05: 0.05, p10: 0.1, p50: 0.5, p90: 0.9, p95: 0.95 } as const satisfies Record<
  keyof Quantiles,
  number
>;

/** Steepest tail that two quantiles close together may stand for. */
const steepestTail = 8;

/**
 * Before P05 the chance of failure grows by the power of time that P05 and P10 show, as the lower tail of any life with a
 * least value of nothing does (Weibull; Galambos, The Asymptotic Theory of Extreme Order Statistics, 1978, chapter 2):
 * a straight line would put as much risk on tomorrow as on the day before P05.
 */
const lowerTail = ({ p05, p10 }: Quantiles): Knot[] => {
  if (p05 <= 0) return [];
  const power = Math.min(steepestTail, Math.max(1, Math.log(2) / Math.log(p10 / p05)));
  return [0.25, 0.5, 0.75].map((share) => ({ x: share * p05, y: levels.p05 * share ** power }));
};

/**
 * P(failure within x days) as a curve through the quantiles of remaining life and the probabilities at the horizons.
 * Where the two disagree the higher one holds: the risk is never understated. Past the last knot it stays flat.
 */
export const failureCurve = (rulDays: Quantiles, horizons: readonly HorizonProbability[]): Knot[] =>
  nonFalling([
    { x: 0, y: 0 },
    ...lowerTail(rulDays),
    ...Object.entries(levels).map(([name, y]) => ({ x: Math.max(0, rulDays[name as keyof Quantiles]), y })),
    ...horizons.map(({ horizonDays, value }) => ({ x: horizonDays, y: value })),
  ]);

/** P(failure within `days`) between the horizons that the forecast gives, and from 0 at once; past the last one its value. */
export const probabilityWithin = (horizons: readonly HorizonProbability[], days: number): number =>
  valueAt(nonFalling([{ x: 0, y: 0 }, ...horizons.map((h) => ({ x: h.horizonDays, y: h.value }))]), days);
