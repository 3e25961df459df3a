import { hourMs, minuteMs } from '@kuluma/shared/model/units.ts';
import type { BoardPlacesView } from '@kuluma/shared/model/views/board.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dropOf, idle, type MoveEvent, type MoveState, nextMove, reachMs } from './move-state.ts';
import { cheapestByDay, cheapestPlace, conflictsOn, placeBookOf, placeNear, shadesOf, walkPlaces } from './places.ts';

const startMs = Date.UTC(2026, 10, 23, 6);
const ids = ['tec_a', 'tec_b', 'tec_c', 'tec_d'];

/** Runs of possible starts by technician: first step and prices of each. */
const bookOf = (runs: readonly { technician: number; day: number; first: number; cents: readonly number[] }[]) => {
  const days: unknown[] = [];
  for (const [technician, technicianId] of ids.entries())
    for (const day of [0, 1, 2]) {
      const dayMs = startMs + day * 24 * hourMs;
      const own = runs.filter((run) => run.technician === technician && run.day === day);
      const spans = own.map(({ first, cents }) => ({
        fromAt: new Date(dayMs + first * 15 * minuteMs).toISOString(),
        differenceCents: cents,
      }));
      const conflicts = own.length > 0 ? [] : [{ code: 'skill', isBlocking: true, facts: { skill: 'hydraulics' } }];
      days.push({ technicianId, on: `2026-11-${23 + day}`, spans, conflicts });
    }
  return placeBookOf({ mark: 7, stepMin: 15, days } as unknown as BoardPlacesView);
};
const aRun = fc.record({
  technician: fc.integer({ min: 0, max: 3 }),
  day: fc.integer({ min: 0, max: 2 }),
  first: fc.integer({ min: 0, max: 20 }),
  cents: fc.array(fc.integer({ min: -5000, max: 20_000 }), { minLength: 1, maxLength: 8 }),
});
const aBook = fc.array(aRun, { maxLength: 8 }).map(bookOf);
const anAim = fc.record({
  technicianId: fc.constantFrom(...ids),
  startMs: fc.integer({ min: 0, max: 72 * 60 }).map((minutes) => startMs + minutes * minuteMs),
});
const isIn = (book: ReturnType<typeof bookOf>, place: { technicianId: string; startMs: number }): boolean =>
  placeNear(book, place.technicianId, place.startMs, 0) !== null;

describe('places', () => {
  it('snap to the nearest possible start within reach, and to none beyond it', () => {
    const book = bookOf([{ technician: 0, day: 0, first: 4, cents: [500, 100] }]);
    expect(placeNear(book, 'tec_a', startMs + 70 * minuteMs, reachMs)).toEqual({
      technicianId: 'tec_a',
      startMs: startMs + 75 * minuteMs,
      differenceCents: 100,
    });
    expect(placeNear(book, 'tec_a', startMs + 3 * hourMs, reachMs)).toBeNull();
    expect(placeNear(book, 'tec_b', startMs + 70 * minuteMs, reachMs)).toBeNull();
    expect(conflictsOn(book, 'tec_b', '2026-11-23').map(({ code }) => code)).toEqual(['skill']);
  });

  it('walk by arrow keys from one possible place to the next, over what is impossible', () => {
    const book = bookOf([
      { technician: 0, day: 0, first: 0, cents: [1, 2] },
      { technician: 0, day: 0, first: 10, cents: [3] },
      { technician: 0, day: 1, first: 1, cents: [4] },
      { technician: 2, day: 0, first: 8, cents: [5] },
    ]);
    const from = cheapestPlace(book, ids);
    if (!from) throw new Error('there is a place');
    const right = walkPlaces(book, ids, walkPlaces(book, ids, from, 'ArrowRight'), 'ArrowRight');
    expect(right.differenceCents).toBe(3);
    expect(walkPlaces(book, ids, right, 'ArrowDown').differenceCents).toBe(5);
    expect(walkPlaces(book, ids, from, 'ArrowRight', true).differenceCents).toBe(4);
    expect(walkPlaces(book, ids, from, 'ArrowUp')).toBe(from);
  });

  it('are all reached by arrow keys from any of them', () => {
    fc.assert(
      fc.property(aBook, (book) => {
        const all = new Set(cheapestByDay(book, ids).map(({ technicianId }) => technicianId));
        let at = cheapestPlace(book, ids);
        if (!at) return;
        for (const _ of ids) at = walkPlaces(book, ids, at, 'ArrowUp');
        const reached = new Set([at.technicianId]);
        for (const _ of ids) {
          at = walkPlaces(book, ids, at, 'ArrowDown');
          reached.add(at.technicianId);
          expect(isIn(book, at)).toBe(true);
        }
        expect(reached).toEqual(all);
      }),
    );
  });

  it('are shaded without holes or overlaps, cheapest price and all', () => {
    fc.assert(
      fc.property(fc.array(aRun, { maxLength: 1 }), (runs) => {
        const book = bookOf(runs);
        const spans = [...shadesOf(book).values()].flat();
        const [run] = runs;
        const minutes = spans.reduce((sum, { fromMs, toMs }) => sum + (toMs - fromMs) / minuteMs, 0);
        expect(minutes).toBe((run?.cents.length ?? 0) * 15);
        if (run) expect(Math.min(...spans.map(({ leastCents }) => leastCents))).toBe(Math.min(...run.cents));
      }),
    );
  });
});

describe('moving an entry', () => {
  const anEvent: fc.Arbitrary<MoveEvent | 'places'> = fc.oneof(
    fc.record({
      kind: fc.constant('pickUp' as const),
      entryId: fc.constantFrom('vis_1', 'vis_2'),
      by: fc.constantFrom('pointer' as const, 'keyboard' as const),
      from: anAim,
    }),
    fc.constant('places' as const),
    fc.record({ kind: fc.constant('aimAt' as const), aim: anAim }),
    fc.record({
      kind: fc.constant('step' as const),
      key: fc.constantFrom('ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'),
      wide: fc.boolean(),
      technicianIds: fc.constant(ids),
    }),
    fc.constant({ kind: 'toCheapest', technicianIds: ids } as const),
    fc.constant({ kind: 'drop' } as const),
    fc.constant({ kind: 'cancel' } as const),
  );

  it('never drops on a place that is not possible, and ends with every drop or cancel', () => {
    fc.assert(
      fc.property(aBook, fc.array(anEvent, { maxLength: 25 }), (book, events) => {
        let state: MoveState = idle;
        for (const event of events) {
          const drop = dropOf(state);
          if (drop) expect(isIn(book, drop.place)).toBe(true);
          state = nextMove(state, event === 'places' ? { kind: 'placesKnown', entryId: 'vis_1', book } : event);
          if (event !== 'places' && (event.kind === 'drop' || event.kind === 'cancel')) expect(state).toEqual(idle);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('is one thing at a time: what is held stays held until it is put down', () => {
    const held = nextMove(idle, {
      kind: 'pickUp',
      entryId: 'vis_1',
      by: 'pointer',
      from: { technicianId: 'tec_a', startMs },
    });
    const other = nextMove(held, {
      kind: 'pickUp',
      entryId: 'vis_2',
      by: 'keyboard',
      from: { technicianId: 'tec_b', startMs },
    });
    expect(other).toBe(held);
  });

  it('begins with the keyboard at a possible place, as near as there is one', () => {
    const book = bookOf([{ technician: 3, day: 2, first: 4, cents: [700, 600] }]);
    const held = nextMove(idle, {
      kind: 'pickUp',
      entryId: 'vis_1',
      by: 'keyboard',
      from: { technicianId: 'tec_a', startMs },
    });
    const known = nextMove(held, { kind: 'placesKnown', entryId: 'vis_1', book });
    expect(dropOf(known)?.place).toMatchObject({ technicianId: 'tec_d', differenceCents: 600 });
  });

  it('drops nothing before the places are known', () => {
    const held = nextMove(idle, {
      kind: 'pickUp',
      entryId: 'vis_1',
      by: 'pointer',
      from: { technicianId: 'tec_a', startMs },
    });
    expect(dropOf(held)).toBeNull();
  });
});
