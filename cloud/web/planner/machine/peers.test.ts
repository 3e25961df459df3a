import { hourMs, minuteMs } from '@kuluma/shared/model/units.ts';
import { expect, it } from 'vitest';
import { peersQuery, runsOf } from './peers.ts';

const fromMs = Date.UTC(2026, 10, 1);

it('asks for the same peers after a small move, and names machines but not the whole model', () => {
  const window = { fromMs: fromMs + minuteMs, toMs: fromMs + 5 * hourMs };
  const moved = { fromMs: fromMs + 2 * minuteMs, toMs: fromMs + 5 * hourMs - minuteMs };
  const compared = ['model', 'mch_1', 'mch_2'];
  expect(peersQuery('pnt_1', window, compared)).toEqual(peersQuery('pnt_1', moved, compared));
  expect(peersQuery('pnt_1', window, compared).chosen).toBe('mch_1,mch_2');
});

it('breaks the band of the peers where none of them measured', () => {
  expect(runsOf([0, 1, 2, 3, 20, 21, 22])).toEqual([
    [0, 1, 2, 3],
    [4, 5, 6],
  ]);
  expect(runsOf([])).toEqual([]);
});
