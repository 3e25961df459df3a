import { describe, expect, it } from 'vitest';
import { type LimitedPoint, withAlarmLimits } from './alarm-limits.ts';
import type { FleetHistory } from './fleet-history.ts';

const fleetOf = (more: Partial<FleetHistory['meta']['points'][string]> = {}, components = ['pump']): FleetHistory => ({
  meta: {
    format: 'kuluma-fleet/1',
    name: 'pumps',
    timeUnit: 'h',
    points: { vibration: { role: 'sensor', unit: 'mm/s', ...more }, hours: { role: 'usage' } },
    targets: components.map((component) => ({ component })),
  },
  points: ['vibration', 'hours'],
  machines: [],
});
const limit = (alarmLimit: number | null, name = 'vibration', unit = 'mm/s'): LimitedPoint => ({
  name,
  unit,
  alarmLimit,
});
const thresholdIn = (history: FleetHistory, points: readonly LimitedPoint[]) =>
  withAlarmLimits(history, points).meta.points.vibration?.failureThreshold;

describe('withAlarmLimits', () => {
  it('takes the limit that all machines share for the threshold of failure', () => {
    expect(thresholdIn(fleetOf(), [limit(7.1), limit(7.1)])).toEqual({ above: 7.1 });
    expect(thresholdIn(fleetOf(), [limit(7.1), limit(4.5)])).toBeUndefined();
    expect(thresholdIn(fleetOf(), [limit(null)])).toBeUndefined();
    expect(withAlarmLimits(fleetOf(), [limit(5, 'hours', 'h')]).meta.points.hours).toEqual({ role: 'usage' });
  });

  it('leaves what the export says, another unit, and fleets of several components as they are', () => {
    expect(thresholdIn(fleetOf({ failureThreshold: { above: 11 } }), [limit(7.1)])).toEqual({ above: 11 });
    expect(thresholdIn(fleetOf({ unit: 'in/s' }), [limit(7.1)])).toBeUndefined();
    expect(thresholdIn(fleetOf({}, ['pump', 'seal']), [limit(7.1)])).toBeUndefined();
  });
});
