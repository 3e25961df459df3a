import { describe, expect, it } from 'vitest';
import { fleetFilterOf, fleetQueryOf, fleetSearchOf } from './fleet-search.ts';

describe('the filter in the address of the fleet', () => {
  it('keeps what it knows and leaves out the rest', () => {
    expect(fleetSearchOf({ grade: 'act', order: 'life', text: 815, page: 3, colour: 'red' })).toEqual({
      grade: 'act',
      order: 'life',
      text: '815',
      page: 3,
    });
    expect(fleetSearchOf({ grade: 'bad', matter: 1, page: -2, text: '' })).toEqual({});
  });

  it('keeps the columns that were chosen, in the order of the desk, and asks the service for none', () => {
    expect(fleetSearchOf({ columns: ['state', 'measured', 'colour'] })).toEqual({ columns: ['measured', 'state'] });
    expect(fleetSearchOf({ columns: 'measured' })).toEqual({});
    expect(fleetQueryOf({ columns: ['measured'] })).toEqual({ offset: '0', limit: '50' });
    expect(fleetFilterOf({ columns: ['measured'], grade: 'act' })).toEqual({ grade: 'act' });
  });

  it('asks the service for the rows of the page', () => {
    expect(fleetQueryOf({ grade: 'act', page: 3 })).toEqual({ grade: 'act', offset: '100', limit: '50' });
    expect(fleetQueryOf({})).toEqual({ offset: '0', limit: '50' });
  });
});
