import { describe, expect, it } from 'vitest';
import { daysOf, mostDays, rangesOf, withoutRange, withRange } from './days.ts';

describe('days off', () => {
  it('are told as ranges, over the end of a month and of a year', () => {
    const days = ['2027-01-01', '2026-12-31', '2026-12-30', '2026-12-24', '2026-12-24'];
    expect(rangesOf(days)).toEqual([
      { from: '2026-12-24', to: '2026-12-24' },
      { from: '2026-12-30', to: '2027-01-01' },
    ]);
  });

  it('are added and taken away range by range', () => {
    const range = { from: '2026-03-28', to: '2026-03-30' };
    const days = withRange(['2026-03-29', '2026-05-01'], range);
    expect(days).toEqual(['2026-03-28', '2026-03-29', '2026-03-30', '2026-05-01']);
    expect(withoutRange(days, range)).toEqual(['2026-05-01']);
  });

  it('never fill a calendar because of a wrong year', () => {
    expect(daysOf({ from: '2026-01-01', to: '9026-01-01' })).toHaveLength(mostDays);
    expect(daysOf({ from: '2026-01-02', to: '2026-01-01' })).toEqual([]);
  });
});
