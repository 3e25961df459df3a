import fc from 'fast-check';
import { expect, it } from 'vitest';
import { TokenBucket } from './token-bucket.ts';

it('lets no more than its rate pass, and not much less, whatever the pieces', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5000 }),
      fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 50 }),
      (rate, pieces) => {
        const bucket = new TokenBucket(rate, 0);
        let nowMs = 0;
        let passed = 0;
        for (const piece of pieces) {
          nowMs += bucket.waitMs(nowMs);
          expect(bucket.waitMs(nowMs)).toBe(0);
          bucket.take(piece);
          passed += piece;
        }
        const allowed = (rate * nowMs) / 1000;
        expect(passed).toBeLessThanOrEqual(allowed + rate + 301);
        expect(passed).toBeGreaterThanOrEqual(allowed - 2);
      },
    ),
  );
});
