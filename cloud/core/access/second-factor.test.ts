import { minuteMs } from '@kuluma/shared/model/units.ts';
import { describe, expect, it } from 'vitest';
import { afterFailure, factorWanted, freshMs, needsFactor } from './second-factor.ts';

const [none, codes, passkey] = [
  { hasCodes: false, passkeys: 0 },
  { hasCodes: true, passkeys: 0 },
  { hasCodes: false, passkeys: 1 },
];

describe('a second factor', () => {
  it('is needed by administrators, and by whoever took codes', () => {
    expect(needsFactor(['planner'], none)).toBe(false);
    expect(needsFactor(['planner'], codes)).toBe(true);
    expect(needsFactor(['planner', 'admin'], none)).toBe(true);
  });

  it('is set up first, then shown, and not asked again for a while', () => {
    expect(factorWanted(['planner'], passkey, undefined, 0)).toBeUndefined();
    expect(factorWanted(['admin'], none, undefined, 0)).toBe('missing');
    expect(factorWanted(['admin'], none, 0, freshMs)).toBe('missing');
    for (const factors of [codes, passkey]) {
      expect(factorWanted(['admin'], factors, undefined, 0)).toBe('needed');
      expect(factorWanted(['admin'], factors, 0, freshMs - 1)).toBeUndefined();
      expect(factorWanted(['admin'], factors, 0, freshMs)).toBe('needed');
    }
  });

  it('that is guessed at is not looked at for a while, longer each time', () => {
    let state = { failures: 0, lockedUntilMs: 0 };
    const locks: number[] = [];
    for (let n = 0; n < 20; n++) {
      state = afterFailure(state.failures, 0);
      locks.push(state.lockedUntilMs / minuteMs);
    }
    expect(locks.slice(0, 7)).toEqual([0, 0, 0, 0, 15, 30, 60]);
    expect(locks.at(-1)).toBe(24 * 60);
  });
});
