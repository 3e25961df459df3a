import type { Plan } from './plan.ts';
import type { Problem } from './problem.ts';

/**
 * What a visit costs beside its service in the mean of a plan, the way there and the waiting: the unit of temperatures.
 * 1 for a plan that serves nobody or costs nothing.
 */
export const travelScale = (problem: Problem, { routes, cost }: Plan): number => {
  const { service, serviceRow, perDuration, usedCost } = problem;
  let fixed = 0;
  let served = 0;
  for (const { vehicle, visits } of routes) {
    const row = serviceRow[vehicle] as number;
    const spent = visits.reduce((sum, visit) => sum + (service[row + visit] as number), 0);
    fixed += (usedCost[vehicle] as number) + (perDuration[vehicle] as number) * spent;
    served += visits.length;
  }
  return served > 0 && cost > fixed ? (cost - fixed) / served : 1;
};
