import type { Plan } from './plan.ts';
import type { Problem } from './problem.ts';
import { technicianCost } from './visit-arrays.ts';

/** What the windows and technicians of a route cost. */
const pricesOf = (problem: Problem, { vehicle, visits, windows }: Plan['routes'][number]): number => {
  const { windowStart, windowCost, technician, priced } = problem;
  if (!priced) return 0;
  return visits.reduce(
    (sum, visit, i) =>
      sum +
      (windowCost[(windowStart[visit] as number) + (windows?.[i] ?? 0)] as number) +
      technicianCost(problem, visit, technician[vehicle] as number),
    0,
  );
};

/**
 * What a visit costs beside its service in the mean of a plan: the way there and the waiting, and, unless left out, what
 * its time and technician cost. 1 for a plan that serves nobody or costs nothing.
 */
export const travelScale = (problem: Problem, { routes, cost }: Plan, priced = true): number => {
  const { service, serviceRow, perDuration, usedCost } = problem;
  let fixed = 0;
  let served = 0;
  for (const route of routes) {
    const { vehicle, visits } = route;
    const row = serviceRow[vehicle] as number;
    const spent = visits.reduce((sum, visit) => sum + (service[row + visit] as number), 0);
    fixed += (usedCost[vehicle] as number) + (perDuration[vehicle] as number) * spent;
    if (!priced) fixed += pricesOf(problem, route);
    served += visits.length;
  }
  return served > 0 && cost > fixed ? (cost - fixed) / served : 1;
};
