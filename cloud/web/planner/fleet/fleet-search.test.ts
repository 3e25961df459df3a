import { describe, expect, it } from 'vitest';
import { fleetQueryOf, fleetSearchOf } from './fleet-search.ts';

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

  it('asks the service for the rows of the page', () => {
    expect(fleetQueryOf({ grade: 'act', page: 3 })).toEqual({ grade: 'act', offset: '100', limit: '50' });
    expect(fleetQueryOf({})).toEqual({ offset: '0', limit: '50' });
  });
});
