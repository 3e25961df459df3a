import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createPacketSplitter } from './packet-splitter.ts';

const wanted = 0x32;
/** A type that the splitter knows nothing about. */
const other = 0xb0;
const isWanted = (firstByte: number) => firstByte === wanted;

const packet = (first: number, bodyBytes: number): number[] => {
  const length: number[] = [];
  for (let left = bodyBytes; length.length === 0 || left > 0; left = Math.floor(left / 128))
    length.push((left % 128) + (left >= 128 ? 128 : 0));
  return [first, ...length, ...Array.from({ length: bodyBytes }, (_, i) => (first + bodyBytes + i) % 256)];
};

it('takes whole the packets that are wanted and passes all other bytes in order, however the stream is cut', () => {
  const packets = fc.array(fc.tuple(fc.constantFrom(wanted, other, 0x30), fc.integer({ min: 3, max: 300 })));
  const cuts = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1 });
  fc.assert(
    fc.property(packets, cuts, (kinds, steps) => {
      const all = kinds.map(([first, size]) => packet(first, size));
      const stream = Buffer.from(all.flat());
      const split = createPacketSplitter(303, isWanted);
      const taken: number[][] = [];
      const passed: number[] = [];
      for (let at = 0, i = 0; at < stream.length; i++) {
        const step = steps[i % steps.length] as number;
        const found = split(stream.subarray(at, at + step));
        taken.push(...(found?.taken ?? []).map((bytes) => [...bytes]));
        passed.push(...(found?.passed ?? []));
        at += step;
      }
      expect(taken).toEqual(all.filter(([first]) => first === wanted));
      expect(passed).toEqual(all.filter(([first]) => first !== wanted).flat());
    }),
  );
});

it('refuses a packet above the limit at its header, wanted or not', () => {
  for (const first of [wanted, other]) {
    const split = createPacketSplitter(303, isWanted);
    expect(split(Buffer.from(packet(first, 300)))).toBeDefined();
    expect(split(Buffer.from(packet(first, 301).slice(0, 3)))).toBeUndefined();
  }
});

it('refuses a length that never ends', () => {
  const split = createPacketSplitter(1000, isWanted);
  expect(split(Buffer.of(wanted, 0xff, 0xff, 0xff))).toEqual({ taken: [], passed: undefined });
  expect(split(Buffer.of(0xff))).toBeUndefined();
});

it.each([
  ['a PUBREL without its number', 0x62, 0, 2],
  ['an acknowledgement that is longer than one', 0x40, 3, 2],
  ['a PINGREQ that says something', 0xc0, 1, 0],
  ['a SUBSCRIBE to nothing', 0x82, 2, 6],
])('refuses %s', (_, first, wrong, right) => {
  const split = createPacketSplitter(303, isWanted);
  expect(split(Buffer.from(packet(first, right)))).toBeDefined();
  expect(split(Buffer.from(packet(first, wrong)))).toBeUndefined();
});
