import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc16 } from './crc16.ts';
import { createMbapFraming, createRtuFraming, type Framing, rtuFrame } from './framing.ts';

const readRequest = fc
  .record({
    unit: fc.integer({ min: 1, max: 247 }),
    fn: fc.constantFrom(1, 2, 3, 4, 5, 6),
    data: fc.uint8Array({ minLength: 4, maxLength: 4 }),
  })
  .map(({ unit, fn, data }) => ({ unit, pdu: Buffer.from([fn, ...data]) }));
const writeRequest = fc
  .record({
    unit: fc.integer({ min: 1, max: 247 }),
    fn: fc.constantFrom(15, 16),
    data: fc.uint8Array({ minLength: 1, maxLength: 40 }),
  })
  .map(({ unit, fn, data }) => ({ unit, pdu: Buffer.from([fn, 0, 0, 0, data.length, data.length, ...data]) }));
const requests = fc.array(fc.oneof(readRequest, writeRequest), { minLength: 1, maxLength: 8 });

const mbap = (unit: number, pdu: Buffer, transaction: number): Buffer => {
  const head = Buffer.from([0, 0, 0, 0, 0, 0, unit]);
  head.writeUInt16BE(transaction, 0);
  head.writeUInt16BE(pdu.length + 1, 4);
  return Buffer.concat([head, pdu]);
};

const pushInPieces = (framing: Framing, bytes: Buffer, pieces: readonly number[]) => {
  const frames = [];
  let at = 0;
  for (let i = 0; at < bytes.length; i++) {
    const size = pieces[i % pieces.length] ?? 1;
    frames.push(...(framing.push(bytes.subarray(at, at + size)) ?? []));
    at += size;
  }
  return frames.map(({ unit, pdu }) => ({ unit, pdu }));
};
const pieces = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 5 });

describe('framing', () => {
  it('cuts Modbus TCP requests out of any chunks', () => {
    fc.assert(
      fc.property(requests, pieces, (sent, sizes) => {
        const bytes = Buffer.concat(sent.map(({ unit, pdu }, i) => mbap(unit, pdu, i)));
        expect(pushInPieces(createMbapFraming(), bytes, sizes)).toEqual(sent);
      }),
    );
  });

  it('cuts RTU requests out of any chunks', () => {
    fc.assert(
      fc.property(requests, pieces, (sent, sizes) => {
        const bytes = Buffer.concat(sent.map(({ unit, pdu }) => rtuFrame(unit, pdu)));
        expect(pushInPieces(createRtuFraming(), bytes, sizes)).toEqual(sent);
      }),
    );
  });

  it('finds the next RTU request after noise', () => {
    const request = rtuFrame(9, Buffer.from([3, 0, 1, 0, 2]));
    const frames = createRtuFraming().push(Buffer.concat([Buffer.from([0xff, 0x00, 0x42]), request])) ?? [];
    expect(frames.map((f) => f.unit)).toEqual([9]);
  });

  it('forgets half a request after silence', () => {
    const framing = createRtuFraming();
    const request = rtuFrame(9, Buffer.from([3, 0, 1, 0, 2]));
    framing.push(request.subarray(0, 5));
    framing.onSilence();
    expect(framing.push(request)).toHaveLength(1);
  });

  it('gives up on a stream that is not Modbus TCP', () => {
    expect(createMbapFraming().push(Buffer.from('GET / HTTP/1.1\r\n'))).toBeUndefined();
  });

  it('answers under the transaction of the request', () => {
    const [frame] = createMbapFraming().push(mbap(3, Buffer.from([3, 0, 0, 0, 1]), 0xbeef)) ?? [];
    expect(frame?.frameReply(Buffer.from([3, 2, 0, 7])).toString('hex')).toBe('beef000000050303020007');
  });

  it('computes the CRC of the serial line specification', () => {
    expect(crc16(Buffer.from([0x02, 0x07]))).toBe(0x1241);
  });
});
