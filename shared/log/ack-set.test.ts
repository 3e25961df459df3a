import fc from 'fast-check';
import { expect, it } from 'vitest';
import { AckSet } from './ack-set.ts';

const adds = fc.array(fc.tuple(fc.nat(60), fc.integer({ min: 1, max: 9 })), { maxLength: 30 });

it('holds exactly what was added to it, and says so as text', () => {
  fc.assert(
    fc.property(fc.nat(5), adds, (prefix, ranges) => {
      const set = AckSet.upTo(prefix);
      const held = new Set(Array.from({ length: prefix }, (_, i) => i));
      for (const [from, length] of ranges) {
        set.add(from, from + length);
        for (let i = from; i < from + length; i++) held.add(i);
      }
      const firstFree = (from: number): number => (held.has(from) ? firstFree(from + 1) : from);
      const runStart = (to: number): number => (held.has(to - 1) ? runStart(to - 1) : to);
      for (const same of [set, AckSet.parse(set.toString())]) {
        for (let at = 0; at < 75; at++) {
          expect(same?.next(at)).toBe(firstFree(at));
          expect(same?.startOfRunTo(at)).toBe(runStart(at));
          expect(same?.countIn(at, at + 10)).toBe([...held].filter((i) => i >= at && i < at + 10).length);
        }
        expect(same?.prefix).toBe(firstFree(0));
        expect(same?.end).toBe(Math.max(0, ...[...held].map((i) => i + 1)));
      }
    }),
  );
});

it('parses nothing but its own text', () => {
  for (const text of ['', '-1', '3 4', '3 4-', '3 4-5 x', 'three']) expect(AckSet.parse(text)).toBeUndefined();
});
