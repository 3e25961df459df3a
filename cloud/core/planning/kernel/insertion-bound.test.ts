import { expect, it } from 'vitest';
import { candidatesFor } from './candidates.ts';
import { randomDays } from './fixtures/random-days.ts';
import { findInsertion } from './insertion.ts';
import { createInsertionBound } from './insertion-bound.ts';
import { createInsertion } from './insertion-place.ts';
import { createProblem } from './problem.ts';
import { createState, insertVisit } from './route-edits.ts';

/** Every insertion into routes that fill up, with its bound. */
const insertionsOf = (seed: number): { bound: number; added: number }[] => {
  const problem = createProblem(randomDays(seed, { visits: 40, technicians: 4, days: 3, stock: true, breaks: true }));
  const state = createState(problem);
  const { of, priceOf } = createInsertionBound(state);
  const { start, vehicle: vehicles } = candidatesFor(problem) ?? { start: [], vehicle: new Int32Array() };
  const found = createInsertion();
  const seen: { bound: number; added: number }[] = [];
  for (let visit = 0; visit < problem.visitCount; visit++) {
    const best = createInsertion();
    let to = -1;
    for (const vehicle of vehicles.subarray(start[visit], start[visit + 1])) {
      findInsertion(state, visit, vehicle, -1, found);
      seen.push({ bound: priceOf(visit, vehicle) + of(visit, vehicle), added: found.added });
      if (found.added >= best.added) continue;
      Object.assign(best, found);
      to = vehicle;
    }
    if (to !== -1) insertVisit(state, visit, to, best);
  }
  return seen;
};

it('is never above what an insertion adds, and seldom far below', () => {
  const all = Array.from({ length: 20 }, (_, seed) => insertionsOf(seed)).flat();
  expect(all.filter(({ bound, added }) => bound > added)).toEqual([]);
  const possible = all.filter(({ added }) => added < Number.POSITIVE_INFINITY);
  expect(possible.filter(({ bound, added }) => bound > 0.5 * added).length).toBeGreaterThan(0.7 * possible.length);
});
