import { seededRandom } from '@kuluma/shared/clock.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cheapestRouteCost } from './fixtures/plain-check.ts';
import { randomSpec } from './fixtures/random-spec.ts';
import { findInsertion } from './insertion.ts';
import { createInsertion } from './insertion-place.ts';
import { createJournal } from './journal.ts';
import { createProblem } from './problem.ts';
import { createState, insertVisit, unlinkVisit } from './route-edits.ts';
import type { RouteState } from './route-state.ts';
import { refreshRoute } from './route-times.ts';

const routeOf = ({ problem, next }: RouteState, vehicle: number): number[] => {
  const visits: number[] = [];
  for (let j = next[problem.visitCount + vehicle] ?? -1; j < problem.visitCount; j = next[j] ?? -1) visits.push(j);
  return visits;
};

const inserted = (route: readonly number[], visit: number): number[][] =>
  Array.from({ length: route.length + 1 }, (_, at) => route.toSpliced(at, 0, visit));

/** Some visits put where they fit best, a few taken out again. */
const scrambled = (state: RouteState, seed: number): RouteState => {
  const random = seededRandom(seed);
  const { visitCount, vehicleCount } = state.problem;
  const found = createInsertion();
  for (let step = 0; step < 4 * visitCount; step++) {
    const visit = Math.floor(random() * visitCount);
    const vehicle = state.vehicleOf[visit] ?? -1;
    if (vehicle !== -1) {
      if (random() < 0.3) {
        unlinkVisit(state, visit);
        refreshRoute(state, vehicle);
      }
      continue;
    }
    const to = Math.floor(random() * vehicleCount);
    findInsertion(state, visit, to, -1, found);
    if (Number.isFinite(found.added)) insertVisit(state, visit, to, found.after);
  }
  return state;
};

describe.each(['distance', 'duration', 'restock'] as const)('an insertion into a route that costs %s', (form) => {
  const sizes = { visits: 14, vehicles: 3, form };

  it('costs what the best of all places costs by plain arithmetic', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const spec = randomSpec(seed, sizes);
        const state = scrambled(createState(createProblem(spec)), seed);
        const found = createInsertion();
        for (const visit of state.absent.subarray(0, state.absentCount))
          for (let vehicle = 0; vehicle < sizes.vehicles; vehicle++) {
            const route = routeOf(state, vehicle);
            const costs = inserted(route, visit).map((visits) => cheapestRouteCost(spec, vehicle, visits));
            findInsertion(state, visit, vehicle, -1, found);
            const added = Math.min(...costs) - cheapestRouteCost(spec, vehicle, route);
            if (Number.isFinite(added)) expect(found.added).toBeCloseTo(added, 6);
            else expect(found.added).toBe(Number.POSITIVE_INFINITY);
          }
      }),
      { numRuns: 60 },
    );
  });

  it('keeps every cost equal to that of the routes counted afresh', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const spec = randomSpec(seed, sizes);
        const state = scrambled(createState(createProblem(spec)), seed);
        for (let vehicle = 0; vehicle < sizes.vehicles; vehicle++)
          expect(state.cost[vehicle]).toBeCloseTo(cheapestRouteCost(spec, vehicle, routeOf(state, vehicle)), 6);
      }),
      { numRuns: 60 },
    );
  });

  it('is undone without a trace', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const state = scrambled(createState(createProblem(randomSpec(seed, sizes))), seed);
        const picture = () =>
          Array.from({ length: sizes.vehicles }, (_, vehicle) => {
            const visits = routeOf(state, vehicle);
            return { visits, late: visits.map((visit) => state.late[visit]), cost: state.cost[vehicle]?.toFixed(6) };
          });
        const before = { routes: picture(), cost: state.totalCost, load: [...state.load], absent: state.absentCount };
        const journal = createJournal(state);
        journal.begin();
        for (let vehicle = 0; vehicle < sizes.vehicles; vehicle++) journal.touch(vehicle);
        scrambled(state, seed + 1);
        journal.undo();
        expect({
          routes: picture(),
          cost: state.totalCost,
          load: [...state.load],
          absent: state.absentCount,
        }).toEqual(before);
      }),
      { numRuns: 40 },
    );
  });
});
