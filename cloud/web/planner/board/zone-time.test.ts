import { dayKeyOf } from '@kuluma/shared/model/format.ts';
import { hourMs } from '@kuluma/shared/model/units.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dayAfter, instantOf, minuteOfDay, mondayOf, weekdayOf } from './zone-time.ts';

const zones = ['Europe/Helsinki', 'Europe/Stockholm', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe', 'UTC'];
const aDay = fc.integer({ min: 0, max: 9000 }).map((days) => dayAfter('2015-01-01', days));

describe('instantOf', () => {
  it('is the instant at which the clock of the zone shows that day and minute', () => {
    fc.assert(
      fc.property(fc.constantFrom(...zones), aDay, fc.integer({ min: 0, max: 1439 }), (zone, day, minute) => {
        const ms = instantOf(day, minute, zone);
        const shown = minuteOfDay(ms, zone);
        expect(dayKeyOf(ms, zone)).toBe(day);
        // Only in the gap of a clock put forward it is a little later.
        expect(shown - minute).toBeGreaterThanOrEqual(0);
        expect(shown - minute).toBeLessThanOrEqual(60);
      }),
      { numRuns: 300 },
    );
  });

  it('knows that a day of summer time begins with 23 hours and ends with 25', () => {
    const hours = (day: string) =>
      (instantOf(dayAfter(day), 0, 'Europe/Helsinki') - instantOf(day, 0, 'Europe/Helsinki')) / hourMs;
    expect([hours('2026-03-28'), hours('2026-03-29'), hours('2026-10-25')]).toEqual([24, 23, 25]);
  });

  it('takes the first of two equal wall times and the end of a gap', () => {
    expect(new Date(instantOf('2026-10-25', 210, 'Europe/Helsinki')).toISOString()).toBe('2026-10-25T00:30:00.000Z');
    expect(new Date(instantOf('2026-03-29', 210, 'Europe/Helsinki')).toISOString()).toBe('2026-03-29T01:00:00.000Z');
  });
});

it('begins the week on Monday', () => {
  fc.assert(
    fc.property(aDay, (day) => {
      const monday = mondayOf(day);
      expect(weekdayOf(monday)).toBe(1);
      expect(day >= monday && day < dayAfter(monday, 7)).toBe(true);
    }),
  );
});
