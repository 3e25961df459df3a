import { hourMs, minuteMs } from '@kuluma/shared/model/units.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boxOf, createTimeScale, hourTicks, msAt, shownHours, snapped, xOf } from './time-scale.ts';
import { dayAfter, instantOf } from './zone-time.ts';

const zone = 'Europe/Helsinki';
const span = (day: string, from: number, to: number) => ({
  fromMs: instantOf(day, from * 60, zone),
  toMs: instantOf(day, to * 60, zone),
});
const workWeek = (monday: string) => [0, 1, 2, 3, 4].map((i) => span(dayAfter(monday, i), 7, 16));
const week = (monday: string, spans = workWeek(monday), room = 1000) =>
  createTimeScale({ firstDay: monday, days: 7, spans, timeZone: zone, room, leastPxPerHour: 10 });

describe('time scale', () => {
  it('fills the room and leaves a thin strip for days without work', () => {
    const scale = week('2026-11-23');
    expect(scale.width).toBeCloseTo(1000);
    expect(scale.columns.map(({ idle }) => idle)).toEqual([false, false, false, false, false, true, true]);
    expect(scale.columns[5]?.width).toBe(26);
  });

  it('becomes wider than the room rather than unreadable', () => {
    const scale = createTimeScale({
      firstDay: '2026-11-23',
      days: 14,
      spans: [...workWeek('2026-11-23'), ...workWeek('2026-11-30')],
      timeZone: zone,
      room: 300,
      leastPxPerHour: 14,
    });
    expect(scale.pxPerHour).toBe(14);
    expect(scale.width).toBe(10 * 9 * 14 + 4 * 26);
  });

  it('finds the instant again that it has drawn', () => {
    const scale = week('2026-10-19', [...workWeek('2026-10-19'), span('2026-10-24', 0, 24), span('2026-10-25', 0, 24)]);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 6 }), fc.double({ min: 0, max: 0.999, noNaN: true }), (day, share) => {
        const column = scale.columns[day];
        if (!column) throw new Error('a week has seven days');
        const ms = column.fromMs + share * (column.toMs - column.fromMs);
        expect(Math.abs(msAt(scale, xOf(scale, ms)) - ms)).toBeLessThan(5);
      }),
    );
  });

  it('draws later things never left of earlier ones', () => {
    const scale = week('2026-03-23');
    const start = instantOf('2026-03-22', 0, zone);
    const minutes = fc.integer({ min: 0, max: 9 * 24 * 60 });
    fc.assert(
      fc.property(minutes, minutes, (a, b) => {
        const [early, late] = [start + Math.min(a, b) * minuteMs, start + Math.max(a, b) * minuteMs];
        expect(xOf(scale, late)).toBeGreaterThanOrEqual(xOf(scale, early) - 1e-6);
      }),
    );
  });

  it('gives the day on which the clock is put back an hour more', () => {
    const night = (day: string) => span(day, 0, 24);
    const scale = week('2026-10-19', [night('2026-10-24'), night('2026-10-25')], 2000);
    const [before, back] = [scale.columns[5], scale.columns[6]];
    expect((back?.width ?? 0) / (before?.width ?? 1)).toBeCloseTo(25 / 24);
    expect(hourTicks(scale, scale.columns[6] as never, 0).length).toBe(25);
  });

  it('draws nothing of what lies in hidden hours', () => {
    const scale = week('2026-11-23');
    expect(boxOf(scale, span('2026-11-24', 20, 22))).toBeNull();
    expect(boxOf(scale, span('2026-11-24', 6, 8))?.width).toBeCloseTo(scale.pxPerHour);
  });

  it('snaps to the wall clock', () => {
    const scale = week('2026-11-23');
    const at = instantOf('2026-11-24', 8 * 60 + 8, zone);
    expect(snapped(scale, at, 15) - instantOf('2026-11-24', 8 * 60 + 15, zone)).toBe(0);
  });
});

describe('shown hours', () => {
  it('are whole, hold all spans, and all 24 where work goes over midnight', () => {
    expect(shownHours([span('2026-11-24', 7.5, 15.25)], zone)).toEqual({ from: 7, to: 16 });
    const { fromMs } = span('2026-11-24', 22, 23);
    expect(shownHours([{ fromMs, toMs: fromMs + 8 * hourMs }], zone)).toEqual({ from: 0, to: 24 });
    expect(shownHours([], zone)).toEqual({ from: 7, to: 17 });
  });

  it('names hours as far apart as their names need', () => {
    const scale = week('2026-11-23');
    const [monday] = scale.columns;
    if (!monday) throw new Error('a week has a Monday');
    const gaps = hourTicks(scale, monday, 38).map(({ left }) => left);
    expect(Math.min(...gaps.slice(1).map((left, i) => left - (gaps[i] ?? 0)))).toBeGreaterThanOrEqual(38);
  });
});
