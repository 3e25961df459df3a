import { describe, expect, it } from 'vitest';
import type { MachineEvent } from './fleet-history.ts';
import { horizonsOf, timeOf } from './fleet-history.ts';
import { livesOf } from './lives.ts';

const machine = (events: Partial<MachineEvent>[], rows = 10) => ({
  machine: 'a',
  t: Float64Array.from({ length: rows }, (_, i) => i + 1),
  columns: [],
  events: events.map((event) => ({ t: 0, kind: 'failure' as const, component: 'pump', code: '', ...event })),
  attributes: {},
});

describe('livesOf', () => {
  it('gives a row at the instant of a failure to the life that ends there', () => {
    const lives = livesOf(machine([{ t: 4 }]), 'pump');
    expect(lives).toEqual([
      { startT: Number.NEGATIVE_INFINITY, endT: 4, ended: 'failure', firstRow: 0, endRow: 4 },
      { startT: 4, endT: 10, ended: 'censored', firstRow: 4, endRow: 10 },
    ]);
  });

  it('takes a replacement at the time of a failure as that failure, in either order of the file', () => {
    const pair: Partial<MachineEvent>[] = [{ t: 5, kind: 'replacement' }, { t: 5 }];
    for (const events of [pair, [...pair].reverse()]) {
      const lives = livesOf(machine(events), 'pump');
      expect(lives.map(({ ended, endT }) => [ended, endT])).toEqual([
        ['failure', 5],
        ['censored', 10],
      ]);
    }
  });

  it('censors at a replacement and at an end, after which nothing belongs to a life', () => {
    const lives = livesOf(
      machine([
        { t: 3, kind: 'replacement' },
        { t: 8, kind: 'end' },
      ]),
      'pump',
    );
    expect(lives.map(({ ended, firstRow, endRow }) => [ended, firstRow, endRow])).toEqual([
      ['censored', 0, 3],
      ['censored', 3, 8],
    ]);
  });

  it('is not ended by errors, maintenance or what happens to another component', () => {
    const events: Partial<MachineEvent>[] = [
      { t: 3, kind: 'error' },
      { t: 4, kind: 'maintenance' },
      { t: 5, component: 'fan' },
    ];
    expect(livesOf(machine(events), 'pump')).toHaveLength(1);
  });
});

describe('timeOf', () => {
  it('reads ISO instants as days, with or without a zone, and refuses other texts', () => {
    expect(timeOf('1970-01-02T12:00:00Z', 'iso')).toBe(1.5);
    expect(timeOf('1970-01-02T14:00:00+02:00', 'iso')).toBe(1.5);
    expect(timeOf('1970-01-02T12:00:00', 'iso')).toBe(1.5);
    expect(timeOf('1970-01-02', 'iso')).toBe(1);
    expect(timeOf('12', 'iso')).toBeNaN();
    expect(timeOf('', 'h')).toBeNaN();
  });
});

describe('horizonsOf', () => {
  it('falls back to 7, 14, 28 and 56 days in the time unit', () => {
    expect(horizonsOf({ component: 'pump' }, 'h')).toEqual([168, 336, 672, 1344]);
    expect(horizonsOf({ component: 'pump' }, 'iso')).toEqual([7, 14, 28, 56]);
    expect(horizonsOf({ component: 'pump', horizons: [30, 10, 30] }, 'cycle')).toEqual([10, 30]);
  });
});
