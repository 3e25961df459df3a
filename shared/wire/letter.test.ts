import fc from 'fast-check';
import { expect, it } from 'vitest';
import { seededRandom } from '../clock.ts';
import { newId } from '../model/base.ts';
import { decodeLetter, encodeLetter, type Letter, tableIdOf } from './letter.ts';

const random = seededRandom(1);
const pointIds = Array.from({ length: 6 }, () => newId('measurementPoint', random));
const table = fc.subarray(pointIds, { minLength: 1 }).map((ids) => ({ tableId: tableIdOf(ids), pointIds: ids }));
const letter: fc.Arbitrary<Letter> = fc.record({
  record: fc.uint8Array({ maxLength: 50 }),
  tables: fc.array(table, { maxLength: 3 }),
  restampMs: fc.option(fc.integer({ min: -8.64e15, max: 8.64e15 })),
});
const invalid = expect.objectContaining({ code: 'INPUT_INVALID' });

it('decodes what it encoded', () => {
  fc.assert(
    fc.property(letter, (whole) => {
      expect(decodeLetter(encodeLetter(whole))).toEqual(whole);
    }),
  );
});

it('refuses a letter that is cut before its record, and takes or refuses any other bytes', () => {
  fc.assert(
    fc.property(letter, (whole) => {
      const bytes = encodeLetter({ ...whole, record: new Uint8Array() });
      for (let length = 0; length < bytes.length; length++)
        expect(() => decodeLetter(bytes.subarray(0, length))).toThrow(invalid);
    }),
    { numRuns: 30 },
  );
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      try {
        expect(encodeLetter(decodeLetter(bytes))).toEqual(bytes);
      } catch (error) {
        expect(error).toEqual(invalid);
      }
    }),
  );
});

it.each([
  ['another version', [1, 0, 0], '/version'],
  ['more tables than a letter holds', [2, 5], '/tables'],
  ['an empty table', [2, 1, 0, 0], '/tables/0'],
  ['a table of more points than bytes', [2, 1, 200, 1, 0], '/tables/0'],
  ['an id of other letters', [2, 1, 1, ...new Uint8Array(26), 0], '/tables/0/0'],
  ['a flag that is none', [2, 0, 2], '/restampMs'],
])('refuses %s and names its place', (_, bytes, path) => {
  expect(() => decodeLetter(Uint8Array.from(bytes))).toThrow(
    expect.objectContaining({ faults: [expect.objectContaining({ path })] }),
  );
});
