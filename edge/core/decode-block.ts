import type { Block } from './poll-plan.ts';
import { widthOf } from './poll-plan.ts';
import type { ModbusPoint, ModbusProfile, RegisterType } from './profile.ts';

const readers: Record<RegisterType, (view: DataView, offset: number) => number> = {
  int16: (view, offset) => view.getInt16(offset),
  uint16: (view, offset) => view.getUint16(offset),
  int32: (view, offset) => view.getInt32(offset),
  uint32: (view, offset) => view.getUint32(offset),
  float32: (view, offset) => view.getFloat32(offset),
  int64: (view, offset) => Number(view.getBigInt64(offset)),
  uint64: (view, offset) => Number(view.getBigUint64(offset)),
  float64: (view, offset) => view.getFloat64(offset),
};

/** The number in registers that start at `offset` bytes; above 2^53 a 64-bit integer is rounded. */
export const decodeRegisters = (
  data: Uint8Array,
  offset: number,
  type: RegisterType,
  wordOrder: 'big' | 'little',
): number => {
  const bytes = Uint8Array.from(data.subarray(offset, offset + 2 * widthOf({ type })));
  if (wordOrder === 'little') new Uint16Array(bytes.buffer).reverse();
  return readers[type](new DataView(bytes.buffer), 0);
};

const decodePoint = (data: Uint8Array, block: Block, point: ModbusPoint): number => {
  const at = point.address - block.address;
  const raw = point.type
    ? decodeRegisters(data, 2 * at, point.type, point.wordOrder)
    : ((data[at >> 3] as number) >> (at & 7)) & 1;
  return raw * point.scale + point.offset;
};

/** The values of a block's points in their units, by name; `data` are the bytes of the reply. */
export const decodeBlock = (data: Uint8Array, block: Block): [name: string, value: number][] =>
  block.points.map((point) => [point.name, decodePoint(data, block, point)]);

/** The counter of a guarded row, or undefined while the device is writing it. */
export const rowCounter = (
  data: Uint8Array,
  block: Block,
  guard: NonNullable<ModbusProfile['rowGuard']>,
): number | undefined => {
  const [before, after] = [guard.before, guard.after].map((address) =>
    decodeRegisters(data, 2 * (address - block.address), guard.type, 'big'),
  );
  return before === after ? before : undefined;
};
