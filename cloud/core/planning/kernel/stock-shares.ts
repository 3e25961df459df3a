import type { Part } from './decompose.ts';
import { type Plan, stateOf } from './plan.ts';
import type { Problem } from './problem.ts';

/**
 * What each part of a plan may take of the stock that is left: of a van all, since its days are in one part, and of a
 * depot an equal share. Undefined where parts take nothing from each other.
 */
export const stockShares = (
  problem: Problem,
  { routes }: Pick<Plan, 'routes'>,
  parts: readonly Part[],
): Float64Array[] | undefined => {
  const { stock } = problem;
  if (!stock?.shared || parts.every(({ visits }) => visits.length === problem.visitCount)) return undefined;
  const { stockLeft } = stateOf(problem, routes);
  const depotsFrom = stock.vanCount * stock.partCount * stock.periodCount;
  return parts.map((_, part) =>
    stockLeft.map((left, at) => {
      if (at < depotsFrom || left === Number.POSITIVE_INFINITY) return left;
      const share = Math.floor(left / parts.length);
      return part === 0 ? left - share * (parts.length - 1) : share;
    }),
  );
};
