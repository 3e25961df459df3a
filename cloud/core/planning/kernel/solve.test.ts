import { describe, expect, it } from 'vitest';
import { faultsOfPlan } from './fixtures/plain-check.ts';
import { randomDays } from './fixtures/random-days.ts';
import { randomSpec } from './fixtures/random-spec.ts';
import type { Plan } from './plan.ts';
import { createProblem } from './problem.ts';
import type { ProblemSpec } from './problem-spec.ts';
import { createSearch, type Searcher } from './search.ts';
import type { BinaryProgram, BinaryProgramSolver } from './set-partitioning.ts';
import { type Aim, solve } from './solve.ts';

const nothingBetter: BinaryProgramSolver = async () => undefined;

const solveSpec = async (
  spec: ProblemSpec,
  { aim = 'cost' as Aim, seed = 1, moves = 1500, partition = nothingBetter } = {},
) => {
  const problem = createProblem(spec);
  const search = createSearch(problem, () => Number.NaN);
  const searcher: Searcher = async (leg, own) => (own ? createSearch(own, () => Number.NaN) : search)(leg);
  const plans: Plan[] = [];
  const solved = await solve(problem, {
    searchers: [searcher, searcher],
    partition,
    seed,
    aim,
    budget: { moves },
    now: () => Number.NaN,
    report: (_, plan) => plans.push(plan),
  });
  return { solved, plans };
};

describe('a solve', () => {
  const spec = randomSpec(11, { visits: 40, vehicles: 16, form: 'restock' });

  it('gives a plan that the plain check finds nothing wrong with, the same for the same seed', async () => {
    const { solved } = await solveSpec(spec);
    expect(faultsOfPlan(spec, solved)).toEqual([]);
    expect((await solveSpec(spec)).solved).toEqual(solved);
  });

  it('only ever reports a better plan', async () => {
    const { plans, solved } = await solveSpec(spec, { seed: 4 });
    const costs = plans.map(({ unassigned, cost }) => 1e6 * unassigned.length + cost);
    expect(costs).toEqual(costs.toSorted((a, b) => b - a));
    expect(solved.cost).toBe(plans.at(-1)?.cost);
  });

  it('hands the solver a program that its own plan is a solution of', async () => {
    const programs: BinaryProgram[] = [];
    await solveSpec(spec, {
      partition: async (program: BinaryProgram) => {
        programs.push(program);
        return undefined;
      },
    });
    expect(programs.length).toBeGreaterThan(2);
    for (const { start, columnStarts, rows, rowLower, rowUpper } of programs) {
      const sums = new Float64Array(rowLower.length);
      for (const j of start)
        for (const row of rows.subarray(columnStarts[j], columnStarts[j + 1])) sums[row] = (sums[row] ?? 0) + 1;
      for (const [row, sum] of sums.entries()) {
        expect(sum).toBeGreaterThanOrEqual(rowLower[row] ?? 0);
        expect(sum).toBeLessThanOrEqual(rowUpper[row] ?? 0);
      }
    }
  });

  it('plans the days of technicians, a plan that the plain check finds nothing wrong with', async () => {
    const days = randomDays(3, { visits: 40, technicians: 4, days: 2, stock: true, breaks: true, links: true });
    const { solved } = await solveSpec(days, { moves: 300 });
    expect(faultsOfPlan(days, solved)).toEqual([]);
  });

  it('plans parts of a plan apart that take from one depot', async () => {
    const days = randomDays(6, { visits: 310, technicians: 12, days: 2, stock: true, breaks: true, links: true });
    const { solved } = await solveSpec(days, { moves: 100 });
    expect(faultsOfPlan(days, solved)).toEqual([]);
  });

  it('needs fewer vehicles when that comes first', async () => {
    const loads = randomSpec(5, { visits: 40, vehicles: 25, form: 'distance' });
    const cheapest = (await solveSpec(loads)).solved;
    const fewest = (await solveSpec(loads, { aim: 'vehicles' })).solved;
    expect(faultsOfPlan(loads, fewest)).toEqual([]);
    expect(fewest.unassigned).toEqual(cheapest.unassigned);
    expect(fewest.routes.length).toBeLessThan(cheapest.routes.length);
  });

  it('plans a problem that is too large for one piece in pieces', async () => {
    const large = randomSpec(2, { visits: 320, vehicles: 120, form: 'distance' });
    const { solved, plans } = await solveSpec(large, { moves: 4000 });
    expect(faultsOfPlan(large, solved)).toEqual([]);
    expect(solved.cost).toBeLessThan(0.95 * (plans[0]?.cost ?? 0));
  });
});
