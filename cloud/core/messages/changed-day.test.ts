import { seededRandom } from '@kuluma/shared/clock.ts';
import { newId } from '@kuluma/shared/model/base.ts';
import type { ToldVisit } from '@kuluma/shared/model/push.ts';
import { dayMs, hourMs, minuteMs } from '@kuluma/shared/model/units.ts';
import { describe, expect, it } from 'vitest';
import { dayChanges, dayChangeText, partNewsText, tellAtMs } from './changed-day.ts';

const random = seededRandom(4);
const timeZone = 'Europe/Helsinki';
/** A Tuesday, 10:00 in Helsinki. */
const nowMs = Date.parse('2026-11-24T08:00:00Z');
const visitAt = (arrivalFromMs: number): ToldVisit => ({
  visitId: newId('visit', random),
  arrivalFromMs,
  arrivalToMs: arrivalFromMs + 2 * hourMs,
});
const later = (visit: ToldVisit, byMs: number): ToldVisit => ({
  ...visit,
  arrivalFromMs: visit.arrivalFromMs + byMs,
  arrivalToMs: visit.arrivalToMs + byMs,
});
const [today, tomorrow, farAhead] = [
  visitAt(nowMs + 3 * hourMs),
  visitAt(nowMs + dayMs),
  visitAt(nowMs + 9 * dayMs),
] as const;
const changes = (told: readonly ToldVisit[], plan: readonly ToldVisit[]) => dayChanges(told, plan, nowMs, timeZone);
const rules = { collectMs: 10 * minuteMs, quiet: { from: '20:00', to: '07:00' } };

describe('a changed day', () => {
  it('is what came, moved and is off, by its time', () => {
    const moved = later(today, hourMs);
    expect(changes([today, tomorrow], [visitAt(nowMs + 2 * dayMs), moved]).map(({ kind }) => kind)).toEqual([
      'moved',
      'cancelled',
      'added',
    ]);
    expect(changes([today, tomorrow], [tomorrow, today])).toEqual([]);
    expect(changes([], [])).toEqual([]);
  });

  it('is near: what is far ahead changes in silence, unless it comes near or was so', () => {
    expect(changes([farAhead], [later(farAhead, hourMs)])).toEqual([]);
    expect(changes([], [farAhead])).toEqual([]);
    expect(changes([farAhead], [later(farAhead, -8 * dayMs)])).toMatchObject([{ kind: 'moved' }]);
    expect(changes([tomorrow], [later(tomorrow, 8 * dayMs)])).toMatchObject([{ kind: 'moved' }]);
    expect(changes([visitAt(nowMs - 3 * hourMs)], [])).toEqual([]);
  });

  it('has the days of its zone, also those of 23 and 25 hours', () => {
    // Clocks go forward on Sunday 28 March and back on Sunday 31 October 2027.
    for (const [fridayNoon, tuesday] of [
      ['2027-03-26T10:00:00Z', '2027-03-29T21:00:00Z'],
      ['2027-10-29T09:00:00Z', '2027-11-01T22:00:00Z'],
    ] as const) {
      const near = (atMs: number) => dayChanges([], [visitAt(atMs)], Date.parse(fridayNoon), timeZone).length;
      expect([near(Date.parse(tuesday) - 1), near(Date.parse(tuesday))]).toEqual([1, 0]);
    }
  });
});

describe('a technician hears of it', () => {
  const tell = (visit: ToldVisit, sinceMs = nowMs, atMs = nowMs) =>
    tellAtMs([{ kind: 'added', ...visit }], sinceMs, rules, atMs, timeZone);

  it('once what changes together has changed, and at once where little time is left', () => {
    expect(tell(today)).toBe(nowMs + rules.collectMs);
    expect(tell(visitAt(nowMs + 30 * minuteMs))).toBe(nowMs);
  });

  it('in the morning of what changed at night, unless the visit is before', () => {
    const night = Date.parse('2026-11-24T20:00:00Z');
    const morning = Date.parse('2026-11-25T05:00:00Z');
    expect(tell(visitAt(morning + 2 * hourMs), night, night)).toBe(morning);
    expect(tell(visitAt(morning - hourMs), night, night)).toBe(night + rules.collectMs);
    const afterMidnight = Date.parse('2026-11-24T23:30:00Z');
    expect(tell(visitAt(morning + 2 * hourMs), afterMidnight, afterMidnight)).toBe(morning);
  });

  it('which days, in their language, and nothing of anybody', () => {
    const list = changes([today, tomorrow], [later(today, hourMs), visitAt(nowMs + dayMs), visitAt(nowMs + dayMs)]);
    const said = (language: 'fi' | 'sv' | 'en') =>
      dayChangeText(list, language, timeZone).body.replaceAll('\u00a0', ' ');
    expect(dayChangeText(list, 'en', timeZone).title).toBe('Your day has changed');
    expect(said('en')).toBe('Tue, 24 Nov 2026: 1 visit moved\nWed, 25 Nov 2026: 1 visit is off, 2 new visits');
    expect(said('fi')).toBe('ti 24.11.2026: 1 käynti siirtyi\nke 25.11.2026: 1 käynti jää pois, 2 uutta käyntiä');
    expect(said('sv')).toBe('tis 24.11.2026: 1 besök har flyttats\nons 25.11.2026: 1 besök utgår, 2 nya besök');
  });
});

it('says of a part how many were handed over, or that it is not coming', () => {
  const said = (kind: 'handedOver' | 'refused') =>
    partNewsText({ kind, handedOver: 2 }, { number: 'S-45', quantity: 3 }, 'en');
  expect(said('handedOver')).toEqual({
    title: 'About a part you asked for',
    body: 'S-45: 2 of 3 are handed over for you',
  });
  expect(said('refused').body).toBe('S-45 is not coming. The reason stands in My day.');
});
