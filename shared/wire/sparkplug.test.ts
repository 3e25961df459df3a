import fc from 'fast-check';
import sparkplug from 'sparkplug-payload';
import { describe, expect, it } from 'vitest';
import { AppError } from '../errors.ts';
import {
  bdSeqMetric,
  decodeSparkplug,
  encodeSparkplug,
  rebirthMetric,
  type SparkplugMetric,
  type SparkplugPayload,
  sparkplugNumber,
  sparkplugTypes,
} from './sparkplug.ts';

/** The library of Eclipse Tahu, by another hand. */
const theirs = sparkplug.get('spBv1.0');
if (!theirs) throw new Error('sparkplug-payload knows no spBv1.0');
type TheirMetric = NonNullable<Parameters<typeof theirs.encodePayload>[0]['metrics']>[number];

const atMs = 1_790_000_000_123;

describe('a payload is read as another library wrote it', () => {
  const written = (metrics: TheirMetric[]) =>
    decodeSparkplug(theirs.encodePayload({ timestamp: atMs, seq: 7, metrics }));
  const numberIn = (metric: TheirMetric) => {
    const [read] = written([metric]).metrics;
    return read?.value && sparkplugNumber(read.value, read.datatype ?? 0);
  };

  it.each([
    ['Int8', -128],
    ['Int8', 127],
    ['Int16', -32_768],
    ['Int32', -1],
    ['Int32', 2 ** 31 - 1],
    ['Int64', -5],
    ['Int64', Number.MIN_SAFE_INTEGER],
    ['UInt8', 255],
    ['UInt16', 65_535],
    ['UInt32', 2 ** 32 - 1],
    ['UInt64', Number.MAX_SAFE_INTEGER],
    ['Float', 1.5],
    ['Double', -0.1],
    ['DateTime', atMs],
  ] as const)('%s %d', (type, value) => {
    expect(numberIn({ name: 'x', type, value })).toBe(value);
  });

  it.each([true, false])('Boolean %s as 0 or 1', (value) => {
    expect(numberIn({ name: 'x', type: 'Boolean', value })).toBe(Number(value));
  });

  it.each([
    ['String', 'running'],
    ['Text', ''],
    ['Bytes', Uint8Array.of(1, 2)],
    ['DataSet', { numOfColumns: 1, columns: ['a'], types: ['Double'], rows: [[1]] }],
    ['Template', { isDefinition: true, metrics: [{ name: 'inner', type: 'Double', value: 1 }], parameters: [] }],
  ] as TheirMetric[][] & [TheirMetric['type'], TheirMetric['value']][])('%s as no number', (type, value) => {
    const { metrics } = written([
      { name: 'x', type, value },
      { name: 'after', type: 'Double', value: 2 },
    ]);
    expect(metrics[0]?.value).toEqual({ kind: 'notNumeric' });
    expect(metrics[1]).toMatchObject({ name: 'after', value: { kind: 'double', value: 2 } });
  });

  it('names, aliases, times, flags, quality and unit', () => {
    const properties = {
      engUnit: { type: 'String', value: 'mm/s' },
      Quality: { type: 'Int32', value: 500 },
    } as NonNullable<TheirMetric['properties']>;
    const payload = written([
      {
        name: 'a',
        alias: 3,
        timestamp: atMs - 5,
        type: 'Double',
        value: 1,
        isHistorical: true,
        isTransient: true,
        properties,
      },
      { name: 'b', type: 'Int32', value: null, isNull: true },
    ]);
    expect(payload).toEqual({
      timestampMs: atMs,
      seq: 7,
      metrics: [
        {
          name: 'a',
          alias: 3,
          timestampMs: atMs - 5,
          datatype: sparkplugTypes.Double,
          isHistorical: true,
          isTransient: true,
          quality: 500,
          unit: 'mm/s',
          value: { kind: 'double', value: 1 },
        },
        { name: 'b', datatype: sparkplugTypes.Int32, isNull: true },
      ],
    });
  });
});

describe('another library reads a payload as it was written', () => {
  it('as a birth with every attribute', () => {
    const payload: SparkplugPayload = {
      timestampMs: atMs,
      seq: 0,
      metrics: [
        { name: bdSeqMetric, timestampMs: atMs, datatype: sparkplugTypes.Int64, value: { kind: 'long', value: 255n } },
        {
          name: rebirthMetric,
          timestampMs: atMs,
          datatype: sparkplugTypes.Boolean,
          value: { kind: 'boolean', value: false },
        },
        {
          name: 'värähtely',
          alias: 2 ** 40,
          timestampMs: atMs - 1,
          datatype: sparkplugTypes.Double,
          quality: 0,
          unit: 'mm/s',
          value: { kind: 'double', value: 0.1 },
        },
        { name: 'none yet', alias: 2, timestampMs: atMs, datatype: sparkplugTypes.Float, isNull: true },
        { alias: 3, isHistorical: true, datatype: sparkplugTypes.Int16, value: { kind: 'int', value: 0xff_ff_ff_fe } },
      ],
    };
    const read = JSON.parse(JSON.stringify(theirs.decodePayload(encodeSparkplug(payload))));
    const long = (value: number) =>
      JSON.parse(JSON.stringify(theirs.decodePayload(theirs.encodePayload({ timestamp: value })))).timestamp;
    expect(read).toEqual({
      timestamp: long(atMs),
      seq: long(0),
      metrics: [
        { name: bdSeqMetric, timestamp: long(atMs), type: 'Int64', value: { ...long(255), unsigned: false } },
        { name: rebirthMetric, timestamp: long(atMs), type: 'Boolean', value: false },
        {
          name: 'värähtely',
          alias: long(2 ** 40),
          timestamp: long(atMs - 1),
          type: 'Double',
          value: 0.1,
          properties: { Quality: { type: 'Int32', value: 0 }, engUnit: { type: 'String', value: 'mm/s' } },
        },
        { name: 'none yet', alias: long(2), timestamp: long(atMs), type: 'Float', value: null },
        { alias: long(3), isHistorical: true, type: 'Int16', value: -2 },
      ],
    });
  });
});

it('gives the bytes that the specification asks for', () => {
  const payload: SparkplugPayload = {
    timestampMs: 1_486_144_502_122,
    seq: 2,
    metrics: [{ alias: 1, timestampMs: 1_479_123_452_194, value: { kind: 'float', value: 12.5 } }],
  };
  const golden = '08eaf2f5a8a02b 120e 1001 18a2828395862b 65 00004841 1802'.replaceAll(' ', '');
  expect(Buffer.from(encodeSparkplug(payload)).toString('hex')).toBe(golden);
  expect(decodeSparkplug(Buffer.from(golden, 'hex'))).toEqual(payload);
});

const someValue = fc.oneof(
  fc.record({ kind: fc.constant('int' as const), value: fc.integer({ min: 0, max: 2 ** 32 - 1 }) }),
  fc.record({ kind: fc.constant('long' as const), value: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }) }),
  fc.record({ kind: fc.constant('float' as const), value: fc.float() }),
  fc.record({ kind: fc.constant('double' as const), value: fc.double() }),
  fc.record({ kind: fc.constant('boolean' as const), value: fc.boolean() }),
);
const whole = fc.maxSafeNat();
const someMetric: fc.Arbitrary<SparkplugMetric> = fc.record(
  {
    name: fc.string({ unit: 'binary' }),
    alias: fc.oneof(whole, fc.bigInt({ min: 2n ** 53n, max: 2n ** 64n - 1n })),
    timestampMs: whole,
    datatype: fc.nat(34),
    isHistorical: fc.boolean(),
    isTransient: fc.boolean(),
    isNull: fc.boolean(),
    quality: fc.nat(500),
    unit: fc.string({ unit: 'binary' }),
    value: someValue,
  },
  { requiredKeys: [] },
);
const somePayload = fc.record(
  { timestampMs: whole, seq: fc.nat(255), metrics: fc.array(someMetric) },
  { requiredKeys: ['metrics'] },
);

it('reads every payload back that it writes', () => {
  fc.assert(
    fc.property(somePayload, (payload) => void expect(decodeSparkplug(encodeSparkplug(payload))).toEqual(payload)),
  );
});

it('reads or refuses spoiled bytes, and never fails otherwise', () => {
  const spoiled = fc.tuple(somePayload, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }), fc.nat());
  fc.assert(
    fc.property(spoiled, ([payload, flips, cut]) => {
      const bytes = Uint8Array.from(encodeSparkplug(payload));
      for (const [at, value] of flips) bytes[at % (bytes.length || 1)] = value;
      try {
        for (const { value, datatype } of decodeSparkplug(bytes.subarray(0, bytes.length - (cut % 3))).metrics)
          if (value) sparkplugNumber(value, datatype ?? 0);
      } catch (error) {
        expect(error).toBeInstanceOf(AppError);
      }
    }),
    { numRuns: 300 },
  );
});

describe('the data type says what the bits mean', () => {
  const { Int8, Int16, UInt8, UInt32, Int64, Float, Double, Boolean: Bool } = sparkplugTypes;
  it.each([
    ['a negative int8 cut to its width', 'int', 0xfb, Int8, -5],
    ['a negative int8 extended to the field', 'int', 0xff_ff_ff_fb, Int8, -5],
    ['a negative int16 in the wider field', 'long', 2n ** 64n - 5n, Int16, -5],
    ['an int8 that is too large', 'int', 0x1fb, Int8, undefined],
    ['a uint8 that is too large', 'int', 256, UInt8, undefined],
    ['a uint32 in either field', 'long', 2n ** 32n - 1n, UInt32, 2 ** 32 - 1],
    ['an int64 in the narrow field', 'int', 7, Int64, 7],
    ['an int as a float', 'int', 7, Float, undefined],
    ['a float as an int', 'float', 7, Int64, undefined],
    ['a float where a double is said', 'float', 0.5, Double, 0.5],
    ['a flag as an int', 'boolean', true, Int8, undefined],
    ['an int as a flag', 'int', 1, Bool, undefined],
    ['a number of a type that is none', 'int', 1, 12, undefined],
    ['a double without a type', 'double', 0.5, undefined, 0.5],
    ['an int without a type', 'int', 1, undefined, undefined],
    ['NaN', 'double', Number.NaN, Double, Number.NaN],
  ] as [string, never, never, number | undefined, number | undefined][])('%s', (_, kind, value, datatype, number) => {
    expect(sparkplugNumber({ kind, value }, datatype)).toBe(number);
  });
});
