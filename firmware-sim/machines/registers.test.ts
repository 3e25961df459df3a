import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { machineTypeNames, machineTypes } from './index.ts';
import { type RegisterType, registerTypes } from './machine-type.ts';
import { placePoints, rawFrom, wordsFrom } from './registers.ts';

/** An independent decoder: words to bytes, bytes to a number. */
const decode = (type: RegisterType, words: readonly number[], wordOrder: 'big' | 'little'): number => {
  const bytes = Buffer.alloc(2 * words.length);
  const ordered = wordOrder === 'big' ? words : [...words].reverse();
  for (const [i, word] of ordered.entries()) bytes.writeUInt16BE(word, 2 * i);
  switch (type) {
    case 'int16':
      return bytes.readInt16BE();
    case 'uint16':
      return bytes.readUInt16BE();
    case 'int32':
      return bytes.readInt32BE();
    case 'uint32':
      return bytes.readUInt32BE();
    case 'float32':
      return bytes.readFloatBE();
    case 'float64':
      return bytes.readDoubleBE();
  }
};

it('lays every type into words that decode to the same raw number', () => {
  const rawOf = {
    int16: fc.integer({ min: -32_768, max: 32_767 }),
    uint16: fc.integer({ min: 0, max: 65_535 }),
    int32: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
    uint32: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
    float32: fc.float({ noNaN: true }),
    float64: fc.double({ noNaN: true }),
  } as const;
  for (const type of registerTypes)
    fc.assert(
      fc.property(rawOf[type], fc.constantFrom('big' as const, 'little' as const), (raw, order) => {
        expect(decode(type, wordsFrom(type, raw, order), order)).toBe(raw);
      }),
    );
});

describe.each(machineTypeNames)('the register map of a %s', (name) => {
  it('is one block within one read, the fast points together', () => {
    const places = placePoints(machineTypes[name]);
    let address: number = machineTypes[name].firstAddress;
    for (const place of places) {
      expect(place.address).toBe(address);
      address += place.words;
    }
    expect(address - machineTypes[name].firstAddress).toBeLessThanOrEqual(125);
    const classes = places.map((p) => p.point.scanClass);
    expect(classes.lastIndexOf('fast')).toBeLessThan(classes.indexOf('slow'));
  });

  it('holds the whole range of every sensor', () => {
    for (const { point } of placePoints(machineTypes[name]))
      for (const value of [point.min, point.max]) {
        const raw = rawFrom(point, value);
        expect(decode(point.type, wordsFrom(point.type, raw, 'big'), 'big') * point.scale).toBeCloseTo(value, 3);
      }
  });
});
