import { bearingWear } from '../wear/bearing-wear.ts';
import { cavitationErosion } from '../wear/cavitation-erosion.ts';
import { leakRatio, sealLeakage } from '../wear/seal-leakage.ts';
import type { Conditions } from '../wear/wear-mode.ts';
import { ambientPoint, loadPoint, type MachineType, risen, runHoursPoint, whileRunning } from './machine-type.ts';

type Component = 'bearing' | 'seal' | 'impeller';

const flowM3h = (c: Conditions, impeller: number): number => 120 * c.load * c.speedRatio * (1 - 0.18 * impeller);
/** Pump curve: shut-off head less a loss with the square of the flow, in bar. */
const headBar = (c: Conditions, impeller: number): number =>
  c.speedRatio ** 2 * (6.2 - 1.9 * (flowM3h(c, impeller) / 120) ** 2) * (1 - 0.22 * impeller);
const suctionBar = (c: Conditions): number => 1.6 - whileRunning(c, 0.35 * c.load ** 2);
const powerKw = (c: Conditions, bearing: number, impeller: number): number =>
  whileRunning(c, 9 + 21 * c.load * (1 + 0.1 * impeller) + 1.2 * bearing);

const bar = { unit: 'bar', role: 'sensor', type: 'int16', scale: 0.001, min: -1, max: 25, scanClass: 'fast' } as const;
const degC = {
  unit: 'degC',
  role: 'sensor',
  type: 'int16',
  scale: 0.1,
  min: -40,
  max: 250,
  scanClass: 'slow',
} as const;
const mmS = { unit: 'mm/s', role: 'sensor', type: 'uint16', scale: 0.01, min: 0, max: 60, scanClass: 'fast' } as const;

/** End-suction process pump, 30 kW, 120 m3/h. Vibration zones: ISO 20816-3, where zone D of this size begins at 7.1 mm/s. */
export const centrifugalPump: MachineType<Component> = {
  type: 'centrifugal-pump',
  function: 'input',
  firstAddress: 0,
  wordOrder: 'big',
  duty: { pattern: 'continuous', meanLoad: 0.8, loadSpread: 0.1 },
  wear: [
    { mode: bearingWear, lifeHours: 7300 },
    { mode: sealLeakage, lifeHours: 9000 },
    { mode: cavitationErosion, lifeHours: 11_500 },
  ],
  points: [
    {
      ...mmS,
      name: 'driveEndVibration',
      noise: 0.12,
      truth: (c, w) => whileRunning(c, 1.2 + 0.7 * c.load + 7 * w.bearing + 1.1 * w.impeller, 0.08),
    },
    {
      ...mmS,
      name: 'nonDriveEndVibration',
      noise: 0.12,
      truth: (c, w) => whileRunning(c, 1 + 0.5 * c.load + 2.6 * w.bearing + 2.2 * w.impeller, 0.08),
    },
    { ...degC, name: 'bearingTemperature', noise: 0.5, truth: (c, w) => risen(c, 26 + 34 * w.bearing) },
    { ...degC, name: 'sealTemperature', noise: 0.6, truth: (c, w) => risen(c, 20 + 22 * w.seal) },
    {
      ...bar,
      name: 'barrierPressure',
      noise: 0.03,
      truth: (_, w) => 4.2 - 0.9 * w.seal - 1.5 * leakRatio(w.seal),
    },
    { ...bar, name: 'suctionPressure', noise: 0.02, truth: (c) => suctionBar(c) },
    { ...bar, name: 'dischargePressure', noise: 0.05, truth: (c, w) => suctionBar(c) + headBar(c, w.impeller) },
    {
      name: 'flow',
      unit: 'm3/h',
      role: 'sensor',
      type: 'uint16',
      scale: 0.01,
      min: 0,
      max: 400,
      noise: 0.9,
      scanClass: 'fast',
      truth: (c, w) => flowM3h(c, w.impeller),
    },
    {
      name: 'motorCurrent',
      unit: 'A',
      role: 'sensor',
      type: 'uint16',
      scale: 0.01,
      min: 0,
      max: 200,
      noise: 0.4,
      scanClass: 'fast',
      truth: (c, w) => 1.78 * powerKw(c, w.bearing, w.impeller),
    },
    {
      name: 'motorPower',
      unit: 'kW',
      role: 'sensor',
      type: 'uint16',
      scale: 0.01,
      min: 0,
      max: 100,
      noise: 0.25,
      scanClass: 'fast',
      truth: (c, w) => powerKw(c, w.bearing, w.impeller),
    },
    {
      name: 'speed',
      unit: 'rpm',
      role: 'setting',
      type: 'uint16',
      scale: 0.1,
      min: 0,
      max: 4000,
      noise: 1.5,
      scanClass: 'fast',
      truth: (c) => (2990 - 45 * c.load) * c.speedRatio,
    },
    loadPoint,
    ambientPoint,
    runHoursPoint,
  ],
};
