import { freshBase } from '@kuluma/shared/model/base.ts';
import { digests, messageChannels, messagePurposes } from '@kuluma/shared/model/messages.ts';
import type { Consent } from '@kuluma/shared/model/parties.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contactId, contactPreference, nowMs, origin } from './fixtures/messages.ts';
import { type HeldWishes, nothingMore, type WishChanges, type Wishes, wishChanges, wishesOf } from './wishes.ts';

const consentOf = (changes: Partial<Consent> = {}): Consent => ({
  ...freshBase('consent', origin),
  contactId,
  messageClass: 'serviceNotice',
  legalBasis: 'contract',
  period: { fromMs: 0, toMs: null },
  ...changes,
});
const heldOf = (changes: Partial<HeldWishes> = {}): HeldWishes => ({
  contactId,
  consents: [consentOf()],
  preferences: [],
  reach: undefined,
  ...changes,
});
const by = { via: 'preferencePage', textVersion: '1' } as const;
const change = (held: HeldWishes, to: Wishes) => wishChanges(held, to, by, origin);
const replaced = <T extends { id: string }>(
  records: readonly T[],
  written: readonly { isNew: boolean; record: T }[],
): T[] => [
  ...records.map((one) => written.find(({ record }) => record.id === one.id)?.record ?? one),
  ...written.filter(({ isNew }) => isNew).map(({ record }) => record),
];
const after = (held: HeldWishes, { consents, preferences, reach }: WishChanges): HeldWishes => ({
  contactId,
  consents: replaced(held.consents, consents),
  preferences: replaced(held.preferences, preferences),
  reach: replaced(held.reach ? [held.reach] : [], reach)[0],
});

describe('the wishes of a contact', () => {
  it('are what their contract covers, by e-mail, and nothing that sells', () => {
    expect(wishesOf(heldOf(), nowMs)).toMatchObject({
      purposes: { offers: 'email', visits: 'email', results: 'email', contracts: 'no' },
      digest: 'asItComes',
      learnsTiming: false,
    });
  });

  it('are none without a legal basis', () => {
    const { purposes } = wishesOf(heldOf({ consents: [] }), nowMs);
    expect(new Set(Object.values(purposes))).toEqual(new Set(['no']));
  });

  it('hold for a whole class until one of its purposes has its own', () => {
    const bySms = contactPreference({ channel: 'sms' });
    const noResults = contactPreference({ purpose: 'results', stoppedFromMs: nowMs });
    expect(wishesOf(heldOf({ preferences: [noResults, bySms] }), nowMs).purposes).toEqual({
      ...{ offers: 'sms', visits: 'sms', results: 'no', contracts: 'no' },
    });
  });
});

describe('a change of wishes', () => {
  const now = wishesOf(heldOf(), nowMs);
  const wantsContracts = { ...now, purposes: { ...now.purposes, contracts: 'email' as const } };

  it('to hear what sells is a consent, on record with the words that were read; taking it back ends it', () => {
    const given = change(heldOf(), wantsContracts);
    expect(given.consents).toMatchObject([
      { isNew: true, record: { messageClass: 'marketingOffer', legalBasis: 'consent' } },
    ]);
    expect(given.entries).toMatchObject([{ subject: 'contracts', before: 'no', after: 'email', ...by }]);
    const held = after(heldOf(), given);
    const withdrawn = change(held, { ...wantsContracts, purposes: now.purposes });
    expect(withdrawn.consents).toMatchObject([{ isNew: false, record: { period: { toMs: nowMs } } }]);
  });

  it('ends no contract: what is not wanted is stopped', () => {
    const { consents, preferences } = change(heldOf(), nothingMore(now));
    expect(consents).toEqual([]);
    expect(preferences.map(({ record }) => record.purpose)).toEqual(['offers', 'visits', 'results']);
  });

  it('that says the same again writes nothing', () => {
    expect(change(heldOf(), now)).toEqual({ consents: [], preferences: [], reach: [], entries: [] });
  });

  const wish = fc.constantFrom(...messageChannels, 'no' as const);
  const wishes: fc.Arbitrary<Wishes> = fc.record({
    purposes: fc.record(Object.fromEntries(messagePurposes.map((purpose) => [purpose, wish]))) as fc.Arbitrary<
      Wishes['purposes']
    >,
    timeZone: fc.constantFrom(null, 'Europe/Stockholm'),
    pausedUntilMs: fc.constantFrom(null, nowMs + 1),
    digest: fc.constantFrom(...digests),
    hours: fc.constantFrom(null, { weekdays: [1, 3], from: '09:00', to: '11:00' }),
    learnsTiming: fc.boolean(),
  });

  it('brings in force exactly what was asked for, from whatever was before, and each difference stands in the ledger', () => {
    fc.assert(
      fc.property(wishes, wishes, fc.boolean(), (first, second, hasContract) => {
        const before = heldOf(hasContract ? {} : { consents: [] });
        const held = after(before, change(before, first));
        expect(wishesOf(held, nowMs)).toEqual(first);
        const { entries, ...rest } = change(held, second);
        const then = after(held, { entries, ...rest });
        expect(wishesOf(then, nowMs)).toEqual(second);
        expect(entries.every((entry) => entry.before !== entry.after)).toBe(true);
        expect(change(then, second).entries).toEqual([]);
        expect(entries.length > 0).toBe(JSON.stringify(first) !== JSON.stringify(second));
      }),
      { seed: 5, numRuns: 100 },
    );
  });
});
