import { roles } from '@kuluma/shared/model/parties.ts';
import { dayMs, hourMs } from '@kuluma/shared/model/units.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sessionEndMs, wantsNewSecret } from './session-life.ts';

describe('the life of a session', () => {
  it('is a night for a planner, two weeks for a technician, half a day for an administrator', () => {
    expect(sessionEndMs(['planner'], 0, 0)).toBe(16 * hourMs);
    expect(sessionEndMs(['technician'], 0, 0)).toBe(14 * dayMs);
    expect(sessionEndMs(['planner', 'admin'], 0, 0)).toBe(4 * hourMs);
    expect(sessionEndMs(['planner', 'admin'], 0, 11 * hourMs)).toBe(12 * hourMs);
  });

  it('ends for good, however often it is used', () => {
    const some = fc.subarray([...roles]);
    fc.assert(
      fc.property(some, fc.array(fc.integer({ min: 0, max: hourMs }), { maxLength: 50 }), (held, pauses) => {
        let nowMs = 0;
        for (const pause of pauses) nowMs += pause;
        expect(sessionEndMs(held, 0, nowMs)).toBeLessThanOrEqual(90 * dayMs);
        expect(sessionEndMs(held, 0, nowMs)).toBeLessThanOrEqual(nowMs + 14 * dayMs);
      }),
    );
  });

  it('is renewed after a tenth of it, and not once its end is fixed', () => {
    const session = { roles: ['planner' as const], signedInAtMs: 0, expiresAtMs: 16 * hourMs };
    expect(wantsNewSecret(session, hourMs)).toBe(false);
    expect(wantsNewSecret(session, 2 * hourMs)).toBe(true);
    expect(wantsNewSecret({ ...session, expiresAtMs: 7 * dayMs }, 7 * dayMs - 1)).toBe(false);
  });
});
