import { crc32c } from '@kuluma/shared/log/crc32c.ts';
import type { WaveformBlock } from '../core/vibration/window-collector.ts';

/** `KW` and two bytes that no text holds. */
const sync = Uint8Array.of(0x4b, 0x57, 0xa5, 0x5a);
const version = 1;
const headBytes = 24;
const crcBytes = 4;
/** Bytes of a value by the number of its format. */
const valueBytes: Readonly<Record<number, 2 | 4>> = { 1: 2, 2: 4 };
/** A damaged length must not make us wait for ever. */
const mostValues = 8192;
/** Nor a wrong rate make us keep seconds of nothing: 250 kHz, in mHz. */
const mostRate = 250_000_000;

/** Length of the frame whose head stands at the start of `bytes`, or undefined where that is no head. */
const lengthOf = (bytes: Buffer): number | undefined => {
  const width = valueBytes[bytes.readUInt8(6)];
  const count = bytes.readUInt16LE(20);
  const rate = bytes.readUInt32LE(8);
  const isHead = bytes[4] === version && rate > 0 && rate <= mostRate && count > 0 && count <= mostValues;
  return isHead && width ? headBytes + count * width + crcBytes : undefined;
};

const blockOf = (frame: Buffer): WaveformBlock => {
  const isInt16 = frame[6] === 1;
  const values = new Float32Array(frame.readUInt16LE(20));
  for (let i = 0; i < values.length; i++)
    values[i] = isInt16 ? frame.readInt16LE(headBytes + 2 * i) : frame.readFloatLE(headBytes + 4 * i);
  return {
    channel: frame.readUInt8(5),
    sampleRateHz: frame.readUInt32LE(8) / 1000,
    firstSample: Number(frame.readBigUInt64LE(12)),
    values,
  };
};

const isWhole = (frame: Buffer): boolean =>
  crc32c(frame.subarray(sync.length, -crcBytes)) === frame.readUInt32LE(frame.length - crcBytes);

/** Takes blocks of raw values out of a stream of bytes: docs/wire.md, "Raw waveforms". Finds its place again after damage. */
export class WaveformFrames {
  #rest = Buffer.alloc(0);
  /** False at the start too: what comes before the first frame began before us. */
  #isInStep = false;
  #damaged = 0;

  /** Places at which something else stood where a frame should have. */
  get damaged(): number {
    return this.#damaged;
  }

  /** The blocks that `bytes` complete. */
  take(bytes: Uint8Array): WaveformBlock[] {
    let rest = this.#rest.length > 0 ? Buffer.concat([this.#rest, bytes]) : Buffer.from(bytes);
    const blocks: WaveformBlock[] = [];
    for (;;) {
      const start = this.#find(rest);
      rest = rest.subarray(start);
      if (rest.length < headBytes) break;
      const length = lengthOf(rest);
      if (length !== undefined && rest.length < length) break;
      const frame = rest.subarray(0, length);
      const isFrame = length !== undefined && isWhole(frame);
      if (isFrame) blocks.push(blockOf(frame));
      this.#step(isFrame);
      // After damage the next byte may begin a frame: a sync that values happened to spell must not swallow one.
      rest = rest.subarray(isFrame ? length : 1);
    }
    this.#rest = rest;
    return blocks;
  }

  /** Where the next frame may begin; a sync that the end cuts off is kept. */
  #find(bytes: Buffer): number {
    const found = bytes.indexOf(sync);
    let start = found;
    if (found < 0) {
      start = Math.max(0, bytes.length - sync.length + 1);
      while (start < bytes.length && !bytes.subarray(start).equals(sync.subarray(0, bytes.length - start))) start++;
    }
    if (start > 0) this.#step(false);
    return start;
  }

  #step(isFrame: boolean): void {
    if (this.#isInStep && !isFrame) this.#damaged++;
    this.#isInStep = isFrame;
  }
}
