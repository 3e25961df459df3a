import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeRegisters, type Layout } from './decode-registers.ts';

const decode = (bytes: readonly number[], layout: Partial<Layout>) =>
  decodeRegisters(Uint8Array.from(bytes), 0, { wordOrder: 'big', byteOrder: 'big', ...layout });

it('reads one number in all four orders of bytes and words', () => {
  const float = { type: 'float32' } as const;
  expect(decode([0x42, 0xf6, 0xe9, 0x79], float)).toBeCloseTo(123.456, 4);
  expect(decode([0xe9, 0x79, 0x42, 0xf6], { ...float, wordOrder: 'little' })).toBeCloseTo(123.456, 4);
  expect(decode([0xf6, 0x42, 0x79, 0xe9], { ...float, byteOrder: 'little' })).toBeCloseTo(123.456, 4);
  expect(decode([0x79, 0xe9, 0xf6, 0x42], { ...float, wordOrder: 'little', byteOrder: 'little' })).toBeCloseTo(
    123.456,
    4,
  );
});

it('turns the words of 64 bits around as a whole', () => {
  expect(decode([0, 4, 0, 3, 0, 2, 0, 1], { type: 'uint64', wordOrder: 'little' })).toBe(0x1_0002_0003_0004);
});

it('takes eight bits from the low byte, or the high one of swapped bytes', () => {
  expect(decode([0x7f, 0xff], { type: 'int8' })).toBe(-1);
  expect(decode([0x7f, 0xff], { type: 'uint8', byteOrder: 'little' })).toBe(127);
});

it('reads packed decimals and refuses what is no digit', () => {
  fc.assert(
    fc.property(fc.nat(9999), (value) => {
      const digits = String(value).padStart(4, '0');
      const bytes = [Number.parseInt(digits.slice(0, 2), 16), Number.parseInt(digits.slice(2), 16)];
      expect(decode(bytes, { type: 'bcd16' })).toBe(value);
    }),
  );
  expect(decode([0x12, 0x34, 0x56, 0x78], { type: 'bcd32', wordOrder: 'little' })).toBe(56_781_234);
  expect(decode([0x1a, 0x00], { type: 'bcd16' })).toBeNaN();
});

it('cuts a range of bits out of an integer', () => {
  expect(decode([0b1010_0101, 0b1100_0011], { type: 'uint16', bits: [4, 8] })).toBe(0b1_1100);
  expect(decode([0x80, 0, 0, 1], { type: 'uint32', bits: [31, 31] })).toBe(1);
});

it('gives a text its number, whatever fills it up, and an unknown text none', () => {
  const layout = { type: 'string', registers: 3, texts: { RUN: 1, STOP: 0 } } as const;
  const bytes = (text: string) => [...Buffer.from(text, 'latin1')];
  expect(decode(bytes('RUN\0zz'), layout)).toBe(1);
  expect(decode(bytes('STOP  '), layout)).toBe(0);
  expect(decode(bytes('TSPO  '), { ...layout, byteOrder: 'little' })).toBe(0);
  expect(decode(bytes('PAUSE '), layout)).toBeNaN();
});
