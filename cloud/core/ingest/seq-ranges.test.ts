import fc from 'fast-check';
import { expect, it } from 'vitest';
import { addSeq, hasSeq, type SeqRanges } from './seq-ranges.ts';

it('is the set of what was added, in ranges that do not touch', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(40)), (seqs) => {
      const ranges = seqs.reduce<SeqRanges>(addSeq, []);
      for (let seq = 0; seq <= 41; seq++) expect(hasSeq(ranges, seq)).toBe(seqs.includes(seq));
      for (const [i, [first, last]] of ranges.entries()) {
        expect(first).toBeLessThanOrEqual(last);
        expect(first).toBeGreaterThan((ranges[i - 1]?.[1] ?? -2) + 1);
      }
    }),
  );
});

it('is one range for a run, whatever its order', () => {
  expect([3, 1, 2, 0, 4].reduce<SeqRanges>(addSeq, [])).toEqual([[0, 4]]);
});
