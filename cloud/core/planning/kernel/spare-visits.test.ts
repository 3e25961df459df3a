import { describe, expect, it } from 'vitest';
import { candidatesFor } from './candidates.ts';
import { randomDays } from './fixtures/random-days.ts';
import { createProblem } from './problem.ts';
import type { VisitSpec } from './problem-spec.ts';
import { createState } from './route-edits.ts';
import { fillSpare, withSpares } from './spare-visits.ts';

describe('a spare visit', () => {
  const spec = randomDays(4, { visits: 20, technicians: 3, days: 3 });
  const visit: VisitSpec = { ...(spec.visits[7] as VisitSpec), id: 'urgent' };

  it('has the candidates of the visit that fills it, though others were known before', () => {
    const state = createState(createProblem(withSpares(spec)));
    const problem = state.problem;
    candidatesFor(problem);
    const at = spec.visits.length;
    expect(fillSpare(state, at, visit)).toBe(true);
    const alone = createProblem({ ...spec, visits: [...spec.visits, visit] });
    const listOf = (of: typeof problem, one: number) => {
      const lists = candidatesFor(of);
      return [...(lists?.vehicle.subarray(lists.start[one], lists.start[one + 1]) ?? [])];
    };
    expect(listOf(problem, at)).toEqual(listOf(alone, at));
    expect(listOf(problem, at).length).toBeGreaterThan(0);
    for (let other = 0; other < at; other++) expect(listOf(problem, other)).toEqual(listOf(alone, other));
  });
});
