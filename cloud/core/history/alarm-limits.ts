import type { FleetHistory } from './fleet-history.ts';

/** A measurement point of one of our machines with the limit that is drawn on its signal. */
export interface LimitedPoint {
  readonly name: string;
  readonly unit: string;
  readonly alarmLimit: number | null;
}

/**
 * The history with alarm limits as thresholds of failure, for sensors that have none of their own: so a young fleet has
 * a trend to follow before anything has failed (docs/forecast.md). Only where all machines agree on the limit, the export
 * has no other unit, and one component is forecast: of several nobody knows which one a limit belongs to.
 */
export const withAlarmLimits = (history: FleetHistory, points: readonly LimitedPoint[]): FleetHistory => {
  const { meta } = history;
  if (meta.targets.length !== 1) return history;
  const limits = Map.groupBy(points, ({ name }) => name);
  const known = Object.entries(meta.points).map(([name, point]) => {
    const [first, ...others] = limits.get(name) ?? [];
    const limit = first?.alarmLimit ?? null;
    const agreed = others.every(({ alarmLimit, unit }) => alarmLimit === limit && unit === first?.unit);
    const sameUnit = point.unit === undefined || point.unit === first?.unit;
    const serves = limit !== null && agreed && sameUnit && point.role === 'sensor' && !point.failureThreshold;
    return [name, serves ? { ...point, failureThreshold: { above: limit } } : point] as const;
  });
  return { ...history, meta: { ...meta, points: Object.fromEntries(known) } };
};
