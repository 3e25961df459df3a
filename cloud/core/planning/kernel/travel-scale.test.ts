import { expect, it } from 'vitest';
import { planOfRoutes } from './plan.ts';
import { createProblem } from './problem.ts';
import { travelScale } from './travel-scale.ts';

it('is the way to a visit, with or without what its window and its technician cost', () => {
  const problem = createProblem({
    visits: [
      {
        id: 'one',
        place: 1,
        windows: [{ from: 0, to: 100, cost: { risk: 30 } }],
        service: 10,
        technicianCosts: { of: [], others: 7 },
      },
    ],
    vehicles: [{ id: 'day', start: 0, end: 0, window: { from: 0, to: 200 }, costs: { used: 5, perDuration: 1 } }],
    travelTime: Float64Array.of(0, 20, 20, 0),
  });
  const plan = planOfRoutes(problem, [{ vehicle: 0, visits: Int32Array.of(0), windows: Int32Array.of(0) }]);
  expect(plan.cost).toBe(5 + 20 + 10 + 20 + 30 + 7);
  expect(travelScale(problem, plan)).toBe(20 + 20 + 30 + 7);
  expect(travelScale(problem, plan, false)).toBe(20 + 20);
});
