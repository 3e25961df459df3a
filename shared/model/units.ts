import { oneOf } from './base.ts';

/** One canonical unit per quantity; whatever a device says is converted at the edge by its profile's scale. */
export const canonicalUnits = {
  vibrationVelocity: 'mm/s',
  vibrationAcceleration: 'g',
  temperature: 'degC',
  pressure: 'bar',
  current: 'A',
  power: 'kW',
  speed: 'rpm',
  flow: 'm3/h',
  ratio: '%',
  runTime: 'h',
  /** Counts, ratios without a percent sign, and scores of unknown scale. */
  dimensionless: '1',
  force: 'N',
} as const;
/** A unit in which values are stored: the canonical one of some quantity. */
export const Unit = oneOf(Object.values(canonicalUnits));

export const dayMs = 86_400_000;
export const hourMs = 3_600_000;
export const minuteMs = 60_000;
export const secondMs = 1000;
