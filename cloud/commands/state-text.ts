import type { MachineStates } from '../core/condition/state-detection.ts';
import type { StateDriver } from '../core/condition/state-drivers.ts';

const digits = (value: number): string => String(Number(value.toPrecision(2)));

/** A point as the fleet's description names it. */
export interface NamedPoint {
  readonly name: string;
  readonly unit?: string | undefined;
}

const driverText = ({ kind, amount }: StateDriver, { name, unit }: NamedPoint): string => {
  if (kind === 'movement') return `${name} moves ${digits(amount)} times as much as usual`;
  if (kind === 'change') return `${name} changes ${digits(amount)} times as fast as usual`;
  const size = `${digits(Math.abs(amount))}${unit ? ` ${unit}` : ''}`;
  return `${name} is ${size} ${amount < 0 ? 'below' : 'above'} what the other points let expect`;
};

/**
 * Since when and why a machine is in alarm at its last row; undefined when it is not.
 * @param points in the order of the columns that were watched.
 */
export const alarmText = (
  machine: string,
  { detections, drivers }: MachineStates,
  times: readonly string[],
  points: readonly NamedPoint[],
): string | undefined => {
  if (!detections.at(-1)?.alarm) return undefined;
  const since = times[detections.findLastIndex(({ alarm }) => !alarm) + 1] ?? '';
  const reasons = drivers.map((driver) => driverText(driver, points[driver.signal] ?? { name: '' }));
  return `${machine} in alarm since ${since}: ${reasons.join('; ') || 'many points are a little off'}`;
};
