import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fieldsOf, LineSplitter, numberOf } from './line-frame.ts';

it('gives the same lines however the text is cut', () => {
  const line = fc.string({ unit: fc.constantFrom('a', '1', ',', '.'), minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(fc.array(line), fc.constantFrom('\n', '\r\n'), fc.array(fc.nat(200)), (lines, end, cuts) => {
      const text = lines.map((l) => l + end).join('');
      const splitter = new LineSplitter(false);
      const at = [0, ...cuts.map((c) => c % (text.length + 1)).sort((a, b) => a - b), text.length];
      const got = at.slice(1).flatMap((to, i) => splitter.take(text.slice(at[i], to)));
      expect(got).toEqual(lines);
    }),
  );
});

it('leaves out the line in whose middle it began', () => {
  const splitter = new LineSplitter(true);
  expect(splitter.take('2.5,7')).toEqual([]);
  expect(splitter.take('\n1,2\n3,')).toEqual(['1,2']);
  expect(splitter.take('4\n')).toEqual(['3,4']);
});

it('gives up a line without end and goes on at the next', () => {
  const splitter = new LineSplitter(false);
  expect(splitter.take('x'.repeat(5000))).toEqual([]);
  expect(splitter.take('y\n1,2\n')).toEqual(['1,2']);
});

it('splits by delimiter, by groups of an expression, and inside a checked NMEA line', () => {
  expect(fieldsOf('KUL;1.5;2', { delimiter: ';' })).toEqual(['KUL', '1.5', '2']);
  expect(fieldsOf('T=21.5C P=3', { delimiter: ',', regex: 'T=([\\d.]+)C P=(\\d+)' })).toEqual([
    'T=21.5C P=3',
    '21.5',
    '3',
  ]);
  expect(fieldsOf('P=3', { delimiter: ',', regex: 'T=(\\d+)' })).toBeUndefined();
  const nmea = { delimiter: ',', checksum: 'nmea' } as const;
  expect(fieldsOf('$GPGLL,5300.97914,N,00259.98174,E,125926,A*28', nmea)?.[1]).toBe('5300.97914');
  expect(fieldsOf('$GPGLL,5300.97915,N,00259.98174,E,125926,A*28', nmea)).toBeUndefined();
  expect(fieldsOf('5300.97914,N', nmea)).toBeUndefined();
});

it('takes no number from an empty or foreign field', () => {
  expect([' 1.5', '-2e3', '', ' ', 'n/a', undefined].map(numberOf)).toEqual([1.5, -2000, NaN, NaN, NaN, NaN]);
});
