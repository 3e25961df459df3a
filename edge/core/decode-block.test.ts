import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeBlock, decodeRegisters, rowCounter } from './decode-block.ts';
import type { Block } from './poll-plan.ts';
import type { ModbusPoint, RegisterType } from './profile.ts';

const writers: Record<RegisterType, (view: DataView, value: number) => void> = {
  int16: (view, value) => view.setInt16(0, value),
  uint16: (view, value) => view.setUint16(0, value),
  int32: (view, value) => view.setInt32(0, value),
  uint32: (view, value) => view.setUint32(0, value),
  float32: (view, value) => view.setFloat32(0, value),
  int64: (view, value) => view.setBigInt64(0, BigInt(value)),
  uint64: (view, value) => view.setBigUint64(0, BigInt(value)),
  float64: (view, value) => view.setFloat64(0, value),
};
const widths = { int16: 2, uint16: 2, int32: 4, uint32: 4, float32: 4, int64: 8, uint64: 8, float64: 8 };
const valuesOf = fc.oneof(
  fc.record({ type: fc.constant('int16' as const), value: fc.integer({ min: -0x8000, max: 0x7fff }) }),
  fc.record({ type: fc.constant('uint16' as const), value: fc.integer({ min: 0, max: 0xffff }) }),
  fc.record({ type: fc.constant('int32' as const), value: fc.integer() }),
  fc.record({ type: fc.constant('uint32' as const), value: fc.integer({ min: 0, max: 0xffffffff }) }),
  fc.record({ type: fc.constant('float32' as const), value: fc.float() }),
  fc.record({ type: fc.constant('int64' as const), value: fc.maxSafeInteger() }),
  fc.record({ type: fc.constant('uint64' as const), value: fc.maxSafeNat() }),
  fc.record({ type: fc.constant('float64' as const), value: fc.double() }),
);

const point = (over: Partial<ModbusPoint>): ModbusPoint => ({
  name: 'p',
  unit: '',
  scale: 1,
  offset: 0,
  role: 'sensor',
  function: 'holding',
  address: 0,
  wordOrder: 'big',
  ...over,
});
const block = (over: Partial<Block>): Block => ({ function: 'holding', address: 0, count: 1, points: [], ...over });

it('reads back any value of any type in both word orders, wherever it stands in a buffer', () => {
  fc.assert(
    fc.property(valuesOf, fc.boolean(), fc.nat(5), ({ type, value }, little, before) => {
      const bytes = Buffer.from(new ArrayBuffer(64), 8 + 2 * before, widths[type]);
      writers[type](new DataView(bytes.buffer, bytes.byteOffset), value);
      if (little) new Uint16Array(bytes.buffer, bytes.byteOffset, widths[type] / 2).reverse();
      const reply = Buffer.from(bytes.buffer, 8, 2 * before + widths[type]);
      expect(decodeRegisters(reply, 2 * before, type, little ? 'little' : 'big')).toBe(value);
    }),
  );
});

it('scales and offsets registers of a block by their place in it', () => {
  const points = [
    point({ name: 'a', address: 100, type: 'int16', scale: 0.5, offset: -3 }),
    point({ name: 'b', address: 102, type: 'uint16' }),
  ];
  const data = Uint8Array.of(0xff, 0xfe, 0, 0, 1, 2);
  expect(decodeBlock(data, block({ address: 100, count: 3, points }))).toEqual([
    ['a', -4],
    ['b', 258],
  ]);
});

it('takes bits from the least significant end of each byte', () => {
  const points = [7, 8, 9].map((address) => point({ name: `c${address}`, function: 'coil', address }));
  const data = Uint8Array.of(0b0000_0001, 0b0000_0100);
  expect(decodeBlock(data, block({ function: 'coil', address: 7, count: 10, points }))).toEqual([
    ['c7', 1],
    ['c8', 0],
    ['c9', 0],
  ]);
});

it('gives the counter of a row only where both counters agree', () => {
  const guard = { before: 10, after: 13, function: 'holding', type: 'uint32' } as const;
  const whole = block({ address: 10, count: 5 });
  expect(rowCounter(Uint8Array.of(0, 1, 0, 2, 9, 9, 0, 1, 0, 2), whole, guard)).toBe(65_538);
  expect(rowCounter(Uint8Array.of(0, 1, 0, 2, 9, 9, 0, 1, 0, 3), whole, guard)).toBeUndefined();
});
