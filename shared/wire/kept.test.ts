import fc from 'fast-check';
import { expect, it } from 'vitest';
import { sampleClasses } from '../model/topics.ts';
import { isValid } from '../model/validate.ts';
import { isKept, Kept, keptOf } from './kept.ts';

const key = fc.record({
  epoch: fc.integer({ min: 0, max: 2 }),
  class: fc.constantFrom(...sampleClasses),
  seq: fc.integer({ min: 0, max: 20 }),
});

it('covers exactly the records that it was made of, in whatever order and however often they came', () => {
  fc.assert(
    fc.property(fc.array(key, { minLength: 1, maxLength: 60 }), fc.array(key), (keys, others) => {
      const kept = keptOf(keys);
      expect(isValid(Kept, JSON.parse(JSON.stringify(kept)))).toBe(true);
      for (const one of [...keys, ...others])
        expect(isKept(kept, one)).toBe(
          keys.some((k) => k.epoch === one.epoch && k.class === one.class && k.seq === one.seq),
        );
    }),
  );
});

it('needs one range for records that follow each other', () => {
  const keys = [3, 1, 2, 2, 7].map((seq) => ({ epoch: 4, class: 'live' as const, seq }));
  expect(keptOf(keys).ranges).toEqual([
    { epoch: 4, class: 'live', first: 1, last: 3 },
    { epoch: 4, class: 'live', first: 7, last: 7 },
  ]);
});

it.each([
  {},
  { v: 2, ranges: [{ epoch: 1, class: 'live', first: 0, last: 1 }] },
  { v: 1, ranges: [] },
  { v: 1, ranges: [{ epoch: 1, class: 'state', first: 0, last: 1 }] },
  { v: 1, ranges: [{ epoch: 1, class: 'live', first: -1, last: 1 }] },
  { v: 1, ranges: [{ epoch: 1, class: 'live', first: 0, last: 0.5 }] },
  { v: 1, ranges: [{ epoch: 1, class: 'live', first: 0, last: 2 ** 53 }] },
  { v: 1, ranges: [{ epoch: 1, class: 'live', first: 0 }] },
])('is not %j', (value) => {
  expect(isValid(Kept, value)).toBe(false);
});
