import { seededRandom } from '@kuluma/shared/clock.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { faultsOfPlan } from './fixtures/plain-check.ts';
import { plainArrival } from './fixtures/plain-traffic.ts';
import { randomDays } from './fixtures/random-days.ts';
import { randomSpec } from './fixtures/random-spec.ts';
import { findInsertion } from './insertion.ts';
import { createInsertion } from './insertion-place.ts';
import { createProblem } from './problem.ts';
import type { ProblemSpec } from './problem-spec.ts';
import { createState, insertVisit } from './route-edits.ts';
import { createSearch } from './search.ts';
import { arrivalOf, createTraffic, departureOf, restedArrivalOf, type Traffic } from './traffic.ts';

const none = new Float64Array(0);

const traffics = fc
  .array(fc.record({ minutes: fc.integer({ min: 5, max: 400 }), factor: fc.double({ min: 1, max: 4, noNaN: true }) }), {
    minLength: 1,
    maxLength: 12,
  })
  .map((pieces) => {
    let from = 0;
    const starts = pieces.map(({ minutes, factor }) => {
      from += minutes;
      return { from, factor };
    });
    return createTraffic(starts, none);
  });
const times = fc.double({ min: -500, max: 3000, noNaN: true });
const ways = fc.double({ min: 0, max: 600, noNaN: true });

describe('a way at hours of traffic', () => {
  it('is never over earlier for who leaves later, with a break or without', () => {
    fc.assert(
      fc.property(traffics, times, times, ways, times, (traffic, a, b, free, from) => {
        const [first, second] = [Math.min(a, b), Math.max(a, b)];
        expect(arrivalOf(traffic, first, free)).toBeLessThanOrEqual(arrivalOf(traffic, second, free) + 1e-9);
        const rest = { from, minutes: 30 };
        const rested = (leave: number) => restedArrivalOf(traffic, leave, free, 7, rest);
        expect(rested(first)).toBeLessThanOrEqual(rested(second) + 1e-9);
      }),
      { seed: 7 },
    );
  });

  it('takes what driving it piece by piece takes', () => {
    fc.assert(
      fc.property(traffics, times, ways, times, (traffic, leave, free, from) => {
        const plain = (rest?: { from: number; minutes: number }) =>
          plainArrival(traffic, leave, { travel: free + 7, setUp: 7, rest });
        expect(arrivalOf(traffic, leave, free) + 7).toBeCloseTo(plain(), 6);
        const rest = { from, minutes: 30 };
        expect(restedArrivalOf(traffic, leave, free, 7, rest)).toBeCloseTo(plain(rest), 6);
      }),
      { seed: 7 },
    );
  });

  it('is left for an arrival at the time that leads to it', () => {
    fc.assert(
      fc.property(traffics, times, ways, (traffic, leave, free) => {
        expect(departureOf(traffic, arrivalOf(traffic, leave, free), free)).toBeCloseTo(leave, 6);
      }),
      { seed: 7 },
    );
  });
});

/** The same factor at all hours. */
const always = (factor: number, { length }: Float64Array): Traffic =>
  createTraffic(
    [0, 200, 700].map((from) => ({ from, factor })),
    new Float64Array(length),
  );

const withoutTraffic = (spec: ProblemSpec, factor: number): ProblemSpec => ({
  ...spec,
  travelTime: spec.travelTime.map((minutes) => minutes * factor),
  distance: spec.distance ?? spec.travelTime,
});
const withTraffic = (spec: ProblemSpec, factor: number): ProblemSpec => ({
  ...spec,
  traffic: always(factor, spec.travelTime),
  distance: spec.distance ?? spec.travelTime,
});

const specs: Record<string, (seed: number) => ProblemSpec> = {
  distance: (seed) => randomSpec(seed, { visits: 14, vehicles: 3, form: 'distance' }),
  restock: (seed) => randomSpec(seed, { visits: 14, vehicles: 3, form: 'restock' }),
  days: (seed) => randomDays(seed, { visits: 14, technicians: 3, days: 2, stock: true, breaks: true, links: true }),
};

it.each(Object.keys(specs))(
  'makes insertions cost what ways that are longer at any hour make them cost: %s',
  (form) => {
    for (const factor of [1, 1.5])
      for (let seed = 1; seed <= 12; seed++) {
        const spec = (specs[form] as (seed: number) => ProblemSpec)(seed);
        const [plain, busy] = [withoutTraffic(spec, factor), withTraffic(spec, factor)].map((one) =>
          createState(createProblem(one)),
        ) as [ReturnType<typeof createState>, ReturnType<typeof createState>];
        const random = seededRandom(seed);
        const { visitCount, vehicleCount } = plain.problem;
        for (let step = 0; step < 3 * visitCount; step++) {
          const visit = Math.floor(random() * visitCount);
          const vehicle = Math.floor(random() * vehicleCount);
          if (plain.vehicleOf[visit] !== -1) continue;
          const [one, other] = [createInsertion(), createInsertion()];
          findInsertion(plain, visit, vehicle, -1, one);
          findInsertion(busy, visit, vehicle, -1, other);
          if (!Number.isFinite(one.added)) expect(other.added).toBe(one.added);
          else {
            expect(other.added).toBeCloseTo(one.added, 6);
            insertVisit(plain, visit, vehicle, one);
            insertVisit(busy, visit, vehicle, one);
            expect(busy.totalCost).toBeCloseTo(plain.totalCost, 5);
          }
        }
      }
  },
);

it('ends a search with a plan that driving it piece by piece finds nothing wrong with', () => {
  for (const seed of [1, 2]) {
    const spec = randomDays(seed, {
      visits: 18,
      technicians: 3,
      days: 2,
      stock: true,
      breaks: true,
      links: true,
      traffic: true,
    });
    const search = createSearch(createProblem(spec), () => Number.NaN);
    const { best } = search({
      routes: [],
      visits: Int32Array.from(spec.visits.keys()),
      vehicles: Int32Array.from(spec.vehicles.keys()),
      seed,
      heat: { from: 20, to: 1 },
      end: { moves: 300 },
      aim: 'cost',
      poolSize: 100,
    });
    expect(faultsOfPlan(spec, best)).toEqual([]);
    expect(best.routes.length).toBeGreaterThan(2);
  }
});
