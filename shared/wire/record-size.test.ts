import { expect, it } from 'vitest';
import { seededRandom } from '../clock.ts';
import { newId } from '../model/base.ts';
import { encodeLetter } from './letter.ts';
import { encodeRecord } from './record.ts';

const gatewayId = newId('gateway', seededRandom(1));
const key = { gatewayId, epoch: 1_790_000_000, class: 'live', seq: 1_000_000 } as const;

/** Which 250 of a thousand points a record holds, once each, and what they measure. */
const shapes = {
  'any floats, in any order, each at a time of its own': (random: () => number) => ({
    point: () => Math.floor(random() * 1000),
    stepMs: () => Math.floor(random() * 50),
    value: () => random() * 100,
  }),
  'floats of 32 bits, device by device': (random: () => number) => ({
    point: (i: number) => i,
    stepMs: () => 0,
    value: () => Math.fround(random() * 100),
  }),
  'registers of two decimals, device by device': (random: () => number) => ({
    point: (i: number) => i,
    stepMs: () => 0,
    value: () => Math.round(random() * 10_000) * 0.01,
  }),
} as const;

// docs/wire.md has these figures: npx vitest run --project unit shared/wire/record-size --reporter verbose
it.each([
  ['any floats, in any order, each at a time of its own', 9.7],
  ['floats of 32 bits, device by device', 4.2],
  ['registers of two decimals, device by device', 2.9],
] as const)('250 samples of 1,000 points, %s, take at most %d bytes each on the wire', (shape, mostBytes) => {
  const random = seededRandom(7);
  const { point, stepMs, value } = shapes[shape](random);
  const count = 250;
  let sampledAtMs = 1_790_000_000_000;
  const record = encodeRecord({
    key,
    kind: 'samples',
    samples: {
      tableId: '0123456789abcdef',
      count,
      point: Uint32Array.from({ length: count }, (_, i) => point(i)),
      sampledAtMs: Float64Array.from({ length: count }, () => (sampledAtMs += stepMs())),
      value: Float64Array.from({ length: count }, value),
      quality: new Uint8Array(count),
    },
  });
  const bytes = encodeLetter({ record, tables: [], restampMs: null }).length / count;
  expect(bytes).toBeLessThanOrEqual(mostBytes);
  expect(bytes).toBeGreaterThan(mostBytes - 0.6);
});
