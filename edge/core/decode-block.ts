import { decodeRegisters } from './decode-registers.ts';
import type { Value } from './judge-reading.ts';
import type { Block } from './poll-plan.ts';
import type { ModbusPoint, ModbusProfile } from './profile.ts';

/** `raw * scale + offset`; a scale such as 0.1 divides by 10, so that 127 is 12.7 and not 12.700000000000001. */
export const scaled = (raw: number, scale: number, offset: number): number => {
  const divisor = Math.round(1 / scale);
  return (divisor > 1 && 1 / divisor === scale ? raw / divisor : raw * scale) + offset;
};

const isRounded = (raw: number, type: ModbusPoint['type']): boolean =>
  (type === 'int64' || type === 'uint64') && !Number.isSafeInteger(raw);

const decodePoint = (data: Uint8Array, block: Block, point: ModbusPoint): Value => {
  const { name, type, notAvailable, saturatesAt } = point;
  const at = point.address - block.address;
  const raw = type ? decodeRegisters(data, 2 * at, point) : ((data[at >> 3] as number) >> (at & 7)) & 1;
  if (notAvailable?.includes(raw)) return [name, Number.NaN];
  const value = scaled(raw, point.scale, point.offset);
  return isRounded(raw, type) || saturatesAt?.includes(raw) ? [name, value, 'uncertain'] : [name, value];
};

/** The values of a block's points in their units; `data` are the bytes of the reply. */
export const decodeBlock = (data: Uint8Array, block: Block): Value[] =>
  block.points.map((point) => decodePoint(data, block, point));

/** The counter of a guarded row, or undefined while the device is writing it. */
export const rowCounter = (
  data: Uint8Array,
  block: Block,
  { before, after, type }: NonNullable<ModbusProfile['rowGuard']>,
): number | undefined => {
  const counterAt = (address: number) =>
    decodeRegisters(data, 2 * (address - block.address), { type, wordOrder: 'big', byteOrder: 'big' });
  return counterAt(before) === counterAt(after) ? counterAt(before) : undefined;
};
