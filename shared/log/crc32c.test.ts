import fc from 'fast-check';
import { expect, it } from 'vitest';
import { crc32c } from './crc32c.ts';

it('gives the check values of RFC 3720', () => {
  expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
  expect(crc32c(new Uint8Array(32).fill(0xff))).toBe(0x62a8ab43);
  expect(crc32c(Uint8Array.from({ length: 32 }, (_, i) => i))).toBe(0x46dd794e);
  expect(crc32c(new TextEncoder().encode('123456789'))).toBe(0xe3069283);
});

it('is the same in one go and in two', () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.uint8Array(), (head, tail) => {
      expect(crc32c(tail, crc32c(head))).toBe(crc32c(Uint8Array.of(...head, ...tail)));
    }),
  );
});
