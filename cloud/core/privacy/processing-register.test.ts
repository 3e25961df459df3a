import { recordKinds } from '@kuluma/shared/model/kinds.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import { describe, expect, it } from 'vitest';
import { processingRegister, purgeRules } from './processing-register.ts';

describe('the register of processing', () => {
  it('has every kind of personal records and no other', () => {
    const personal = Object.entries(recordKinds).flatMap(([kind, { personal: is }]) => (is ? [kind] : []));
    expect(Object.keys(processingRegister).sort()).toEqual(personal.sort());
  });

  it('counts a retention from an instant that the records of its kind have', () => {
    for (const { kind, since } of purgeRules(0, 0))
      expect(Object.keys(recordKinds[kind].schema.properties), kind).toContain(since);
  });

  it('lets sessions end by the time in which they were given, all else by that of the pages', () => {
    const rules = new Map(purgeRules(5000 * dayMs, 9000 * dayMs).map(({ kind, beforeMs }) => [kind, beforeMs]));
    expect(rules.get('session')).toBe(8970 * dayMs);
    expect(rules.get('inboundSms')).toBe(4635 * dayMs);
    expect(rules.has('person')).toBe(false);
  });
});
