import { bearingWear } from '../wear/bearing-wear.ts';
import { filterClogging, pressureDropRatio } from '../wear/filter-clogging.ts';
import type { Conditions } from '../wear/wear-mode.ts';
import { hotSpotC, windingInsulation } from '../wear/winding-insulation.ts';
import { ambientPoint, loadPoint, type MachineType, risen, runHoursPoint, whileRunning } from './machine-type.ts';

type Component = 'bearing' | 'filter' | 'winding';

/** Pressure over the oil separator: Darcy flow through a medium that clogs. */
const separatorDropBar = (c: Conditions, filter: number): number => 0.1 * c.load * pressureDropRatio(filter);
const powerKw = (c: Conditions, bearing: number, filter: number): number =>
  whileRunning(c, 18 + 57 * c.load + 6 * separatorDropBar(c, filter) + 3 * bearing);

const sensor = { role: 'sensor', type: 'float32', scale: 1 } as const;
const degC = { ...sensor, unit: 'degC', min: -40, max: 250, scanClass: 'slow' } as const;
const bar = { ...sensor, unit: 'bar', min: 0, max: 25, scanClass: 'fast' } as const;

/** Oil-injected screw compressor, 75 kW at 7.5 bar, with an oil separator element and a class F motor. */
export const screwCompressor: MachineType<Component> = {
  type: 'screw-compressor',
  function: 'holding',
  firstAddress: 100,
  wordOrder: 'big',
  duty: { pattern: 'continuous', meanLoad: 0.82, loadSpread: 0.1 },
  wear: [
    { mode: bearingWear, lifeHours: 8000 },
    { mode: filterClogging, lifeHours: 7200 },
    { mode: windingInsulation, lifeHours: 3200 },
  ],
  points: [
    {
      ...sensor,
      name: 'airendVibration',
      unit: 'mm/s',
      min: 0,
      max: 60,
      noise: 0.18,
      scanClass: 'fast',
      truth: (c, w) => whileRunning(c, 2.1 + 1.1 * c.load + 8.5 * w.bearing, 0.1),
    },
    { ...degC, name: 'bearingTemperature', noise: 0.6, truth: (c, w) => risen(c, 42 + 30 * w.bearing) },
    { ...degC, name: 'dischargeTemperature', noise: 0.7, truth: (c, w) => risen(c, 66 + 7 * w.filter + 5 * w.bearing) },
    { ...bar, name: 'linePressure', noise: 0.04, truth: (c) => whileRunning(c, 7.7 - 0.5 * c.load, 6.2) },
    {
      ...bar,
      name: 'separatorPressureDrop',
      noise: 0.012,
      truth: (c, w) => whileRunning(c, separatorDropBar(c, w.filter)),
    },
    {
      ...bar,
      name: 'oilPressure',
      noise: 0.04,
      truth: (c, w) => whileRunning(c, 3.1 - 0.55 * w.bearing - 0.2 * w.filter),
    },
    {
      ...degC,
      name: 'windingTemperature',
      noise: 0.8,
      truth: (c, w) => hotSpotC(w.winding, c.ambientC, c.warmth) - 10 * c.warmth,
    },
    {
      ...sensor,
      name: 'residualCurrent',
      unit: 'A',
      min: 0,
      max: 5,
      noise: 0.006,
      scanClass: 'slow',
      truth: (_, w) => 0.03 * Math.exp(2.6 * w.winding),
    },
    {
      ...sensor,
      name: 'motorCurrent',
      unit: 'A',
      min: 0,
      max: 400,
      noise: 0.8,
      scanClass: 'fast',
      truth: (c, w) => 1.72 * powerKw(c, w.bearing, w.filter),
    },
    {
      ...sensor,
      name: 'motorPower',
      unit: 'kW',
      min: 0,
      max: 250,
      noise: 0.5,
      scanClass: 'fast',
      truth: (c, w) => powerKw(c, w.bearing, w.filter),
    },
    {
      ...sensor,
      name: 'speed',
      unit: 'rpm',
      role: 'setting',
      min: 0,
      max: 6000,
      noise: 2,
      scanClass: 'fast',
      truth: (c) => whileRunning(c, 1200 + 1900 * c.load),
    },
    loadPoint,
    ambientPoint,
    runHoursPoint,
  ],
};
