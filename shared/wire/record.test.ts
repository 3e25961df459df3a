import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { seededRandom } from '../clock.ts';
import { newId } from '../model/base.ts';
import { sampleClasses } from '../model/topics.ts';
import { decodeRecord, encodeRecord, mostBodyBytes, peekRecord, type RecordBody, type WireRecord } from './record.ts';
import { mostTablePoints, type TableSamples, withPoints } from './samples-body.ts';

const random = seededRandom(1);
const gatewayId = newId('gateway', random);
const pointIds = Array.from({ length: 8 }, () => newId('measurementPoint', random));
const pointId = pointIds[0] as (typeof pointIds)[number];
const key = { gatewayId, epoch: 1_790_000_000, class: 'live', seq: 123_456 } as const;
/** Version, kind, class, packing; epoch in 5 bytes, seq in 3, gateway in 26. */
const headBytes = 4 + 5 + 3 + 26;

const instant = fc.integer({ min: 0, max: 8_640_000_000_000_000 });
/** As registers give them, as floats, and anything that a double can be. */
const value = fc.oneof(
  fc.integer({ min: -(2 ** 31), max: 2 ** 31 }),
  fc
    .tuple(fc.integer({ min: -32_768, max: 65_535 }), fc.constantFrom(0.1, 0.01, 0.001, 0.25))
    .map(([n, scale]) => n * scale),
  fc.tuple(fc.integer(), fc.integer({ min: 0, max: 12 })).map(([n, e]) => n / 10 ** e),
  fc.float(),
  fc.double(),
);
const samplesOfRows = (rows: readonly (readonly [number, number, number, number])[]): TableSamples => ({
  tableId: '0123456789abcdef',
  point: Uint32Array.from(rows, (r) => r[0]),
  sampledAtMs: Float64Array.from(rows, (r) => r[1]),
  value: Float64Array.from(rows, (r) => r[2]),
  quality: Uint8Array.from(rows, (r) => r[3]),
  count: rows.length,
});
const samples = fc
  .array(fc.tuple(fc.integer({ min: 0, max: mostTablePoints - 1 }), instant, value, fc.integer({ min: 0, max: 3 })), {
    minLength: 1,
    maxLength: 60,
  })
  .map(samplesOfRows);
const gap = fc.record({
  reason: fc.constantFrom('restart' as const, 'outboxFull' as const),
  fromMs: instant,
  toMs: instant,
  samples: fc.option(fc.nat()),
  pointIds: fc.option(fc.subarray(pointIds)),
});
const alarm = fc.record({
  pointId: fc.constantFrom(...pointIds),
  rule: fc.string({ minLength: 1, maxLength: 100 }),
  state: fc.constantFrom('raised' as const, 'cleared' as const),
  severity: fc.constantFrom('warning' as const, 'alarm' as const),
  occurredAtMs: instant,
  value: fc.double({ noNaN: true, noDefaultInfinity: true }).filter((v) => !Object.is(v, -0)),
  limit: fc.integer(),
});
const waveform = fc.record({
  pointId: fc.constantFrom(...pointIds),
  sampledAtMs: instant,
  sampleRateHz: fc.integer({ min: 1, max: 1e6 }),
  unit: fc.constant('mm/s' as const),
  trigger: fc.constantFrom('alarm' as const, 'request' as const),
  values: fc.float32Array({ maxLength: 200 }).map((floats) => new Uint8Array(floats.buffer)),
});
const body: fc.Arbitrary<RecordBody> = fc.oneof(
  samples.map((s) => ({ kind: 'samples' as const, samples: s })),
  gap.map((g) => ({ kind: 'gap' as const, gap: g })),
  fc.array(alarm, { minLength: 1, maxLength: 5 }).map((alarms) => ({ kind: 'alarms' as const, alarms })),
  waveform.map((w) => ({ kind: 'waveform' as const, waveform: w })),
);
const record: fc.Arbitrary<WireRecord> = fc
  .tuple(
    fc.record({
      gatewayId: fc.constant(gatewayId),
      epoch: fc.maxSafeNat(),
      class: fc.constantFrom(...sampleClasses),
      seq: fc.maxSafeNat(),
    }),
    body,
  )
  .map(([own, rest]) => ({ key: own, ...rest }));

const invalid = expect.objectContaining({
  code: 'INPUT_INVALID',
  faults: [expect.objectContaining({ path: expect.any(String) })],
});
const refusal = (bytes: Uint8Array): string => {
  try {
    decodeRecord(bytes);
  } catch (error) {
    expect(error).toEqual(invalid);
    return (error as { faults: { path: string }[] }).faults[0]?.path ?? '';
  }
  return 'none';
};

it('decodes every kind as it was, to the last bit, and tells its key without unpacking it', () => {
  fc.assert(
    fc.property(record, (whole) => {
      const bytes = encodeRecord(whole);
      expect(decodeRecord(bytes)).toEqual(whole);
      expect(peekRecord(bytes)).toEqual({ key: whole.key, kind: whole.kind });
    }),
    { numRuns: 300 },
  );
});

it('gives the same bytes for the same record', () => {
  fc.assert(
    fc.property(record, (whole) => {
      expect(encodeRecord(decodeRecord(encodeRecord(whole)))).toEqual(encodeRecord(whole));
    }),
  );
});

it('refuses a record cut anywhere, or with a byte more', () => {
  fc.assert(
    fc.property(record, (whole) => {
      const bytes = encodeRecord(whole);
      // A waveform ends where its values end: only its cuts between two values are waveforms too.
      if (whole.kind !== 'waveform')
        for (let length = 0; length < bytes.length; length++)
          expect(refusal(bytes.subarray(0, length))).not.toBe('none');
      expect(refusal(Uint8Array.of(...bytes, 0))).not.toBe('none');
    }),
    { numRuns: 15 },
  );
});

it('refuses any other bytes, and what takes a flipped byte it can encode again', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      expect(refusal(bytes)).not.toBe('none');
    }),
  );
  fc.assert(
    fc.property(record, fc.nat(), fc.integer({ min: 1, max: 255 }), (whole, at, flip) => {
      const bytes = encodeRecord(whole);
      const index = at % bytes.length;
      bytes[index] = (bytes[index] as number) ^ flip;
      if (refusal(bytes) === 'none')
        expect(decodeRecord(encodeRecord(decodeRecord(bytes)))).toEqual(decodeRecord(bytes));
    }),
    { numRuns: 300 },
  );
});

const oneRow = encodeRecord({ key, kind: 'samples', samples: samplesOfRows([[3, 1_790_000_000_000, 21.5, 0]]) });
const spoiled = (at: number, value: number): Uint8Array => {
  const bytes = oneRow.slice();
  bytes[at] = value;
  return bytes;
};
// Body: 8 bytes of table, count, point, 6 of time, quality, form, 2 of value.
it.each([
  ['another version', 0, 1, '/version'],
  ['an unknown kind', 1, 9, '/kind'],
  ['an unknown class', 2, 3, '/class'],
  ['an unknown packing', 3, 2, '/packing'],
  ['a packing that is none', 3, 1, '/body'],
  ['a gateway that is no id', headBytes - 1, 0x69, '/gatewayId'],
  ['no samples', headBytes + 8, 0, '/samples/count'],
  ['more samples than bytes', headBytes + 8, 100, '/samples/point/1'],
  ['an index below the table', headBytes + 9, 3, '/samples/point/0'],
  ['an unknown quality', headBytes + 16, 8, '/samples/quality/0'],
  ['an unknown form', headBytes + 17, 60, '/samples/value/form/0'],
])('refuses %s and names its place', (_, at, byte, path) => {
  expect(refusal(spoiled(at, byte))).toBe(path);
});

it('refuses a body that would unpack to more than a record holds, and one with bytes behind its packing', () => {
  const head = oneRow.subarray(0, headBytes);
  const packed = (bytes: Uint8Array) => {
    const whole = Buffer.concat([head, bytes]);
    whole[3] = 1;
    return whole;
  };
  expect(refusal(packed(deflateRawSync(new Uint8Array(100 * 1024 * 1024))))).toBe('/body');
  const body = oneRow.subarray(headBytes);
  expect(refusal(packed(deflateRawSync(body)))).toBe('none');
  expect(refusal(packed(Buffer.concat([deflateRawSync(body), Buffer.of(0)])))).toBe('/body');
});

it('refuses to make what nobody would take', () => {
  const make = (rest: RecordBody) => () => encodeRecord({ key, ...rest });
  expect(make({ kind: 'alarms', alarms: [] })).toThrow(invalid);
  expect(make({ kind: 'samples', samples: samplesOfRows([]) })).toThrow(invalid);
  const head = { pointId, sampledAtMs: 0, sampleRateHz: 1, unit: 'mm/s', trigger: 'alarm' } as const;
  expect(make({ kind: 'waveform', waveform: { ...head, values: new Uint8Array(mostBodyBytes) } })).toThrow(invalid);
  expect(make({ kind: 'waveform', waveform: { ...head, values: new Uint8Array(6) } })).toThrow(invalid);
});

it('joins samples with their points and refuses an index outside the table', () => {
  const table = samplesOfRows([[7, 5, 1, 0]]);
  expect(withPoints(table, pointIds)).toMatchObject({ pointIds, count: 1 });
  expect(() => withPoints(table, pointIds.slice(0, 7))).toThrow(invalid);
});
