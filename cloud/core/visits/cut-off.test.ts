import { describe, expect, it } from 'vitest';
import { changeUntilMs } from './cut-off.ts';

const helsinki = 'Europe/Helsinki';
const at = (text: string) => Date.parse(text);

describe('an owner changes a visit', () => {
  it('until the eve at four in the afternoon, by the clock of the site', () => {
    expect(changeUntilMs(at('2027-03-02T06:00:00Z'), helsinki)).toBe(at('2027-03-01T14:00:00Z'));
    expect(changeUntilMs(at('2027-03-02T21:30:00Z'), 'Europe/Stockholm')).toBe(at('2027-03-01T15:00:00Z'));
  });

  it('at the same hour over the change of the clock', () => {
    expect(changeUntilMs(at('2027-03-28T06:00:00Z'), helsinki)).toBe(at('2027-03-27T14:00:00Z'));
    expect(changeUntilMs(at('2027-03-29T06:00:00Z'), helsinki)).toBe(at('2027-03-28T13:00:00Z'));
  });

  it('as long as the company says', () => {
    const arrivalMs = at('2027-01-01T09:00:00Z');
    expect(changeUntilMs(arrivalMs, helsinki, { daysBefore: 3, at: '12:30' })).toBe(at('2026-12-29T10:30:00Z'));
    expect(changeUntilMs(arrivalMs, helsinki, { daysBefore: 0, at: '07:00' })).toBe(at('2027-01-01T05:00:00Z'));
  });
});
