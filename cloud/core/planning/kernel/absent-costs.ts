import { overtimeCost } from './overtime.ts';
import type { Problem } from './problem.ts';
import { wayMatrix } from './way-matrix.ts';

/** More than any one visit can add to the cost of a plan, beside what its own windows and technicians cost. */
const mandatoryPenaltyOf = (problem: Problem): number => {
  const { distance, perDistance, perDuration, usedCost, leaveFrom, backBy } = problem;
  const farthest = wayMatrix(distance).longest;
  const dearest = perDistance.map(
    (rate, v) =>
      (usedCost[v] as number) +
      2 * farthest * rate +
      (perDuration[v] as number) * ((backBy[v] as number) - (leaveFrom[v] as number)) +
      overtimeCost(problem, v, backBy[v] as number),
  );
  return 10 * (1 + dearest.reduce((most, cost) => Math.max(most, cost), 0));
};

const known = new WeakMap<Problem, number>();

/** Read once for a problem. */
const mandatoryPenalty = (problem: Problem): number => {
  const penalty = known.get(problem) ?? mandatoryPenaltyOf(problem);
  known.set(problem, penalty);
  return penalty;
};

const dearestOf = (costs: Float64Array, start: number, count: number): number =>
  costs
    .subarray(start, start + count)
    .reduce((most, cost) => (cost < Number.POSITIVE_INFINITY ? Math.max(most, cost) : most), 0);

/** By visit: what it costs while it is absent. */
export const absentCosts = (problem: Problem): Float64Array => {
  const { penalty, windowCost, windowStart, windowCount, costOf, costStart, costCount, costElse } = problem;
  const mandatory = mandatoryPenalty(problem);
  return penalty.map((cost, visit) => {
    if (cost < Number.POSITIVE_INFINITY) return cost;
    const others = costElse[visit] as number;
    return (
      mandatory +
      dearestOf(windowCost, windowStart[visit] as number, windowCount[visit] as number) +
      dearestOf(costOf, costStart[visit] as number, costCount[visit] as number) +
      (others < Number.POSITIVE_INFINITY ? others : 0)
    );
  });
};
