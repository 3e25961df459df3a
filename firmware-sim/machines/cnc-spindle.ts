import { bearingWear } from '../wear/bearing-wear.ts';
import { filterClogging, pressureDropRatio } from '../wear/filter-clogging.ts';
import type { Conditions } from '../wear/wear-mode.ts';
import { hotSpotC, windingInsulation } from '../wear/winding-insulation.ts';
import { ambientPoint, loadPoint, type MachineType, risen, runHoursPoint, whileRunning } from './machine-type.ts';

type Component = 'bearing' | 'filter' | 'winding';

/** Coolant through a clogging filter: a centrifugal coolant pump gives less flow against more resistance. */
const coolantFlowM3h = (c: Conditions, filter: number): number =>
  whileRunning(c, 1.9 / Math.sqrt(1 + 0.12 * (pressureDropRatio(filter) - 1)));
const powerKw = (c: Conditions, bearing: number): number => whileRunning(c, 3 + 19 * c.load + 1.6 * bearing);

const sensor = { role: 'sensor', type: 'int32', scale: 0.001 } as const;
const mmS = { ...sensor, unit: 'mm/s', min: 0, max: 60, scanClass: 'fast' } as const;
const degC = { ...sensor, unit: 'degC', type: 'int16', scale: 0.1, min: -40, max: 250, scanClass: 'slow' } as const;

/** Motor spindle of a machining centre, 22 kW, 12 000 rpm, cooled through a coolant filter; works in two shifts. */
export const cncSpindle: MachineType<Component> = {
  type: 'cnc-spindle',
  function: 'holding',
  firstAddress: 4000,
  wordOrder: 'big',
  duty: { pattern: 'two-shift', meanLoad: 0.8, loadSpread: 0.12 },
  wear: [
    { mode: bearingWear, lifeHours: 3700 },
    { mode: filterClogging, lifeHours: 3500 },
    { mode: windingInsulation, lifeHours: 1600 },
  ],
  points: [
    {
      ...mmS,
      name: 'frontBearingVibration',
      noise: 0.07,
      truth: (c, w) => whileRunning(c, 0.6 + 0.5 * c.load + 4.2 * w.bearing, 0.04),
    },
    {
      ...mmS,
      name: 'rearBearingVibration',
      noise: 0.07,
      truth: (c, w) => whileRunning(c, 0.5 + 0.4 * c.load + 2 * w.bearing, 0.04),
    },
    { ...degC, name: 'bearingTemperature', noise: 0.5, truth: (c, w) => risen(c, 24 + 26 * w.bearing + 6 * w.filter) },
    {
      ...degC,
      name: 'windingTemperature',
      noise: 0.8,
      truth: (c, w) => hotSpotC(w.winding, c.ambientC, c.warmth) - 10 * c.warmth + 5 * w.filter * c.warmth,
    },
    {
      ...sensor,
      name: 'residualCurrent',
      unit: 'A',
      min: 0,
      max: 5,
      noise: 0.005,
      scanClass: 'slow',
      truth: (_, w) => 0.02 * Math.exp(2.7 * w.winding),
    },
    {
      ...sensor,
      name: 'coolantPressure',
      unit: 'bar',
      min: 0,
      max: 25,
      noise: 0.03,
      scanClass: 'fast',
      truth: (c, w) => whileRunning(c, 2.6 + 0.09 * (pressureDropRatio(w.filter) - 1)),
    },
    {
      ...sensor,
      name: 'coolantFlow',
      unit: 'm3/h',
      min: 0,
      max: 10,
      noise: 0.02,
      scanClass: 'fast',
      truth: (c, w) => coolantFlowM3h(c, w.filter),
    },
    { ...degC, name: 'coolantTemperature', noise: 0.4, truth: (c, w) => risen(c, 8 + 5 * w.filter) },
    {
      ...sensor,
      name: 'spindlePower',
      unit: 'kW',
      min: 0,
      max: 60,
      noise: 0.2,
      scanClass: 'fast',
      truth: (c, w) => powerKw(c, w.bearing),
    },
    {
      ...sensor,
      name: 'spindleCurrent',
      unit: 'A',
      min: 0,
      max: 200,
      noise: 0.4,
      scanClass: 'fast',
      truth: (c, w) => 2.1 * powerKw(c, w.bearing),
    },
    {
      name: 'speed',
      unit: 'rpm',
      role: 'setting',
      type: 'uint16',
      scale: 1,
      min: 0,
      max: 20_000,
      noise: 5,
      scanClass: 'fast',
      truth: (c) => whileRunning(c, 6000 + 4500 * c.load),
    },
    loadPoint,
    ambientPoint,
    runHoursPoint,
  ],
};
