import { expect, it } from 'vitest';
import { machineSearchOf, windowIn } from './machine-search.ts';

it('reads a window, a tab and a point from the address', () => {
  const search = { tab: 'signals', from: '2026-10-01T00:00:00.000Z', to: '2026-10-02T00:00:00.000Z', pointId: 'pnt_1' };
  expect(machineSearchOf({ ...search, more: 1 })).toEqual(search);
  expect(windowIn(search as never)).toEqual({ fromMs: Date.UTC(2026, 9, 1), toMs: Date.UTC(2026, 9, 2) });
});

it('lets a window win over a span, and neither be nonsense', () => {
  expect(machineSearchOf({ span: 'week' })).toEqual({ span: 'week' });
  expect(machineSearchOf({ span: 'toString', tab: 'rockets' })).toEqual({});
  expect(machineSearchOf({ span: 'day', from: '2026-10-02', to: '2026-10-01' })).toEqual({ span: 'day' });
  expect(machineSearchOf({ span: 'day', from: '2026-10-01', to: '2026-10-02' })).toEqual({
    from: '2026-10-01',
    to: '2026-10-02',
  });
  expect(windowIn({ span: 'day' })).toBeNull();
});
