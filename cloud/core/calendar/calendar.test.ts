import type { WorkCalendar } from '@kuluma/shared/model/calendar.ts';
import { dayMs, hourMs, minuteMs } from '@kuluma/shared/model/units.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Interval, intersect, union } from './intervals.ts';
import { instantOf, localDayOf, localDays } from './local-time.ts';
import { openIntervals } from './open-hours.ts';

const helsinki = (from: string, to: string, closedOn: string[] = []): WorkCalendar => ({
  timeZone: 'Europe/Helsinki',
  hours: [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, from, to })),
  closedOn,
});
const utc = (...fields: [number, number, number, number?, number?]) => Date.UTC(...fields);
const holds = (intervals: readonly Interval[], atMs: number) =>
  intervals.some(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs);

describe('open hours', () => {
  it('start an hour earlier in UTC from the day on which summer time begins', () => {
    expect(openIntervals(helsinki('08:00', '16:00'), utc(2027, 2, 27), utc(2027, 2, 29))).toEqual([
      { fromMs: utc(2027, 2, 27, 6), toMs: utc(2027, 2, 27, 14) },
      { fromMs: utc(2027, 2, 28, 5), toMs: utc(2027, 2, 28, 13) },
    ]);
  });

  it('start an hour later in UTC from the day on which summer time ends', () => {
    expect(openIntervals(helsinki('08:00', '16:00'), utc(2026, 9, 24), utc(2026, 9, 26))).toEqual([
      { fromMs: utc(2026, 9, 24, 5), toMs: utc(2026, 9, 24, 13) },
      { fromMs: utc(2026, 9, 25, 6), toMs: utc(2026, 9, 25, 14) },
    ]);
  });

  it('of a whole day last 23 hours in spring and 25 in autumn', () => {
    const lengthOn = (day: string) => {
      const noonMs = instantOf(day, '12:00', 'Europe/Helsinki');
      const [open] = openIntervals(
        {
          ...helsinki('00:00', '24:00'),
          closedOn: localDays(noonMs - 2 * dayMs, noonMs + 2 * dayMs, 'Europe/Helsinki').filter((d) => d !== day),
        },
        noonMs - dayMs,
        noonMs + dayMs,
      );
      return open && (open.toMs - open.fromMs) / hourMs;
    };
    expect([lengthOn('2027-03-28'), lengthOn('2026-10-25'), lengthOn('2026-11-23')]).toEqual([23, 25, 24]);
  });

  it('over the night run into the next day, but not into a closed one', () => {
    expect(
      openIntervals(helsinki('22:00', '06:00', ['2026-11-24']), utc(2026, 10, 22, 12), utc(2026, 10, 25, 12)),
    ).toEqual([
      { fromMs: utc(2026, 10, 22, 20), toMs: utc(2026, 10, 23, 4) },
      { fromMs: utc(2026, 10, 23, 20), toMs: utc(2026, 10, 23, 22) },
    ]);
  });

  it('are exactly the minutes at which a clock on the wall shows them', () => {
    const wall = new Intl.DateTimeFormat('en-GB', {
      timeZone: 'Europe/Helsinki',
      hour12: false,
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
    });
    const names = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
    const time = (minutes: number) =>
      `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
    // Hours begin after the clock has changed (at 03:00 or 04:00), so that each wall time names one instant.
    const hours = fc.record({
      weekday: fc.integer({ min: 1, max: 7 }),
      start: fc.integer({ min: 300, max: 1000 }),
      length: fc.integer({ min: 1, max: 400 }),
    });
    fc.assert(
      fc.property(
        fc.array(hours, { maxLength: 8 }),
        fc.constantFrom(utc(2027, 2, 26), utc(2026, 9, 23), utc(2026, 10, 22)),
        fc.array(fc.integer({ min: 0, max: 5 * 24 * 60 - 1 }), { minLength: 20, maxLength: 20 }),
        fc.boolean(),
        (rows, fromMs, minutes, closeOne) => {
          const closedDay = localDayOf(fromMs + 2 * dayMs, 'Europe/Helsinki');
          const calendar: WorkCalendar = {
            timeZone: 'Europe/Helsinki',
            hours: rows.map(({ weekday, start, length }) => ({ weekday, from: time(start), to: time(start + length) })),
            closedOn: closeOne ? [closedDay] : [],
          };
          const open = openIntervals(calendar, fromMs, fromMs + 5 * dayMs);
          for (const minute of minutes) {
            const atMs = fromMs + minute * minuteMs;
            const part = Object.fromEntries(wall.formatToParts(atMs).map(({ type, value }) => [type, value]));
            const clock = `${part['hour']}:${part['minute']}`;
            const expected =
              !calendar.closedOn.includes(`${part['year']}-${part['month']}-${part['day']}`) &&
              calendar.hours.some(
                (h) => h.weekday === names.indexOf(part['weekday'] ?? '') + 1 && h.from <= clock && clock < h.to,
              );
            expect(holds(open, atMs)).toBe(expected);
          }
        },
      ),
      { numRuns: 100 },
    );
  });
});

describe('intervals', () => {
  const list = fc
    .array(fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 60 })), { maxLength: 8 })
    .map((pairs) => pairs.map(([fromMs, toMs]) => ({ fromMs, toMs })));

  it('hold after union and intersection what set theory says, sorted and apart', () => {
    fc.assert(
      fc.property(list, list, (a, b) => {
        const [left, right] = [union(a), union(b)];
        const both = intersect(left, right);
        for (let at = 0; at <= 60; at++) {
          expect(holds(left, at)).toBe(holds(a, at));
          expect(holds(both, at)).toBe(holds(a, at) && holds(b, at));
        }
        for (const result of [left, both])
          result.forEach((interval, i) => {
            expect(interval.toMs).toBeGreaterThan(interval.fromMs);
            expect(interval.fromMs).toBeGreaterThanOrEqual(result[i - 1]?.toMs ?? 0);
          });
      }),
    );
  });
});

describe('local time', () => {
  it('takes a time that spring skips as an hour later, and the first of the two that autumn repeats', () => {
    expect(instantOf('2027-03-28', '03:30', 'Europe/Helsinki')).toBe(utc(2027, 2, 28, 1, 30));
    expect(instantOf('2026-10-25', '03:30', 'Europe/Helsinki')).toBe(utc(2026, 9, 25, 0, 30));
  });

  it('ends a day at the midnight of the next', () => {
    expect(instantOf('2026-11-23', '24:00', 'Europe/Helsinki')).toBe(
      instantOf('2026-11-24', '00:00', 'Europe/Helsinki'),
    );
  });
});
