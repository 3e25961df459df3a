import { seededRandom } from '@kuluma/shared/clock.ts';
import { describe, expect, it } from 'vitest';
import { decompose } from './decompose.ts';
import { randomDays } from './fixtures/random-days.ts';
import { randomSpec } from './fixtures/random-spec.ts';
import { type Plan, planOfRoutes } from './plan.ts';
import { createProblem, type Problem } from './problem.ts';
import type { ProblemSpec } from './problem-spec.ts';
import { createSearch } from './search.ts';
import { stockShares } from './stock-shares.ts';
import { createRouteInPart, routeInWhole, subProblemOf } from './sub-problem.ts';

const planned = (problem: Problem): Plan =>
  createSearch(
    problem,
    () => Number.NaN,
  )({
    routes: [],
    visits: Int32Array.from({ length: problem.visitCount }, (_, i) => i),
    vehicles: Int32Array.from({ length: problem.vehicleCount }, (_, i) => i),
    seed: 1,
    heat: { from: 1, to: 1 },
    end: { moves: 50 },
    aim: 'cost',
    poolSize: 0,
  }).last;

const sorted = (lists: readonly Int32Array[]) => lists.flatMap((list) => [...list]).sort((a, b) => a - b);

const forms: Record<string, ProblemSpec> = {
  trucks: randomSpec(9, { visits: 60, vehicles: 30, form: 'restock' }),
  days: randomDays(3, { visits: 80, technicians: 9, days: 3, stock: true, breaks: true, links: true }),
};

describe.each(Object.keys(forms))('a plan of %s that is cut', (form) => {
  const problem = createProblem(forms[form] as ProblemSpec);
  const plan = planned(problem);
  const parts = decompose(problem, plan, 3, seededRandom(2));

  it('shares no visit, vehicle or technician among its parts, and each has its share of the work', () => {
    const visits = sorted(parts.map((part) => part.visits));
    expect(new Set(visits).size).toBe(visits.length);
    expect(visits).toEqual(expect.arrayContaining(sorted(plan.routes.map((route) => route.visits))));
    expect(sorted(parts.map(({ vehicles }) => vehicles))).toEqual([...Array(problem.vehicleCount).keys()]);
    const technicians = parts.map(({ vehicles }) => new Set([...vehicles].map((v) => problem.technician[v])));
    expect(technicians.reduce((sum, { size }) => sum + size, 0)).toBe(new Set(problem.technician).size);
    const served = (routes: Plan['routes']) => routes.reduce((sum, route) => sum + route.visits.length, 0);
    for (const { routes } of parts) expect(served(routes)).toBeGreaterThan(served(plan.routes) / 10);
  });

  it('costs as much in parts as in whole, and its routes come back as they were', () => {
    const supplies = stockShares(problem, plan, parts);
    let cost = 0;
    for (const [i, part] of parts.entries()) {
      const sub = subProblemOf(problem, { ...part, supply: supplies?.[i] });
      const own = part.routes.map(createRouteInPart(sub, problem));
      cost += planOfRoutes(sub.problem, own).cost;
      expect(own.map((route) => routeInWhole(sub, route))).toEqual(part.routes);
    }
    expect(cost).toBeCloseTo(plan.cost, 6);
  });
});
