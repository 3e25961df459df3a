import { seededRandom } from '@kuluma/shared/clock.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cheapestRouteCost, linkSpan, type PlainRoute, plainRouteCost, type Served } from './fixtures/plain-check.ts';
import { randomDays } from './fixtures/random-days.ts';
import { randomSpec } from './fixtures/random-spec.ts';
import { findInsertion } from './insertion.ts';
import { createInsertion } from './insertion-place.ts';
import { createJournal } from './journal.ts';
import { isLinked, linkedGroup } from './linked-visits.ts';
import { createProblem } from './problem.ts';
import type { ProblemSpec, Span } from './problem-spec.ts';
import { createState, insertVisit, unlinkVisit } from './route-edits.ts';
import type { RouteState } from './route-state.ts';
import { refreshRoute } from './route-times.ts';

const routeOf = (state: RouteState, vehicle: number): PlainRoute => {
  const { problem, next, window, restockAfter } = state;
  const visits: number[] = [];
  for (let j = next[problem.visitCount + vehicle] ?? -1; j < problem.visitCount; j = next[j] ?? -1) visits.push(j);
  const after = restockAfter[vehicle] ?? -1;
  return {
    visits,
    windows: visits.map((visit) => window[visit] ?? 0),
    spans: visits.map((visit) =>
      isLinked(state, visit) ? { from: state.open[visit] ?? 0, to: state.close[visit] ?? 0 } : undefined,
    ),
    restockAt: after === -1 ? undefined : visits.indexOf(after) + 1,
  };
};

/** Every route with the visit in it, in each place and window. */
const inserted = (
  spec: ProblemSpec,
  { visits, windows = [], spans = [] }: PlainRoute,
  visit: number,
  span: Span | undefined,
): PlainRoute[] => {
  if (!span) return [];
  const choices = spec.visits[visit]?.frozen ? 1 : (spec.visits[visit]?.windows.length ?? 0);
  return Array.from({ length: (visits.length + 1) * choices }, (_, i) => {
    const at = Math.floor(i / choices);
    return {
      visits: visits.toSpliced(at, 0, visit),
      windows: windows.toSpliced(at, 0, i % choices),
      spans: spans.toSpliced(at, 0, span),
    };
  });
};

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
        for (const one of linkedGroup(state, visit)) {
          const on = state.vehicleOf[one] ?? -1;
          if (on === -1) continue;
          unlinkVisit(state, one);
          refreshRoute(state, on);
        }
      }
      continue;
    }
    const to = Math.floor(random() * vehicleCount);
    findInsertion(state, visit, to, -1, found);
    if (Number.isFinite(found.added)) insertVisit(state, visit, to, found);
  }
  return state;
};

const forms: Record<string, (seed: number) => ProblemSpec> = {
  distance: (seed) => randomSpec(seed, { visits: 14, vehicles: 3, form: 'distance' }),
  duration: (seed) => randomSpec(seed, { visits: 14, vehicles: 3, form: 'duration' }),
  restock: (seed) => randomSpec(seed, { visits: 14, vehicles: 3, form: 'restock' }),
  days: (seed) => randomDays(seed, { visits: 16, technicians: 2, days: 2 }),
  breaks: (seed) => randomDays(seed, { visits: 16, technicians: 2, days: 2, breaks: true }),
  stock: (seed) => randomDays(seed, { visits: 16, technicians: 2, days: 2, stock: true }),
  links: (seed) => randomDays(seed, { visits: 16, technicians: 3, days: 2, links: true }),
  traffic: (seed) => randomDays(seed, { visits: 9, technicians: 2, days: 1, traffic: true }),
  'traffic with all else': (seed) =>
    randomDays(seed, { visits: 7, technicians: 2, days: 1, traffic: true, stock: true, breaks: true, links: true }),
  everything: (seed) =>
    randomDays(seed, { visits: 16, technicians: 2, days: 2, stock: true, breaks: true, links: true }),
};

describe.each(Object.keys(forms))('an insertion into a route of the form %s', (form) => {
  const specOf = forms[form] as (seed: number) => ProblemSpec;
  const stateOf = (seed: number) => scrambled(createState(createProblem(specOf(seed))), seed);

  it('costs what the best of all places costs by plain arithmetic', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const spec = specOf(seed);
        const state = stateOf(seed);
        const found = createInsertion();
        const routes = spec.vehicles.map((_, vehicle) => ({ vehicle, ...routeOf(state, vehicle) }));
        const served = new Map(
          routes.flatMap(({ vehicle, visits }) =>
            visits.map((visit): [number, Served] => [visit, { vehicle, start: state.open[visit] ?? 0 }]),
          ),
        );
        for (const visit of state.absent.slice(0, state.absentCount))
          for (const route of routes) {
            const others = routes.filter((other) => other !== route);
            const costs = inserted(spec, route, visit, linkSpan(spec, visit, route.vehicle, served)).map((with_) =>
              cheapestRouteCost(spec, route.vehicle, with_, others),
            );
            findInsertion(state, visit, route.vehicle, -1, found);
            const added = Math.min(Number.POSITIVE_INFINITY, ...costs) - (state.cost[route.vehicle] ?? 0);
            if (Number.isFinite(added)) expect(found.added).toBeCloseTo(added, 6);
            else expect(found.added).toBe(Number.POSITIVE_INFINITY);
          }
      }),
      { numRuns: 60, seed: 7 },
    );
  });

  it('keeps every cost equal to that of the routes counted afresh', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const spec = specOf(seed);
        const state = stateOf(seed);
        for (const [vehicle] of spec.vehicles.entries())
          expect(state.cost[vehicle]).toBeCloseTo(plainRouteCost(spec, vehicle, routeOf(state, vehicle)) ?? -1, 6);
      }),
      { numRuns: 60, seed: 7 },
    );
  });

  it('is undone without a trace', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const state = stateOf(seed);
        const vehicles = Array.from({ length: state.problem.vehicleCount }, (_, vehicle) => vehicle);
        const picture = () => ({
          routes: vehicles.map((vehicle) => {
            const route = routeOf(state, vehicle);
            const late = route.visits.map((visit) => state.late[visit]);
            return { ...route, late, cost: state.cost[vehicle]?.toFixed(6) };
          }),
          cost: state.totalCost,
          load: [...state.load],
          stock: [...state.stockLeft],
          absent: state.absentCount,
        });
        const before = picture();
        const journal = createJournal(state);
        journal.begin();
        for (const vehicle of vehicles) journal.touch(vehicle);
        scrambled(state, seed + 1);
        journal.undo();
        expect(picture()).toEqual(before);
      }),
      { numRuns: 40, seed: 7 },
    );
  });
});
