import { type ModbusPoint, type NumberType, registersOf } from './profile.ts';

/** How a value stands in its registers. */
export type Layout = Pick<ModbusPoint, 'type' | 'registers' | 'wordOrder' | 'byteOrder' | 'bits' | 'texts'>;

/** Registers or bits that a point fills. */
export const widthOf = ({ type, registers = 1 }: Pick<ModbusPoint, 'type' | 'registers'>): number => {
  if (type === undefined) return 1;
  return type === 'string' ? registers : registersOf[type];
};

/** Packed decimal digits, four bits each; NaN where one is no digit. */
const bcd = (view: DataView, digits: number): number => {
  let value = 0;
  for (let i = 0; i < digits; i++) {
    const byte = view.getUint8(i >> 1);
    const digit = i % 2 === 0 ? byte >> 4 : byte & 15;
    if (digit > 9) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
};

const readers: Record<NumberType, (view: DataView) => number> = {
  int8: (view) => view.getInt8(1),
  uint8: (view) => view.getUint8(1),
  int16: (view) => view.getInt16(0),
  uint16: (view) => view.getUint16(0),
  bcd16: (view) => bcd(view, 4),
  int32: (view) => view.getInt32(0),
  uint32: (view) => view.getUint32(0),
  bcd32: (view) => bcd(view, 8),
  float32: (view) => view.getFloat32(0),
  int64: (view) => Number(view.getBigInt64(0)),
  uint64: (view) => Number(view.getBigUint64(0)),
  float64: (view) => view.getFloat64(0),
};

/** The text up to its first NUL, without spaces around it. */
const textIn = (bytes: Uint8Array): string => (String.fromCharCode(...bytes).split('\0')[0] ?? '').trim();

/** The bytes of a value as the protocol has them: most significant first. */
const ordered = (data: Uint8Array, offset: number, { wordOrder, byteOrder, ...width }: Layout): Uint8Array => {
  const length = 2 * widthOf(width);
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i++) {
    const word = wordOrder === 'little' ? length - 2 - (i & ~1) : i & ~1;
    bytes[i] = data[offset + word + (byteOrder === 'little' ? 1 - (i & 1) : i & 1)] as number;
  }
  return bytes;
};

/**
 * The raw number in registers that start at `offset` bytes; NaN where none stands, as in a wrong BCD digit or a text
 * without a number. A 64-bit integer above 2^53 is rounded.
 */
export const decodeRegisters = (data: Uint8Array, offset: number, layout: Layout): number => {
  const { type = 'uint16', bits, texts = {} } = layout;
  const bytes = ordered(data, offset, layout);
  if (type === 'string') return texts[textIn(bytes)] ?? Number.NaN;
  const value = readers[type](new DataView(bytes.buffer));
  if (!bits) return value;
  const [first, last] = bits;
  return Math.floor(value / 2 ** first) % 2 ** (last - first + 1);
};
