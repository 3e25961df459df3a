import { crc32c } from '@kuluma/shared/log/crc32c.ts';

export type WaveformFormat = 'int16' | 'float32';

/** g in one count of int16: 16 g fill the range. */
export const int16ScaleG = 0.0005;
/** More do not fit in a frame. */
export const mostFrameValues = 8192;

const headBytes = 24;

/** One frame of raw values in g, as docs/wire.md has it under "Raw waveforms". */
export const encodeWaveform = (block: {
  readonly channel: number;
  readonly format: WaveformFormat;
  readonly sampleRateHz: number;
  readonly firstSample: number;
  readonly values: Float32Array;
}): Buffer => {
  const isInt16 = block.format === 'int16';
  const width = isInt16 ? 2 : 4;
  const frame = Buffer.alloc(headBytes + width * block.values.length + 4);
  frame.set([0x4b, 0x57, 0xa5, 0x5a, 1, block.channel, isInt16 ? 1 : 2, 0]);
  frame.writeUInt32LE(Math.round(block.sampleRateHz * 1000), 8);
  frame.writeBigUInt64LE(BigInt(block.firstSample), 12);
  frame.writeUInt16LE(block.values.length, 20);
  for (const [i, value] of block.values.entries()) {
    const counts = Math.max(-32_768, Math.min(32_767, Math.round(value / int16ScaleG)));
    if (isInt16) frame.writeInt16LE(counts, headBytes + 2 * i);
    else frame.writeFloatLE(value, headBytes + 4 * i);
  }
  frame.writeUInt32LE(crc32c(frame.subarray(4, -4)), frame.length - 4);
  return frame;
};
