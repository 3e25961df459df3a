import { crc32c } from '@kuluma/shared/log/crc32c.ts';
import { expect, it } from 'vitest';
import type { WaveformBlock } from '../core/vibration/window-collector.ts';
import { WaveformFrames } from './waveform-frames.ts';

/** Recorded from a device: five values of channel 3 in each format. */
const int16 = Buffer.from('4b57a55a0103010000a086010700000002000000050000000000e80330f8ff7ffffff93fa831', 'hex');
const float32 = Buffer.from(
  '4b57a55a0103020000a08601070000000200000005000000000000000000003f000080bf000084416f1203ba6329d367',
  'hex',
);
const head = { channel: 3, sampleRateHz: 25_600, firstSample: 2 ** 33 + 7 };
const inCounts: WaveformBlock = { ...head, values: Float32Array.of(0, 1000, -2000, 32_767, -1) };
const inG: WaveformBlock = { ...head, values: Float32Array.of(0, 0.5, -1, 16.5, -0.0005) };

const read = (bytes: Uint8Array, pieceBytes = bytes.length) => {
  const frames = new WaveformFrames();
  const blocks: WaveformBlock[] = [];
  for (let at = 0; at < bytes.length; at += pieceBytes)
    blocks.push(...frames.take(bytes.subarray(at, at + pieceBytes)));
  return { blocks, damaged: frames.damaged };
};

it('reads both formats', () => {
  expect(read(Buffer.concat([int16, float32]))).toEqual({ blocks: [inCounts, inG], damaged: 0 });
});

it('reads what arrives in pieces of any size', () => {
  const stream = Buffer.concat([int16, float32, int16]);
  for (let size = 1; size < stream.length; size++)
    expect(read(stream, size)).toEqual({ blocks: [inCounts, inG, inCounts], damaged: 0 });
});

it('begins with the first whole frame of a stream that it joins anywhere', () => {
  for (let from = 1; from < int16.length; from++)
    expect(read(Buffer.concat([int16.subarray(from), float32]))).toEqual({ blocks: [inG], damaged: 0 });
});

it('loses only the frame in which a byte was changed, and counts the place', () => {
  for (let at = 0; at < float32.length; at++) {
    const spoilt = Buffer.concat([int16, float32, int16, int16, Buffer.alloc(32_800)]);
    const byte = spoilt[int16.length + at] ?? 0;
    spoilt[int16.length + at] = byte ^ 0x10;
    const { blocks, damaged } = read(spoilt);
    expect(blocks).toEqual([inCounts, inCounts, inCounts]);
    // The frame, and the zeros at the end.
    expect(damaged).toBe(2);
  }
});

it('loses only the frame in which bytes are missing', () => {
  for (let at = 0; at < float32.length; at++) {
    const stream = Buffer.concat([int16, float32.subarray(0, at), float32.subarray(at + 1), int16, int16]);
    expect(read(stream).blocks).toEqual([inCounts, inCounts, inCounts]);
  }
});

it('takes a rate that no sensor has for damage', () => {
  const absurd = Buffer.from(int16);
  absurd.writeUInt32LE(250_000_001, 8);
  absurd.writeUInt32LE(crc32c(absurd.subarray(4, -4)), absurd.length - 4);
  expect(read(Buffer.concat([int16, absurd, int16]))).toEqual({ blocks: [inCounts, inCounts], damaged: 1 });
});

it('does not guess at another version', () => {
  const later = Buffer.from(int16);
  later[4] = 2;
  later.writeUInt32LE(crc32c(later.subarray(4, -4)), later.length - 4);
  expect(read(Buffer.concat([later, int16])).blocks).toEqual([inCounts]);
});

it('is not led astray by values that spell the start of a frame', () => {
  const lured = Buffer.concat([Buffer.from('4b57a55a'), int16, Buffer.from('4b57a5'), float32]);
  expect(read(lured).blocks).toEqual([inCounts, inG]);
});
