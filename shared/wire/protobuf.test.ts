import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../errors.ts';
import { ProtobufReader, ProtobufWriter, wireTypes } from './protobuf.ts';

const bytesOf = (hex: string) => Buffer.from(hex.replaceAll(' ', ''), 'hex');

describe('numbers of the specification of protocol buffers', () => {
  it.each([
    ['08 96 01', 150n],
    ['08 00', 0n],
    ['08 7f', 127n],
    ['08 80 01', 128n],
    ['08 ff ff ff ff 0f', 0xffffffffn],
    ['08 80 80 80 80 10', 0x1_0000_0000n],
    ['08 ff ff ff ff ff ff ff 0f', 2n ** 53n - 1n],
    ['08 ff ff ff ff ff ff ff ff ff 01', 2n ** 64n - 1n],
  ])('reads %s as %d and writes it so', (hex, value) => {
    const reader = new ProtobufReader(bytesOf(hex));
    expect([reader.next(), reader.field, reader.bigUint64]).toEqual([true, 1, value]);
    expect(reader.uint64).toBe(Number(value));
    expect(reader.next()).toBe(false);
    expect(Buffer.from(new ProtobufWriter().varint(1, value).done())).toEqual(bytesOf(hex));
    if (value < 2n ** 53n)
      expect(Buffer.from(new ProtobufWriter().varint(1, Number(value)).done())).toEqual(bytesOf(hex));
  });

  it('reads a number that is written longer than it must be', () => {
    const reader = new ProtobufReader(bytesOf('08 81 80 00'));
    expect([reader.next(), reader.uint32, reader.next()]).toEqual([true, 1, false]);
  });
});

it('reads every kind of field back, whatever the order and number of fields', () => {
  const field = fc.integer({ min: 1, max: 2 ** 29 - 1 });
  const someField = fc.oneof(
    fc.tuple(fc.constant('varint' as const), field, fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })),
    fc.tuple(fc.constant('double' as const), field, fc.double()),
    fc.tuple(fc.constant('float' as const), field, fc.float()),
    fc.tuple(fc.constant('boolean' as const), field, fc.boolean()),
    fc.tuple(fc.constant('string' as const), field, fc.string({ unit: 'binary' })),
    fc.tuple(fc.constant('bytes' as const), field, fc.uint8Array({ maxLength: 300 })),
  );
  fc.assert(
    fc.property(fc.array(someField), (fields) => {
      const writer = new ProtobufWriter();
      for (const [kind, at, value] of fields) writer[kind](at, value as never);
      const reader = new ProtobufReader(writer.done());
      for (const [kind, at, value] of fields) {
        expect(reader.next()).toBe(true);
        expect(reader.field).toBe(at);
        expect(reader[kind === 'varint' ? 'bigUint64' : kind]).toEqual(value);
      }
      expect(reader.next()).toBe(false);
    }),
  );
});

describe('bytes that are no message', () => {
  it.each([
    ['08', 'a key without its number'],
    ['08 80', 'a number without its end'],
    ['08 80 80 80 80 80 80 80 80 80 80 00', 'a number of eleven bytes'],
    ['00 01', 'field 0'],
    ['0b 01 0c', 'a group'],
    ['0a 05 01 02', 'a length beyond the end'],
    ['0a ff ff ff ff ff ff ff ff ff 01', 'a length beyond every end'],
    ['09 00 00 00', 'half a double'],
    ['0d 00', 'half a float'],
    ['88 80 80 80 80 01 00', 'a field number above its range'],
  ])('refuses %s: %s', (hex) => {
    const reader = new ProtobufReader(bytesOf(hex));
    expect(() => {
      while (reader.next());
    }).toThrow(expect.objectContaining({ code: 'INPUT_INVALID' }));
  });

  it('refuses text that is not UTF-8', () => {
    const reader = new ProtobufReader(bytesOf('0a 02 c3 28'));
    expect(reader.next()).toBe(true);
    expect(reader.is(1, wireTypes.bytes)).toBe(true);
    expect(() => reader.string).toThrow(expect.objectContaining({ code: 'INPUT_INVALID' }));
  });

  it('ends on any bytes, by their end or by a refusal', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        const reader = new ProtobufReader(bytes);
        try {
          while (reader.next());
        } catch (error) {
          expect(error).toBeInstanceOf(AppError);
        }
      }),
    );
  });
});
