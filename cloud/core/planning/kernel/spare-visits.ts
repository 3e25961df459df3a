import { renewCandidates } from './candidates.ts';
import type { Problem } from './problem.ts';
import type { ProblemSpec, VisitSpec } from './problem-spec.ts';
import type { RouteState } from './route-state.ts';
import { sumOf } from './visit-arrays.ts';

/** Room in a problem for visits that become known later: an urgent one is in the plan before a new problem could be made. */
const spares = 16;
const mostWindows = 24;
const mostParts = 4;

/** A visit that takes the room of any; it is in no state until it is filled. */
const spareVisit = (i: number, { visits, vehicles }: ProblemSpec): VisitSpec => ({
  id: `spare ${i} of ${visits.length}`,
  place: visits[0]?.place ?? vehicles[0]?.start ?? 0,
  windows: Array.from({ length: mostWindows }, (_, w) => ({ from: w, to: w })),
  service: 0,
  // Where nothing needs parts the kernel does not look for any.
  ...(visits.some(({ parts = [] }) => parts.length > 0)
    ? { parts: Array.from({ length: mostParts }, (_, part) => ({ part, quantity: 1 })) }
    : {}),
  technicianCosts: { of: [{ technician: 0, cost: 0 }] },
  penalty: 0,
});

/** The problem of a region with spare visits at its end. */
export const withSpares = (spec: ProblemSpec): ProblemSpec => ({
  ...spec,
  visits: [...spec.visits, ...Array.from({ length: spares }, (_, i) => spareVisit(i, spec))],
});

const fitsIn = (
  { windows, parts = [], technicianCosts, frozen, together, after }: VisitSpec,
  problem: Problem,
): boolean =>
  windows.length <= mostWindows &&
  parts.length <= mostParts &&
  (technicianCosts?.of.length ?? 0) <= 1 &&
  (problem.stock !== undefined || parts.length === 0) &&
  parts.every(({ part }) => part < (problem.stock?.partCount ?? 0)) &&
  !frozen &&
  !together &&
  !after;

/**
 * Makes a spare visit of the problem a real one, absent from all routes.
 * @returns false, and nothing is changed, if the visit needs more room than there is
 */
export const fillSpare = (state: RouteState, at: number, visit: VisitSpec): boolean => {
  const { problem } = state;
  if (at >= problem.visitCount || !fitsIn(visit, problem)) return false;
  const { place, windows, service, parts = [], technicianCosts, penalty, tools = [] } = visit;
  (problem.visitIds as string[])[at] = visit.id;
  problem.place[at] = place;
  const firstWindow = problem.windowStart[at] as number;
  problem.windowCount[at] = windows.length;
  for (const [i, { from, to, cost }] of windows.entries()) {
    problem.windowFrom[firstWindow + i] = from;
    problem.windowTo[firstWindow + i] = to;
    problem.windowCost[firstWindow + i] = sumOf(cost);
  }
  for (let group = 0; group * problem.visitCount < problem.service.length; group++)
    problem.service[group * problem.visitCount + at] =
      typeof service === 'number' ? service : (service[group] ?? Number.POSITIVE_INFINITY);
  const firstCost = problem.costStart[at] as number;
  const [who] = technicianCosts?.of ?? [];
  problem.costCount[at] = who ? 1 : 0;
  if (who) {
    problem.costTechnician[firstCost] = who.technician;
    problem.costOf[firstCost] = sumOf(who.cost);
  }
  problem.costElse[at] = sumOf(technicianCosts?.others);
  if (problem.stock) {
    const firstNeed = problem.stock.needStart[at] as number;
    problem.stock.needCount[at] = parts.length;
    for (const [i, { part, quantity }] of parts.entries()) {
      problem.stock.needPart[firstNeed + i] = part;
      problem.stock.needQuantity[firstNeed + i] = quantity;
    }
    problem.stock.toolsNeeded[at] = tools.reduce((bits, tool) => bits | (1 << tool), 0);
  }
  const dearest = state.absentCost.reduce((most, cost) => Math.max(most, cost), 0);
  const absent = penalty === undefined ? dearest : sumOf(penalty);
  problem.penalty[at] = absent;
  state.absentCost[at] = absent;
  state.absent[state.absentCount] = at;
  state.absentAt[at] = state.absentCount;
  state.absentCount++;
  state.totalCost += absent;
  renewCandidates(problem, at);
  return true;
};
