import { describe, expect, it } from 'vitest';
import { rangeAround } from './board-range.ts';
import { boardSearchOf, filterOf, rangeOf, searchFor } from './board-search.ts';

const today = '2026-11-25';

describe('the address of the board', () => {
  it('keeps the time shown and the filter, and today needs no words', () => {
    const range = rangeAround('2026-12-10', 'twoWeeks');
    const filter = { depotId: 'dep_1', skill: 'hydraulics' };
    const search = searchFor(range, filter, today);
    expect(search).toEqual({ day: '2026-12-07', span: 'twoWeeks', depot: 'dep_1', skill: 'hydraulics' });
    expect(rangeOf(search, today)).toEqual(range);
    expect(filterOf(search)).toEqual(filter);
    expect(searchFor(rangeAround(today, 'week'), { depotId: null, skill: null }, today)).toEqual({});
    expect(rangeOf({}, today)).toEqual({ span: 'week', firstDay: '2026-11-23' });
  });

  it('leaves out nonsense', () => {
    expect(boardSearchOf({ day: '2026-02-30', span: 'year', depot: 7, skill: '' })).toEqual({});
    expect(boardSearchOf({ day: '<script>', span: 'day', depot: 'x'.repeat(101) })).toEqual({ span: 'day' });
  });
});
