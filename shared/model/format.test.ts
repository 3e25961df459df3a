import { describe, expect, it } from 'vitest';
import { createFormat, dayKeyOf, isoWeekOf } from './format.ts';

const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, ' ').replaceAll('\u2060', '');
const helsinki = 'Europe/Helsinki';

describe('format', () => {
  const fi = createFormat('fi');
  const noonMs = Date.UTC(2026, 10, 24, 10);

  it('writes Finnish numbers, money and dates', () => {
    expect(plain(fi.number(1234.5, 1))).toBe('1 234,5');
    expect(plain(fi.money(56_770))).toBe('567,70 €');
    expect(plain(fi.roughMoney(1_697_327))).toBe('16 973 €');
    expect(fi.day(noonMs, helsinki)).toBe('ti\u00a024.11.2026');
    expect(plain(fi.dayRange(noonMs, noonMs + 8 * 86_400_000, helsinki))).toBe('24.11.–2.12.2026');
  });

  it('shows the clock of the site on both sides of a change to summer time', () => {
    expect(fi.time(Date.UTC(2026, 2, 29, 0, 30), helsinki)).toBe('2.30');
    expect(fi.time(Date.UTC(2026, 2, 29, 1, 30), helsinki)).toBe('4.30');
  });

  it.each([
    ['fi', '9.00', '9.00–9.30', '0.05–11.00'],
    ['sv', '9.00', '9.00–9.30', '0.05–11.00'],
    ['en', '09:00', '09:00–09:30', '00:05–11:00'],
  ] as const)('tells the time in %s as its readers do', (language, nine, half, early) => {
    const format = createFormat(language);
    const at = (hour: number, minute = 0) => Date.UTC(2026, 10, 24, hour, minute);
    expect(format.time(at(9), 'UTC')).toBe(nine);
    expect(plain(format.timeRange(at(9), at(9, 30), 'UTC'))).toBe(half);
    expect(plain(format.timeRange(at(0, 5), at(11), 'UTC'))).toBe(early);
  });

  it('keeps a short range on one line, and lets a long one break nowhere but after its dash', () => {
    const dayMs = 86_400_000;
    expect(fi.timeRange(noonMs, noonMs + 7_200_000, helsinki)).toBe('12.00\u2060–\u206014.00');
    expect(fi.dayRange(noonMs, noonMs + 3 * dayMs, helsinki)).toBe('24.\u2060–\u206027.11.2026');
    expect(fi.dayRange(noonMs, noonMs + 16 * dayMs, helsinki)).toBe('24.11.\u2060–10.12.2026');
    const english = createFormat('en').dayRange(noonMs, noonMs + 16 * dayMs, helsinki);
    expect(english).toBe('24\u00a0Nov\u00a0\u2060– 10\u00a0Dec\u00a02026');
  });

  it('never rounds a small risk to none or a large one to all', () => {
    expect(plain(fi.percent(0.001))).toBe('< 1 %');
    expect(plain(fi.percent(0.999))).toBe('> 99 %');
    expect(plain(fi.percent(0))).toBe('0 %');
  });

  it.each([
    ['2026-01-01T12:00:00Z', 1],
    ['2026-11-22T12:00:00Z', 47],
    ['2026-12-31T12:00:00Z', 53],
    ['2027-01-03T12:00:00Z', 53],
    ['2027-01-03T22:30:00Z', 1],
  ])('%s is in ISO week %d in Finland', (at, week) => {
    expect(isoWeekOf(Date.parse(at), helsinki)).toBe(week);
  });

  it('gives the calendar day of the zone, not of UTC', () => {
    expect(dayKeyOf(Date.UTC(2026, 10, 22, 23), helsinki)).toBe('2026-11-23');
  });
});
