import { describe, expect, it } from 'vitest';
import { productNowMs } from './clock.ts';
import { homeOf } from './places.ts';
import { hrefOf, segmentsOf } from './router.ts';

describe('router', () => {
  it('reads back what it writes', () => {
    expect(segmentsOf(hrefOf('machines', 'a/b å'))).toEqual(['machines', 'a/b å']);
    expect(segmentsOf('')).toEqual([]);
    expect(segmentsOf('#/')).toEqual([]);
  });

  it('sends a person to the page of their first role', () => {
    expect(homeOf(['technician', 'planner'])).toBe('/planner/');
    expect(homeOf(['owner'])).toBe('/owner/');
    expect(homeOf([])).toBeUndefined();
  });
});

describe('product clock', () => {
  it('runs at the rate of the demo from the moment of the answer', () => {
    const view = { nowAt: '2026-11-22T09:30:00.000Z', rate: 600, demo: true };
    expect(productNowMs(view, 1000, 3000)).toBe(Date.parse(view.nowAt) + 1_200_000);
  });
});
