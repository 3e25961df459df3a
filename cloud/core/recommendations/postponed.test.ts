import { describe, expect, it } from 'vitest';
import { comesBack } from './postponed.ts';

const postponed = { state: 'postponed', postponed: { untilMs: 1000, healthGrade: 'act' } } as const;

describe('what was put off', () => {
  it('comes back on its day and not before', () => {
    expect(comesBack(postponed, { healthGrade: 'act' }, 999)).toBe(false);
    expect(comesBack(postponed, { healthGrade: 'act' }, 1000)).toBe(true);
  });

  it('comes back at once when the machine gets worse, not when it falls silent', () => {
    expect(comesBack(postponed, { healthGrade: 'critical' }, 10)).toBe(true);
    expect(comesBack(postponed, { healthGrade: 'unknown' }, 10)).toBe(false);
    expect(comesBack(postponed, undefined, 10)).toBe(false);
  });

  it('is nothing that is open', () => {
    expect(comesBack({ state: 'open', postponed: null }, { healthGrade: 'critical' }, 5000)).toBe(false);
  });
});
