import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeBlock, rowCounter, scaled } from './decode-block.ts';
import { point } from './point-for-tests.ts';
import type { Block } from './poll-plan.ts';

const block = (over: Partial<Block>): Block => ({ function: 'holding', address: 0, count: 1, points: [], ...over });

it('gives a decimal scale its decimal value', () => {
  fc.assert(
    fc.property(fc.integer({ min: -1e9, max: 1e9 }), fc.integer({ min: 1, max: 6 }), (raw, digits) => {
      expect(scaled(raw, Number(`1e-${digits}`), 0)).toBe(Number(`${raw}e-${digits}`));
    }),
  );
  expect(scaled(3, 0.75, 1)).toBe(3.25);
});

it('says so where a value is at the end of its range, rounded, or not there', () => {
  const points = [
    point({ name: 'none', type: 'int16', notAvailable: [-32_768] }),
    point({ name: 'full', address: 1, type: 'uint16', saturatesAt: [0, 65_535] }),
    point({ name: 'long', address: 2, type: 'uint64' }),
  ];
  const data = Uint8Array.of(0x80, 0, 0xff, 0xff, 0, 0x40, 0, 0, 0, 0, 0, 1);
  expect(decodeBlock(data, block({ count: 6, points }))).toEqual([
    ['none', Number.NaN],
    ['full', 65_535, 'uncertain'],
    ['long', 2 ** 54, 'uncertain'],
  ]);
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
