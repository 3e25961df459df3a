import fc from 'fast-check';
import { expect, it } from 'vitest';
import { scaled } from './decode-block.ts';
import { decodeRegisters } from './decode-registers.ts';
import { encodeValue } from './encode-value.ts';
import { point } from './point-for-tests.ts';

const orders = fc.constantFrom('big' as const, 'little' as const);

it('writes what it reads back, in every type and order', () => {
  const raws = fc.oneof(
    fc.record({ type: fc.constant('int16' as const), raw: fc.integer({ min: -0x8000, max: 0x7fff }) }),
    fc.record({ type: fc.constant('bcd16' as const), raw: fc.nat(9999) }),
    fc.record({ type: fc.constant('bcd32' as const), raw: fc.nat(99_999_999) }),
    fc.record({ type: fc.constant('int32' as const), raw: fc.integer() }),
    fc.record({ type: fc.constant('uint64' as const), raw: fc.maxSafeNat() }),
    fc.record({ type: fc.constant('float32' as const), raw: fc.float({ noNaN: true, noDefaultInfinity: true }) }),
    fc.record({ type: fc.constant('float64' as const), raw: fc.double({ noNaN: true, noDefaultInfinity: true }) }),
  );
  fc.assert(
    fc.property(raws, orders, orders, fc.constantFrom(1, 0.1, 0.25), ({ type, raw }, wordOrder, byteOrder, scale) => {
      const written = point({
        type,
        wordOrder,
        byteOrder,
        scale: type.endsWith('64') || type === 'float32' ? 1 : scale,
      });
      const words = encodeValue(scaled(raw, written.scale, 0), written);
      const bytes = Uint8Array.from(words.flatMap((word) => [word >> 8, word & 255]));
      expect(decodeRegisters(bytes, 0, written) === raw).toBe(true);
    }),
  );
});

it('refuses what the type cannot hold', () => {
  expect(() => encodeValue(70_000, point({ type: 'uint16' }))).toThrow('cannot hold 70000');
  expect(() => encodeValue(-1, point({ type: 'bcd16' }))).toThrow('cannot hold');
  expect(() => encodeValue(2, point({ function: 'coil' }))).toThrow('cannot hold');
  expect(() => encodeValue(1e39, point({ type: 'float64', scale: 0 }))).toThrow('cannot hold');
});
