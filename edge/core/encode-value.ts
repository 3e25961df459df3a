import { AppError } from '@kuluma/shared/errors.ts';
import { decodeRegisters, widthOf } from './decode-registers.ts';
import type { ModbusPoint, NumberType } from './profile.ts';

const digitsOf = (raw: number, digits: number): bigint => {
  if (raw < 0 || raw >= 10 ** digits) throw new RangeError(`${raw} has no ${digits} decimal digits`);
  return BigInt(`0x${raw}`);
};

const writers: Readonly<Partial<Record<NumberType, (view: DataView, raw: number) => void>>> = {
  int16: (view, raw) => view.setInt16(0, raw),
  uint16: (view, raw) => view.setUint16(0, raw),
  bcd16: (view, raw) => view.setUint16(0, Number(digitsOf(raw, 4))),
  int32: (view, raw) => view.setInt32(0, raw),
  uint32: (view, raw) => view.setUint32(0, raw),
  bcd32: (view, raw) => view.setUint32(0, Number(digitsOf(raw, 8))),
  float32: (view, raw) => view.setFloat32(0, raw),
  int64: (view, raw) => view.setBigInt64(0, BigInt(raw)),
  uint64: (view, raw) => view.setBigUint64(0, BigInt(raw)),
  float64: (view, raw) => view.setFloat64(0, raw),
};

/**
 * The words of 16 bits that make a point read as `value` (in its unit), as near as its type can say; a coil is 0 or 1.
 * @throws INPUT_INVALID where the type cannot hold it
 */
export const encodeValue = (value: number, point: ModbusPoint): number[] => {
  const refusal = new AppError('INPUT_INVALID', `${point.name} cannot hold ${value} ${point.unit}`);
  const exact = (value - point.offset) / point.scale;
  const { type } = point;
  if (type === undefined) {
    if (exact !== 0 && exact !== 1) throw refusal;
    return [exact];
  }
  const write = type === 'string' ? undefined : writers[type];
  if (!write) throw refusal;
  const raw = type === 'float32' ? Math.fround(exact) : type === 'float64' ? exact : Math.round(exact);
  const bytes = new Uint8Array(2 * widthOf(point));
  try {
    write(new DataView(bytes.buffer), raw);
  } catch (cause) {
    throw new AppError('INPUT_INVALID', refusal.message, { cause });
  }
  const plain = { type, wordOrder: 'big', byteOrder: 'big' } as const;
  // A number that is too large wraps around in a register: what stands there must be what was meant.
  if (!Number.isFinite(raw) || decodeRegisters(bytes, 0, plain) !== raw) throw refusal;
  return wordsOf(bytes, point);
};

const wordsOf = (bytes: Uint8Array, { wordOrder, byteOrder }: ModbusPoint): number[] => {
  const view = new DataView(bytes.buffer);
  const words = Array.from({ length: bytes.length / 2 }, (_, i) => view.getUint16(2 * i, byteOrder === 'little'));
  return wordOrder === 'little' ? words.reverse() : words;
};
