import fc from 'fast-check';
import { expect, it } from 'vitest';
import { crc16, type Framing, type ReadRequest, rtuFraming, tcpFraming } from './modbus-frame.ts';

const request: ReadRequest = { unit: 17, function: 'holding', address: 107, count: 3 };
const withCrc = (...body: number[]) =>
  Uint8Array.of(...body, crc16(Uint8Array.from(body)) & 255, crc16(Uint8Array.from(body)) >> 8);
const tcpReply = (transaction: number, ...afterLength: number[]) =>
  Uint8Array.of(transaction >> 8, transaction & 255, 0, 0, 0, afterLength.length, ...afterLength);
const data = [2, 43, 0, 0, 0, 100];

it('frames the example of the protocol document', () => {
  expect([...tcpFraming.request(request, 0x1501)]).toEqual([0x15, 1, 0, 0, 0, 6, 17, 3, 0, 107, 0, 3]);
  // Modbus over Serial Line, example of a read of unit 17: CRC 0x8776, low byte first.
  expect([...rtuFraming.request(request, 0)]).toEqual([17, 3, 0, 0x6b, 0, 3, 0x76, 0x87]);
});

it.each<[string, Framing, Uint8Array]>([
  ['TCP', tcpFraming, tcpReply(9, 17, 3, 6, ...data)],
  ['RTU', rtuFraming, withCrc(17, 3, 6, ...data)],
])('takes a %s reply when its last byte is there, and not before', (_, framing, whole) => {
  for (let length = 0; length < whole.length; length++)
    expect(framing.reply(whole.subarray(0, length), request, 9)).toBeUndefined();
  expect(framing.reply(whole, request, 9)).toEqual({ kind: 'data', data: Uint8Array.from(data) });
  expect(framing.reply(Uint8Array.of(...whole, ...whole), request, 9)?.kind).toBe('mismatch');
});

it.each<[string, Framing, Uint8Array]>([
  ['another transaction', tcpFraming, tcpReply(8, 17, 3, 6, ...data)],
  ['another unit on TCP', tcpFraming, tcpReply(9, 18, 3, 6, ...data)],
  ['another function on TCP', tcpFraming, tcpReply(9, 17, 4, 6, ...data)],
  ['another length on TCP', tcpFraming, tcpReply(9, 17, 3, 4, 2, 43, 0, 0)],
  ['a byte count that is not the length', tcpFraming, tcpReply(9, 17, 3, 4, ...data)],
  ['another protocol', tcpFraming, Uint8Array.of(0, 9, 0, 1, 0, 9, 17, 3, 6, ...data)],
  ['another unit on RTU', rtuFraming, withCrc(18, 3, 6, ...data)],
  ['another function on RTU', rtuFraming, withCrc(17, 4, 6, ...data)],
  ['another length on RTU', rtuFraming, withCrc(17, 3, 4, 2, 43, 0, 0)],
])('refuses a reply with %s', (_, framing, bytes) => {
  expect(framing.reply(bytes, request, 9)?.kind).toBe('mismatch');
});

it('gives the exception that a device answers', () => {
  expect(tcpFraming.reply(tcpReply(9, 17, 0x83, 2), request, 9)).toEqual({ kind: 'exception', code: 2 });
  expect(rtuFraming.reply(withCrc(17, 0x83, 2), request, 9)).toEqual({ kind: 'exception', code: 2 });
});

it('never takes an RTU reply in which up to three bits are flipped', () => {
  const whole = withCrc(17, 3, 6, ...data);
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(whole.length * 8 - 1), { minLength: 1, maxLength: 3 }), (bits) => {
      const spoiled = Uint8Array.from(whole);
      for (const bit of bits) spoiled[bit >> 3] = (spoiled[bit >> 3] as number) ^ (1 << (bit & 7));
      expect(rtuFraming.reply(spoiled, request, 9)?.kind).not.toBe('data');
    }),
    { numRuns: 500 },
  );
});
