import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createPacketMeter } from './packet-meter.ts';

const packet = (bodyBytes: number): number[] => {
  const length: number[] = [];
  for (let left = bodyBytes; length.length === 0 || left > 0; left = Math.floor(left / 128))
    length.push((left % 128) + (left >= 128 ? 128 : 0));
  return [0x32, ...length, ...Array<number>(bodyBytes).fill(0xff)];
};

it('lets packets up to the limit pass, however the stream is cut', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 300 })), fc.integer({ min: 1, max: 50 }), (sizes, step) => {
      const bytes = Uint8Array.from(sizes.flatMap(packet));
      const pass = createPacketMeter(300);
      for (let at = 0; at < bytes.length; at += step) expect(pass(bytes.subarray(at, at + step))).toBe(true);
    }),
  );
});

it('refuses a packet above the limit at its header', () => {
  const pass = createPacketMeter(300);
  expect(pass(Uint8Array.from(packet(300)))).toBe(true);
  expect(pass(Uint8Array.from(packet(301).slice(0, 3)))).toBe(false);
});

it('refuses a length that never ends', () => {
  expect(createPacketMeter(1000)(Uint8Array.of(0x32, 0xff, 0xff, 0xff, 0xff))).toBe(false);
});
