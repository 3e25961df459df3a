import fc from 'fast-check';
import { Packr } from 'msgpackr';
import { expect, it } from 'vitest';
import { seededRandom } from '../clock.ts';
import { newId } from '../model/base.ts';
import { type Sample, sampleQualities } from '../model/sample.ts';
import { sampleClasses } from '../model/topics.ts';
import { decodeBatch, encodeBatch, type SampleBatch } from './sample-batch.ts';

const random = seededRandom(1);
const gatewayId = newId('gateway', random);
const pointIds = Array.from({ length: 200 }, () => newId('measurementPoint', random));
const packr = new Packr({ useRecords: false });

const sampleArbitrary: fc.Arbitrary<Sample> = fc.record({
  pointId: fc.constantFrom(...pointIds.slice(0, 12)),
  sampledAtMs: fc.integer({ min: 0, max: 8_640_000_000_000_000 }),
  value: fc.oneof(fc.double(), fc.float()),
  quality: fc.constantFrom(...sampleQualities),
});
const batchArbitrary: fc.Arbitrary<SampleBatch> = fc.record({
  gatewayId: fc.constant(gatewayId),
  epoch: fc.nat(),
  class: fc.constantFrom(...sampleClasses),
  seq: fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
  samples: fc.array(sampleArbitrary, { minLength: 1, maxLength: 50 }),
});

const oneSample = (): SampleBatch => ({
  gatewayId,
  epoch: 3,
  class: 'live',
  seq: 7,
  samples: [{ pointId: pointIds[0] as Sample['pointId'], sampledAtMs: 1_790_000_000_000, value: 1.5, quality: 'good' }],
});
const spoiled = (change: Record<string, unknown>) =>
  packr.pack({ ...(packr.unpack(encodeBatch(oneSample())) as object), ...change });

it('decodes what it encoded to the last bit, NaN and infinity too', () => {
  fc.assert(
    fc.property(batchArbitrary, (batch) => {
      expect(decodeBatch(encodeBatch(batch))).toEqual(batch);
    }),
  );
});

it('refuses any cut batch, and any other bytes, with INPUT_INVALID', () => {
  const whole = encodeBatch(oneSample());
  for (let length = 0; length < whole.length; length++)
    expect(() => decodeBatch(whole.subarray(0, length))).toThrow(expect.objectContaining({ code: 'INPUT_INVALID' }));
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      expect(() => decodeBatch(bytes)).toThrow(expect.objectContaining({ code: 'INPUT_INVALID' }));
    }),
  );
});

it.each([
  ['another version', { v: 2 }, '/v'],
  ['an id of another kind', { gatewayId: pointIds[0] }, '/gatewayId'],
  ['a seq below 0', { seq: -1 }, '/seq'],
  ['an unknown class', { class: 'fast' }, '/class'],
  ['an unknown key', { more: 1 }, '/'],
  ['no samples', { point: [], dtMs: [], quality: [], value: new Uint8Array() }, '/point'],
  ['an index without a point', { point: [1] }, '/point/0'],
  ['a short time column', { dtMs: [] }, '/dtMs'],
  ['a time before 1970', { dtMs: [-2_000_000_000_000] }, '/dtMs/0'],
  ['a long quality column', { quality: [0, 0] }, '/quality'],
  ['an unknown quality', { quality: [4] }, '/quality/0'],
  ['a cut value column', { value: new Uint8Array(7) }, '/value'],
  ['values that are no bytes', { value: [1.5] }, '/value'],
])('refuses %s and names its place', (_, change, path) => {
  expect(() => decodeBatch(spoiled(change))).toThrow(
    expect.objectContaining({ code: 'INPUT_INVALID', faults: [expect.objectContaining({ path })] }),
  );
});

it('does not trust an array length that the bytes cannot hold', () => {
  expect(() => decodeBatch(Uint8Array.of(0xdd, 0xff, 0xff, 0xff, 0xff))).toThrow(
    expect.objectContaining({ code: 'INPUT_INVALID' }),
  );
});

it.each([
  { samples: 100, points: 5, float32: false, mostBytes: 14 },
  { samples: 1000, points: 50, float32: false, mostBytes: 12.5 },
  { samples: 1000, points: 50, float32: true, mostBytes: 8.5 },
])('needs at most $mostBytes bytes a sample for $samples samples of $points points', (shape) => {
  const samples = Array.from({ length: shape.samples }, (_, i): Sample => {
    const value = random() * 100;
    return {
      pointId: pointIds[i % shape.points] as Sample['pointId'],
      sampledAtMs: 1_790_000_000_000 + Math.floor(i / shape.points) * 1000,
      value: shape.float32 ? Math.fround(value) : value,
      quality: 'good',
    };
  });
  const bytes = encodeBatch({ ...oneSample(), samples }).length / shape.samples;
  expect(bytes).toBeLessThanOrEqual(shape.mostBytes);
});
