import type { Part } from './decompose.ts';
import type { Plan } from './plan.ts';
import type { Problem } from './problem.ts';
import type { Stock } from './stock.ts';

/** What routes take of each holder and part until the end of each period; as `Stock.supply`. */
const takenBy = (stock: Stock, routes: Plan['routes']): Float64Array => {
  const { depot, van, stocked, needStart, needCount, needPart, needQuantity, partCount, periodCount, period } = stock;
  const taken = new Float64Array(stock.supply.length);
  for (const { vehicle, visits, restockAt = Number.POSITIVE_INFINITY } of routes)
    for (const [order, visit] of visits.entries())
      for (let k = 0; k < (needCount[visit] as number); k++) {
        const at = (needStart[visit] as number) + k;
        const part = needPart[at] as number;
        const passed = order >= restockAt && stocked[(depot[vehicle] as number) * partCount + part] === 1;
        const row = (((passed ? depot : van)[vehicle] as number) * partCount + part) * periodCount;
        for (let q = row + (period[vehicle] as number); q < row + periodCount; q++)
          taken[q] = (taken[q] as number) + (needQuantity[at] as number);
      }
  return taken;
};

/**
 * What each part of a plan may take: of its vans all, since their days are in one part; of a depot what it takes already,
 * and of what is left as large a share as it has of the vehicles that pass there. Undefined where there is no stock.
 */
export const stockShares = (
  { stock, vehicleCount }: Problem,
  { routes }: Pick<Plan, 'routes'>,
  parts: readonly Part[],
): Float64Array[] | undefined => {
  if (!stock) return undefined;
  const { supply, depot, partCount, periodCount } = stock;
  const left = takenBy(stock, routes).map((taken, at) => (supply[at] as number) - taken);
  const depotsFrom = stock.vanCount * partCount * periodCount;
  const passing = (vehicles: Iterable<number>): Map<number, number> => {
    const counts = new Map<number, number>();
    for (const vehicle of vehicles)
      counts.set(depot[vehicle] as number, (counts.get(depot[vehicle] as number) ?? 0) + 1);
    return counts;
  };
  const all = passing(Array(vehicleCount).keys());
  return parts.map((part) => {
    const own = passing(part.vehicles);
    const taken = takenBy(stock, part.routes);
    return supply.map((whole, at) => {
      if (at < depotsFrom || whole === Number.POSITIVE_INFINITY) return whole;
      const holder = Math.floor(at / (partCount * periodCount));
      const share = (own.get(holder) ?? 0) / (all.get(holder) ?? 1);
      return (taken[at] as number) + Math.floor((left[at] as number) * share + 1e-9);
    });
  });
};
