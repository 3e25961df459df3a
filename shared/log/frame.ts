import { crc32c } from './crc32c.ts';

/** Bytes before the payload: its length and the CRC-32C over that length and the payload, both little-endian uint32. */
export const frameHeaderBytes = 8;
/** Also what tells a sane length from noise. */
export const maxPayloadBytes = 16 * 1024 * 1024;

const crcOf = (lengthBytes: Uint8Array, payload: Uint8Array): number => crc32c(payload, crc32c(lengthBytes));

/** The payloads as frames, one after another. */
export const encodeFrames = (payloads: readonly Uint8Array[]): Uint8Array => {
  const bytes = new Uint8Array(payloads.reduce((sum, p) => sum + frameHeaderBytes + p.length, 0));
  const view = new DataView(bytes.buffer);
  let offset = 0;
  for (const payload of payloads) {
    view.setUint32(offset, payload.length, true);
    view.setUint32(offset + 4, crcOf(bytes.subarray(offset, offset + 4), payload), true);
    bytes.set(payload, offset + frameHeaderBytes);
    offset += frameHeaderBytes + payload.length;
  }
  return bytes;
};

/** Length of the whole frame that starts at `offset`, or undefined where the header is cut or no sane length stands. */
export const frameLengthAt = (bytes: Uint8Array, offset: number): number | undefined => {
  if (offset + frameHeaderBytes > bytes.length) return undefined;
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(offset, true);
  return length > maxPayloadBytes ? undefined : frameHeaderBytes + length;
};

/** Length of the whole frame at `offset` if it is there and its CRC holds; `mostBytes` bounds what is tried. */
export const soundFrameAt = (bytes: Uint8Array, offset: number, mostBytes = Infinity): number | undefined => {
  const length = frameLengthAt(bytes, offset);
  if (length === undefined || length > mostBytes || offset + length > bytes.length) return undefined;
  const payload = bytes.subarray(offset + frameHeaderBytes, offset + length);
  const stated = new DataView(bytes.buffer, bytes.byteOffset).getUint32(offset + 4, true);
  return crcOf(bytes.subarray(offset, offset + 4), payload) === stated ? length : undefined;
};

/**
 * At most `limit` payloads (views, not copies) from the start of `bytes`, and where the last sound frame ends.
 * It stops without an error at the first frame that is cut or whose CRC does not hold.
 */
export const decodeFrames = (bytes: Uint8Array, limit = Infinity): { payloads: Uint8Array[]; end: number } => {
  const payloads: Uint8Array[] = [];
  let end = 0;
  while (payloads.length < limit) {
    const length = soundFrameAt(bytes, end);
    if (length === undefined) break;
    payloads.push(bytes.subarray(end + frameHeaderBytes, end + length));
    end += length;
  }
  return { payloads, end };
};
