import { bearingWear } from '../wear/bearing-wear.ts';
import { beltSlip, slipShare } from '../wear/belt-slip.ts';
import { gearPitting } from '../wear/gear-pitting.ts';
import type { Conditions } from '../wear/wear-mode.ts';
import { ambientPoint, loadPoint, type MachineType, risen, runHoursPoint, whileRunning } from './machine-type.ts';

type Component = 'bearing' | 'gearbox' | 'belt';

const motorRpm = (c: Conditions): number => (1495 - 35 * c.load) * c.speedRatio;
/** Gear ratio 24 and a head pulley of 0.63 m; belt speed is told as the rpm of the tail pulley, of the same size. */
const pulleyRpm = (c: Conditions): number => motorRpm(c) / 24;
const powerKw = (c: Conditions, gearbox: number, belt: number): number =>
  whileRunning(c, 6 + 26 * c.load * (1 + 0.5 * slipShare(belt, c.load)) + 2.2 * gearbox);

const sensor = { role: 'sensor', type: 'float32', scale: 1 } as const;
const mmS = { ...sensor, unit: 'mm/s', min: 0, max: 60, scanClass: 'fast' } as const;
const degC = { ...sensor, unit: 'degC', min: -40, max: 200, scanClass: 'slow' } as const;

/** Belt conveyor, 37 kW, driven through a two-stage helical gearbox; works in two shifts. Its controller swaps words. */
export const gearboxConveyor: MachineType<Component> = {
  type: 'gearbox-conveyor',
  function: 'holding',
  firstAddress: 0,
  wordOrder: 'little',
  duty: { pattern: 'two-shift', meanLoad: 0.8, loadSpread: 0.14 },
  wear: [
    { mode: bearingWear, lifeHours: 4000 },
    { mode: gearPitting, lifeHours: 2600 },
    { mode: beltSlip, lifeHours: 3200 },
  ],
  points: [
    {
      ...mmS,
      name: 'gearboxVibration',
      noise: 0.15,
      truth: (c, w) => whileRunning(c, 1.4 + 1.2 * c.load + 7.5 * w.gearbox + 1.2 * w.bearing, 0.1),
    },
    {
      ...mmS,
      name: 'pulleyBearingVibration',
      noise: 0.12,
      truth: (c, w) => whileRunning(c, 1.1 + 0.6 * c.load + 6.5 * w.bearing + 0.8 * w.belt, 0.1),
    },
    { ...degC, name: 'gearOilTemperature', noise: 0.6, truth: (c, w) => risen(c, 30 + 22 * w.gearbox) },
    { ...degC, name: 'pulleyBearingTemperature', noise: 0.5, truth: (c, w) => risen(c, 18 + 30 * w.bearing) },
    { ...degC, name: 'beltTemperature', noise: 0.6, truth: (c, w) => risen(c, 9 + 24 * w.belt) },
    {
      ...sensor,
      name: 'motorCurrent',
      unit: 'A',
      min: 0,
      max: 200,
      noise: 0.5,
      scanClass: 'fast',
      truth: (c, w) => 1.8 * powerKw(c, w.gearbox, w.belt),
    },
    {
      ...sensor,
      name: 'motorPower',
      unit: 'kW',
      min: 0,
      max: 100,
      noise: 0.3,
      scanClass: 'fast',
      truth: (c, w) => powerKw(c, w.gearbox, w.belt),
    },
    {
      ...sensor,
      name: 'motorSpeed',
      unit: 'rpm',
      role: 'setting',
      min: 0,
      max: 3000,
      noise: 1,
      scanClass: 'fast',
      truth: motorRpm,
    },
    {
      ...sensor,
      name: 'tailPulleySpeed',
      unit: 'rpm',
      min: 0,
      max: 200,
      noise: 0.12,
      scanClass: 'fast',
      truth: (c, w) => pulleyRpm(c) * (1 - slipShare(w.belt, c.load)),
    },
    loadPoint,
    ambientPoint,
    runHoursPoint,
  ],
};
