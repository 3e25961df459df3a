import { minuteMs } from '@kuluma/shared/model/units.ts';
import { describe, expect, it } from 'vitest';
import { smallRegion } from './fixtures/small-region.ts';
import { parseRegion } from './form.ts';
import { timeAxisOf } from './time-axis.ts';
import { busyWaysOf, trafficHoursIn } from './traffic-hours.ts';
import { priceWindow, windowsOf } from './visit-windows.ts';

const morning = { weekdays: [1, 2, 3, 4, 5], from: '07:00', to: '09:00', factor: 1.4 };

describe('hours of traffic', () => {
  it('are read from words', () => {
    expect(trafficHoursIn('1-5 07:00-09:00 1.4; 7 15:00-17:00 0.8')).toEqual([
      morning,
      { weekdays: [7], from: '15:00', to: '17:00', factor: 0.8 },
    ]);
    expect(trafficHoursIn('')).toEqual([]);
  });

  it.each(['1-5 07:00 1.4', '5-1 07:00-09:00 1.4', '1 09:00-07:00 1.4', '1-5 07:00-09:00 1.4; 3 08:00-10:00 2'])(
    'are refused: %s',
    (text) => {
      expect(() => trafficHoursIn(text)).toThrow(/traffic/);
    },
  );

  it('are faults of a region where they meet', () => {
    const region = (traffic: unknown) => ({ ...smallRegion(), travel: { by: 'haversine', traffic } });
    expect(() => parseRegion(region([morning]))).not.toThrow();
    expect(() => parseRegion(region([morning, morning]))).toThrow('not valid');
  });

  it('keep to the clocks of the company when these are put on', () => {
    const axis = timeAxisOf({ timeZone: 'Europe/Helsinki', nowAt: '2027-03-26T00:00+02:00', toOn: '2027-03-29' });
    const { traffic } = busyWaysOf([morning], axis, new Float64Array(1), new Float64Array(1));
    const utcOf = (minute: number) => new Date(axis.originMs + minute * minuteMs).toISOString().slice(0, 16);
    const rush = [...traffic.from].filter((_, k) => traffic.factor[k] === 1.4).map(utcOf);
    expect(rush).toContain('2027-03-26T05:00');
    expect(rush).toContain('2027-03-29T04:00');
  });

  it('leave no window before a promise that begins within a minute', () => {
    const { prices, visits } = smallRegion();
    const axis = timeAxisOf(smallRegion());
    const startMs = axis.nowMs + 90.5 * minuteMs;
    const at = new Date(startMs).toISOString();
    const visit = { ...visits[0], promised: { fromAt: at, toAt: at } } as Parameters<typeof windowsOf>[0];
    const open = [{ fromMs: startMs - 0.5 * minuteMs, toMs: startMs + 300 * minuteMs }];
    const windows = windowsOf(visit, open, 60, axis, prices);
    expect(windows.every(({ fromMs, toMs }) => fromMs <= toMs)).toBe(true);
    expect(windows[0]).toEqual(priceWindow(visit, startMs, axis, prices));
  });
});
