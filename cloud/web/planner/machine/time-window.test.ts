import { dayMs, minuteMs } from '@kuluma/shared/model/units.ts';
import { describe, expect, it } from 'vitest';
import { anchorOf, axisEndMs, panned, reachOf, windowOfSpan, zoomed } from './time-window.ts';

const nowMs = Date.UTC(2026, 10, 22);
const rulDays = { p05: 4, p10: 5, p50: 10, p90: 18, p95: 20 };
const reach = reachOf(nowMs, nowMs - 100 * dayMs, rulDays);
const month = windowOfSpan('month', nowMs, rulDays);

describe('the window of the time line', () => {
  it('never shows more future than past', () => {
    expect(axisEndMs(nowMs, 7, rulDays)).toBe(nowMs + 7 * dayMs);
    expect(axisEndMs(nowMs, 90, rulDays)).toBeCloseTo(nowMs + 20.8 * dayMs, -3);
  });

  it('keeps the instant under the pointer where it is while it is zoomed', () => {
    const anchorMs = month.fromMs + 0.3 * (month.toMs - month.fromMs);
    const near = zoomed(month, 0.5, anchorMs, reach);
    expect(near.toMs - near.fromMs).toBeCloseTo((month.toMs - month.fromMs) / 2, -1);
    expect((anchorMs - near.fromMs) / (near.toMs - near.fromMs)).toBeCloseTo(0.3, 5);
  });

  it('is never shorter than ten minutes nor longer than its reach', () => {
    const shortest = zoomed(month, 1e-9, nowMs, reach);
    expect(shortest.toMs - shortest.fromMs).toBe(10 * minuteMs);
    expect(zoomed(month, 1e9, nowMs, reach)).toEqual(reach);
  });

  it('stops at the ends of its reach without becoming shorter', () => {
    const lengthMs = month.toMs - month.fromMs;
    expect(panned(month, 100, reach)).toEqual({ fromMs: reach.toMs - lengthMs, toMs: reach.toMs });
    expect(panned(month, -100, reach)).toEqual({ fromMs: reach.fromMs, toMs: reach.fromMs + lengthMs });
  });

  it('is zoomed about now while now is in sight', () => {
    expect(anchorOf(month, nowMs)).toBe(nowMs);
    expect(anchorOf({ fromMs: nowMs - 3 * dayMs, toMs: nowMs - dayMs }, nowMs)).toBe(nowMs - 2 * dayMs);
  });
});
