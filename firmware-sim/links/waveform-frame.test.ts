import { expect, it } from 'vitest';
import { encodeWaveform } from './waveform-frame.ts';

const block = {
  channel: 3,
  sampleRateHz: 25_600,
  firstSample: 2 ** 33 + 7,
  values: Float32Array.of(0, 0.5, -1, 16.5, -0.0005),
};

it('writes int16 counts that stop at the end of their range', () => {
  expect(encodeWaveform({ ...block, format: 'int16' }).toString('hex')).toBe(
    '4b57a55a0103010000a086010700000002000000050000000000e80330f8ff7ffffff93fa831',
  );
});

it('writes float32 as they are', () => {
  expect(encodeWaveform({ ...block, format: 'float32' }).toString('hex')).toBe(
    '4b57a55a0103020000a08601070000000200000005000000000000000000003f000080bf000084416f1203ba6329d367',
  );
});
