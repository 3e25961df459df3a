import { seededRandom } from '@kuluma/shared/clock.ts';
import { minuteMs } from '@kuluma/shared/model/units.ts';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { planRegion } from '../region/fixtures/plan-region.ts';
import { byHaversine } from '../region/fixtures/small-region.ts';
import type { RegionForm } from '../region/form.ts';
import { generateRegion } from '../region/generate.ts';
import { instantAt } from '../region/time-axis.ts';
import { changedSource } from './board-changes.ts';
import { conflictsBeside, conflictsOf } from './board-conflicts.ts';
import { type BoardSource, type BoardWork, factsOf } from './board-facts.ts';
import { placesOf } from './board-places.ts';
import { type BoardPlan, openBoard, secondIn } from './board-plan.ts';
import { quoteAt, standingOf } from './board-quotes.ts';
import { allRests, allWays } from './board-ways.ts';

/** The board of a planned region in which a fourth of the visits take two: a third of what is planned is pinned, the rest is booked and may be moved. */
const boardOf = async (region: RegionForm): Promise<BoardSource> => {
  const single = {
    ...region,
    visits: region.visits
      .filter(({ after, together }) => !after && !together)
      .map((visit, i) => (i % 4 === 0 ? { ...visit, second: { skills: [] } } : visit)),
  };
  const { compiled, document } = await planRegion(single, 60);
  const parts = document.routes.flatMap(({ technician, visits }) => visits.map((visit) => ({ technician, ...visit })));
  const seconds = new Map(parts.flatMap(({ technician, visit, second }) => (second ? [[visit, technician]] : [])));
  const stands = new Map(
    parts.flatMap(({ technician, visit, startsAt, second }) =>
      second
        ? []
        : [
            [
              visit,
              {
                technicianId: technician,
                secondTechnicianId: seconds.get(visit),
                startMs: Date.parse(startsAt),
              },
            ] as const,
          ],
    ),
  );
  const works = compiled.form.visits.map(({ windows: _, ...asked }, i): BoardWork => {
    const place = stands.get(asked.id) ?? null;
    return {
      id: asked.id,
      asked,
      place,
      mode: place ? (i % 3 === 0 ? 'pinned' : 'movable') : 'waiting',
      told: place && { fromMs: place.startMs - 60 * minuteMs, toMs: place.startMs + 60 * minuteMs },
      isFirst: false,
      sources: [],
      orderedAtMs: 0,
    };
  });
  return { region: { ...single, visits: [] }, works, late: new Map() };
};

const withoutParts = (region: RegionForm): RegionForm => ({
  ...region,
  visits: region.visits.map(({ parts: _, kit: __, ...visit }) => visit),
});

const open = async (source: BoardSource): Promise<BoardPlan> => {
  const plan = await openBoard(factsOf(source), byHaversine, seededRandom(1));
  if (!plan) throw new Error('nobody is at work');
  return plan;
};

const monday = Date.UTC(2027, 0, 11, 4);
const regions = fc
  .record({
    technicians: fc.integer({ min: 2, max: 4 }),
    visits: fc.integer({ min: 10, max: 25 }),
    seed: fc.integer({ min: 1, max: 100_000 }),
  })
  .map((options) => generateRegion({ ...options, days: 4, nowMs: monday }));

const costOf = (plan: BoardPlan): number => {
  const { unassigned: _, ...terms } = plan.live.moment().terms;
  return Object.values(terms).reduce((sum, euros) => sum + euros, 0);
};
const sumOf = (terms: Readonly<Record<string, number>>) => Object.values(terms).reduce((sum, euros) => sum + euros, 0);

it('prices every place that it shows as the plan costs once the visit is there, and leaves everything as it was', async () => {
  let [asked, pairs] = [0, 0];
  await fc.assert(
    fc.asyncProperty(regions, async (region) => {
      // A shelf that several share is shared anew when the plan is laid out.
      const source = await boardOf(withoutParts(region));
      const board = await open(source);
      const before = board.live.moment();
      const cost = board.live.state().totalCost;
      const movable = source.works.filter(({ mode, place }) => mode === 'movable' && place);
      const [two, one] = [movable.filter(({ asked }) => asked.second), movable.filter(({ asked }) => !asked.second)];
      for (const { id } of [...two.slice(0, 2), ...one.slice(0, 2)]) {
        const visit = board.numberOf(id) ?? -1;
        if (board.displaced.includes(id)) continue;
        const vehicles = [...board.compiled.shifts.keys()];
        const free = placesOf(board, visit, vehicles, 60).flatMap(({ vehicle, starts }) =>
          starts.slice(0, 1).map((one) => ({ vehicle, ...one })),
        );
        for (const { vehicle, start, added } of free.slice(0, 4)) {
          const quote = quoteAt(board, visit, vehicle, start);
          expect(sumOf(quote?.terms ?? {})).toBeCloseTo(added, 6);
          const startAt = new Date(instantAt(board.compiled.axis, start)).toISOString();
          const technicianId = board.compiled.shifts[vehicle]?.technician.id ?? '';
          const moved = await open(
            changedSource(source, { kind: 'move', visitId: id, technicianId, startAt } as never),
          );
          expect(moved.displaced).toEqual(board.displaced);
          // What the move breaks is in the quote; where it stands then, nothing is broken any more.
          const { stability = 0 } = quote?.terms ?? {};
          expect(costOf(moved) - costOf(board)).toBeCloseTo(sumOf(quote?.terms ?? {}) - stability, 6);
          const at = moved.numberOf(id) ?? -1;
          const standing = standingOf(moved, at);
          expect([standing?.vehicle, standing?.second?.vehicle]).toEqual([vehicle, quote?.second?.vehicle]);
          if (quote?.second) pairs++;
          asked++;
        }
      }
      expect(board.live.state().totalCost).toBeCloseTo(cost, 6);
      expect(board.live.moment().situation).toEqual(before.situation);
    }),
    { numRuns: 4, seed: 3 },
  );
  expect(asked).toBeGreaterThan(20);
  expect(pairs).toBeGreaterThan(2);
});

it('sends along whom a person chose, at the price of that pair, and says what keeps the others away', async () => {
  let [chosen, kept] = [0, 0];
  await fc.assert(
    fc.asyncProperty(regions, async (region) => {
      const source = await boardOf(withoutParts(region));
      const board = await open(source);
      const two = source.works.filter(({ mode, place, asked }) => mode === 'movable' && place && asked.second);
      for (const { id } of two.slice(0, 2)) {
        const visit = board.numberOf(id) ?? -1;
        if (board.displaced.includes(id)) continue;
        const [place] = placesOf(board, visit, [...board.compiled.shifts.keys()], 60).flatMap(({ vehicle, starts }) =>
          starts.slice(-1).map((one) => ({ vehicle, ...one })),
        );
        if (!place) continue;
        const { vehicle, start } = place;
        const technicianId = board.compiled.shifts[vehicle]?.technician.id ?? '';
        const startMs = instantAt(board.compiled.axis, start);
        const { seconds = [] } = quoteAt(board, visit, vehicle, start) ?? {};
        for (const { id: second } of source.region.technicians) {
          if (second === technicianId) continue;
          const quote = quoteAt(board, visit, vehicle, start, second);
          const change = { kind: 'move', visitId: id, technicianId, secondTechnicianId: second };
          const startAt = new Date(startMs).toISOString();
          const moved = await open(changedSource(source, { ...change, startAt } as never));
          expect(quote !== undefined).toBe(seconds.some(({ technician }) => technician === second));
          if (!quote) {
            expect(conflictsBeside(board, { visit: id, startMs }, second).length).toBeGreaterThan(0);
            kept++;
            continue;
          }
          const { stability = 0 } = quote.terms;
          expect(costOf(moved) - costOf(board)).toBeCloseTo(sumOf(quote.terms) - stability, 6);
          expect(secondIn(moved, id)).toEqual({ secondTechnicianId: second });
          chosen++;
        }
      }
    }),
    { numRuns: 6, seed: 5 },
  );
  expect(chosen).toBeGreaterThan(5);
  expect(kept).toBeGreaterThan(0);
});

it('refuses a second technician at work that one does, and the same one twice', async () => {
  const source = await boardOf(generateRegion({ technicians: 2, visits: 10, days: 4, seed: 1, nowMs: monday }));
  const one = source.works.find(({ mode, asked }) => mode === 'movable' && !asked.second);
  const two = source.works.find(({ mode, asked }) => mode === 'movable' && asked.second);
  const [first, other] = source.region.technicians.map(({ id }) => id);
  const move = (visitId: string | undefined, secondTechnicianId: string | undefined) => () =>
    changedSource(source, { kind: 'move', visitId, technicianId: first, secondTechnicianId, startAt: at } as never);
  const at = new Date(monday).toISOString();
  expect(move(one?.id, other)).toThrow('one technician');
  expect(move(two?.id, first)).toThrow('themselves');
  expect(move(two?.id, other)).not.toThrow();
});

it('names what blocks wherever a visit has no place, and nothing that blocks where it has one', async () => {
  let [yes, no] = [0, 0];
  const random = seededRandom(4);
  await fc.assert(
    fc.asyncProperty(regions, async (region) => {
      const source = await boardOf(region);
      const board = await open(source);
      const { shifts, axis } = board.compiled;
      const works = source.works.filter(({ mode }) => mode !== 'pinned');
      for (let n = 0; n < 25; n++) {
        const work = works[Math.floor(random() * works.length)];
        const vehicle = Math.floor(random() * shifts.length);
        const visit = board.numberOf(work?.id ?? '');
        const shift = shifts[vehicle];
        if (!work || visit === undefined || !shift) continue;
        const start = Math.floor((shift.fromMs - axis.originMs) / minuteMs + 600 * random());
        const isPossible = quoteAt(board, visit, vehicle, start) !== undefined;
        const wish = { visit: work.id, technician: shift.technician.id, startMs: instantAt(axis, start) };
        const blocking = conflictsOf(board, wish, isPossible).filter((one) => one.isBlocking);
        expect(blocking.length > 0).toBe(!isPossible);
        if (isPossible) yes++;
        else no++;
      }
    }),
    { numRuns: 6, seed: 5 },
  );
  expect(Math.min(yes, no)).toBeGreaterThan(20);
});

it('shows a break a day of each technician, when nothing is under way', async () => {
  const plan = await open(
    await boardOf(generateRegion({ technicians: 2, visits: 12, days: 5, seed: 4, nowMs: Date.UTC(2027, 0, 10) })),
  );
  const { compiled, live } = plan;
  const rests = allRests(plan);
  expect(rests).toHaveLength(compiled.spec.vehicles.filter((vehicle) => vehicle.break).length);
  expect(allWays(plan).size).toBeGreaterThan(3);
  for (const { technician, fromMs, toMs } of rests) {
    expect(toMs - fromMs).toBe(30 * minuteMs);
    for (const stand of live.moment().situation.stands) {
      if (!stand || compiled.shifts[stand.vehicle]?.technician.id !== technician) continue;
      const [begins, ends] = [stand.start, stand.end].map((at) => instantAt(compiled.axis, at));
      expect((ends ?? 0) <= fromMs || (begins ?? 0) >= toMs).toBe(true);
    }
  }
});
