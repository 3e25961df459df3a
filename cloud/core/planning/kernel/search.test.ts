import { describe, expect, it } from 'vitest';
import { faultsOfPlan } from './fixtures/plain-check.ts';
import { randomDays } from './fixtures/random-days.ts';
import { randomSpec } from './fixtures/random-spec.ts';
import { createProblem } from './problem.ts';
import type { ProblemSpec } from './problem-spec.ts';
import { createSearch, type Leg } from './search.ts';

const legOn = ({ visits, vehicles }: ProblemSpec, changes: Partial<Leg> = {}): Leg => ({
  routes: [],
  visits: Int32Array.from(visits.keys()),
  vehicles: Int32Array.from(vehicles.keys()),
  seed: 1,
  heat: { from: 20, to: 1 },
  end: { moves: 1000 },
  aim: 'cost',
  poolSize: 500,
  ...changes,
});
const stopped = () => Number.NaN;

const forms: Record<string, ProblemSpec> = {
  distance: randomSpec(7, { visits: 40, vehicles: 12, form: 'distance' }),
  duration: randomSpec(7, { visits: 40, vehicles: 12, form: 'duration' }),
  restock: randomSpec(7, { visits: 40, vehicles: 12, form: 'restock' }),
  days: randomDays(7, { visits: 30, technicians: 4, days: 2, stock: true, breaks: true, links: true }),
};

/** What last plans cost: what only makes the kernel faster keeps them, what searches otherwise records them anew. */
const recorded: Record<string, number> = {
  distance: 1148.055993362,
  duration: 1147.625232538,
  restock: 5768.979972723,
  days: 43379.599667273,
};

describe.each(Object.keys(forms))('a search on a problem of the form %s', (form) => {
  const spec = forms[form] as ProblemSpec;

  it('ends with a plan that the plain check finds nothing wrong with', () => {
    for (const seed of [1, 2, 3]) {
      const { best, last } = createSearch(createProblem(spec), stopped)(legOn(spec, { seed }));
      expect(faultsOfPlan(spec, best)).toEqual([]);
      expect(faultsOfPlan(spec, last)).toEqual([]);
    }
  });

  it('gives the same plan for the same seed, and better ones with more moves', () => {
    const search = createSearch(createProblem(spec), stopped);
    const once = search(legOn(spec));
    expect(createSearch(createProblem(spec), stopped)(legOn(spec))).toEqual(once);
    const short = search(legOn(spec, { end: { moves: 5 } })).best;
    expect(once.best.cost + once.best.missed).toBeLessThan(short.cost + short.missed);
  });

  it('goes the way that was recorded', () => {
    const { last } = createSearch(createProblem(spec), stopped)(legOn(spec, { end: { moves: 400 } }));
    expect(last.cost + last.missed).toBeCloseTo(recorded[form] as number, 6);
  });

  it('touches only the visits and vehicles that it was given', () => {
    const visits = Int32Array.from({ length: 15 }, (_, i) => 2 * i);
    const { best } = createSearch(
      createProblem(spec),
      stopped,
    )(legOn(spec, { visits, vehicles: Int32Array.of(1, 4, 7) }));
    expect([...best.unassigned, ...best.routes.flatMap((route) => [...route.visits])].sort((a, b) => a - b)).toEqual([
      ...visits,
    ]);
    expect([1, 4, 7]).toEqual(expect.arrayContaining(best.routes.map(({ vehicle }) => vehicle)));
  });
});

describe('a search for fewer vehicles', () => {
  const spec = randomSpec(3, { visits: 40, vehicles: 20, form: 'distance' });

  it('needs fewer than the cheapest plan and serves as many visits', () => {
    const search = createSearch(createProblem(spec), stopped);
    const cheapest = search(legOn(spec)).best;
    const { best } = search(legOn(spec, { routes: cheapest.routes, aim: 'fewerVehicles' }));
    expect(faultsOfPlan(spec, best)).toEqual([]);
    expect(best.unassigned).toEqual(cheapest.unassigned);
    expect(best.routes.length).toBeLessThan(cheapest.routes.length);
  });
});

it('ends at once when its time has passed before it begins', () => {
  const spec = randomSpec(1, { visits: 10, vehicles: 4, form: 'distance' });
  const { moves } = createSearch(createProblem(spec), () => 2000)(legOn(spec, { end: { atMs: 1000 } }));
  expect(moves).toBeLessThan(1000);
});

it('ends at the time of its clock', () => {
  const spec = randomSpec(1, { visits: 10, vehicles: 4, form: 'distance' });
  let asked = 0;
  const search = createSearch(createProblem(spec), () => 100 * asked++);
  search(legOn(spec, { end: { atMs: 1000 } }));
  expect(asked).toBe(11);
});
