import { crc16 } from './crc16.ts';

/** One request as it came, and how a reply PDU to it is framed. */
export interface Frame {
  readonly unit: number;
  readonly pdu: Buffer;
  /** Bytes that the request took on the line. */
  readonly bytes: number;
  frameReply(pdu: Buffer): Buffer;
}

/** Cuts a byte stream into requests. */
export interface Framing {
  /** Frames that are complete with this chunk; undefined when the stream can no longer be understood. */
  push(chunk: Buffer): Frame[] | undefined;
  /** The line was silent: what is left of a frame is dropped. */
  onSilence(): void;
}

/** Modbus TCP: 7 bytes of MBAP header (transaction, protocol 0, length, unit), then the PDU. */
export const createMbapFraming = (): Framing => {
  let rest: Buffer = Buffer.alloc(0);
  return {
    push(chunk) {
      rest = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
      const frames: Frame[] = [];
      while (rest.length >= 8) {
        const length = rest.readUInt16BE(4);
        if (rest.readUInt16BE(2) !== 0 || length < 2 || length > 254) return undefined;
        if (rest.length < 6 + length) break;
        const header = Buffer.from(rest.subarray(0, 7));
        const pdu = Buffer.from(rest.subarray(7, 6 + length));
        rest = rest.subarray(6 + length);
        const frameReply = (reply: Buffer) => {
          const head = Buffer.from(header);
          head.writeUInt16BE(reply.length + 1, 4);
          return Buffer.concat([head, reply]);
        };
        frames.push({ unit: header[6] ?? 0, pdu, bytes: 6 + length, frameReply });
      }
      return frames;
    },
    onSilence() {},
  };
};

/** A unit id, a PDU and its CRC as they go over a serial line. */
export const rtuFrame = (unit: number, pdu: Buffer): Buffer => {
  const frame = Buffer.concat([Buffer.from([unit]), pdu, Buffer.alloc(2)]);
  frame.writeUInt16LE(crc16(frame.subarray(0, -2)), frame.length - 2);
  return frame;
};

/** Whole length of the request that starts in `bytes`, undefined while too few have come. */
const rtuLength = (bytes: Buffer): number | undefined => {
  const fn = bytes[1];
  if (fn !== 15 && fn !== 16) return 8;
  const dataBytes = bytes[6];
  return dataBytes === undefined ? undefined : 9 + dataBytes;
};

/**
 * Modbus RTU requests, cut by the length that their function code implies and checked by CRC; after noise it seeks the
 * next valid frame byte by byte. Silence (which a stream over TCP or a driver's buffer does not keep) only clears.
 */
export const createRtuFraming = (): Framing => {
  let rest: Buffer = Buffer.alloc(0);
  return {
    push(chunk) {
      rest = Buffer.concat([rest, chunk]);
      const frames: Frame[] = [];
      while (rest.length >= 2) {
        const length = rtuLength(rest);
        if (length === undefined || rest.length < length) break;
        const body = rest.subarray(0, length - 2);
        if (rest.readUInt16LE(length - 2) !== crc16(body)) {
          rest = rest.subarray(1);
          continue;
        }
        const unit = body[0] ?? 0;
        const pdu = Buffer.from(body.subarray(1));
        frames.push({ unit, pdu, bytes: length, frameReply: (reply) => rtuFrame(unit, reply) });
        rest = rest.subarray(length);
      }
      return frames;
    },
    onSilence() {
      rest = Buffer.alloc(0);
    },
  };
};
