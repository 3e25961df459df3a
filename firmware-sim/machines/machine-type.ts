import type { PointRole } from '@kuluma/shared/model/machines.ts';
import type { Conditions, WearMode } from '../wear/wear-mode.ts';
import type { DutyCycle } from './duty-cycle.ts';

export const registerTypes = ['int16', 'uint16', 'int32', 'uint32', 'float32', 'float64'] as const;
export type RegisterType = (typeof registerTypes)[number];
export type WordOrder = 'big' | 'little';

/** One measurement point of a machine type and its place in the register map: value = raw * scale + offset. */
export interface PointSpec<Component extends string = string> {
  readonly name: string;
  /** Canonical unit of the quantity. */
  readonly unit: string;
  readonly role: PointRole;
  readonly type: RegisterType;
  readonly scale: number;
  readonly min: number;
  readonly max: number;
  /** One standard deviation, in the unit, of the sensor's white noise and, equally, of slow process disturbance. */
  readonly noise: number;
  readonly scanClass: 'fast' | 'slow';
  /** What a perfect sensor would show. */
  truth(conditions: Conditions, wear: Readonly<Record<Component, number>>): number;
}

/** A degradation as this type suffers it. */
export interface WearOfType {
  readonly mode: WearMode;
  /** Running hours until failure of a median component at rated load, speed and temperature. */
  readonly lifeHours: number;
}

export interface MachineType<Component extends string = string> {
  readonly type: string;
  /** Which registers hold the points, from which address on, in which order of words. */
  readonly function: 'input' | 'holding';
  readonly firstAddress: number;
  readonly wordOrder: WordOrder;
  readonly duty: DutyCycle;
  readonly wear: readonly WearOfType[];
  readonly points: readonly PointSpec<Component>[];
}

/** Shares of a point that most types have alike. */
export const runHoursPoint = {
  name: 'runHours',
  unit: 'h',
  role: 'usage',
  type: 'int32',
  scale: 0.1,
  min: 0,
  max: 200_000_000,
  noise: 0,
  scanClass: 'slow',
  truth: (c: Conditions) => c.runHours,
} as const satisfies PointSpec;

export const ambientPoint = {
  name: 'ambientTemperature',
  unit: 'degC',
  role: 'setting',
  type: 'int16',
  scale: 0.1,
  min: -40,
  max: 80,
  noise: 0.3,
  scanClass: 'slow',
  truth: (c: Conditions) => c.ambientC,
} as const satisfies PointSpec;

export const loadPoint = {
  name: 'load',
  unit: '%',
  role: 'setting',
  type: 'uint16',
  scale: 0.1,
  min: 0,
  max: 150,
  noise: 0.5,
  scanClass: 'fast',
  truth: (c: Conditions) => 100 * c.load,
} as const satisfies PointSpec;

/** The air at standstill, and above it a rise that follows the warmth of the machine. */
export const risen = (c: Conditions, riseK: number): number => c.ambientC + riseK * c.warmth;

/** `value` while the machine turns, else what a sensor shows at standstill. */
export const whileRunning = (c: Conditions, value: number, standstill = 0): number =>
  c.speedRatio > 0 ? value : standstill;
