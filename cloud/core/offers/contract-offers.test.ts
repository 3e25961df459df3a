import { seededRandom } from '@kuluma/shared/clock.ts';
import type { ContractOffer, ContractWorth, ServiceContract, Warranty } from '@kuluma/shared/model/agreements.ts';
import { freshBase, newId } from '@kuluma/shared/model/base.ts';
import type { Consent, Contact } from '@kuluma/shared/model/parties.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import { describe, expect, it } from 'vitest';
import { idFor, nowMs, origin } from '../planning/fixtures/records.ts';
import {
  acceptContract,
  chanceOf,
  declineContract,
  endsSoon,
  isAsked,
  leavesOn,
  makeContractOffer,
} from './contract-offers.ts';

const today = '2026-11-23';
const plan = {
  ...{ covers: ['labour'], monthlyCents: 4_000, visitCents: 0, terms: '' },
  ...{ months: 12, leadDays: 90, sendsUntilOn: null },
} satisfies Parameters<typeof makeContractOffer>[0]['plan'];
const warrantyOf = (untilOn: string, fromOn = '2025-01-01'): Warranty => ({
  ...freshBase('warranty', origin),
  ...{ machineId: idFor('machine'), fromOn, untilOn, covers: [], terms: '' },
});
const contractOf = (fromOn: string, untilOn: string | null): ServiceContract => ({
  ...freshBase('serviceContract', origin),
  ...{ machineId: idFor('machine'), ownerId: idFor('owner'), number: '7', fromOn, untilOn },
  ...{ covers: [], monthlyCents: 0, visitCents: 0, terms: '' },
});
const spread = { meanCents: 1, p10Cents: 0, p90Cents: 2 };
const worth: ContractWorth = {
  ...{ verdict: 'worth', visits: 1, without: spread, with: spread, saving: spread, savingProbability: 0.6 },
  breakEvenMonthlyCents: 5_000,
  basis: { ownEvents: 2, ownYears: 3, otherEvents: 0, otherYears: 0, forecasts: 1 },
};
const contact: Contact = {
  ...freshBase('contact', origin),
  ...{ ownerId: idFor('owner'), name: 'Essi', email: 'essi@example.com', phone: '', language: 'fi' },
  contactRoles: ['approver'],
};
const consent: Consent = {
  ...freshBase('consent', origin),
  ...{ contactId: contact.id, messageClass: 'marketingOffer', legalBasis: 'consent' },
  period: { fromMs: nowMs - dayMs, toMs: null },
};
const chance = { warrantyUntilOn: '2027-01-31', fromOn: '2027-02-01', untilOn: '2028-01-31' };
const offerOf = (changes: Partial<Parameters<typeof makeContractOffer>[0]> = {}): ContractOffer =>
  makeContractOffer({
    ...{ chance, plan, worth, contact, consents: [consent], origin },
    ...{ machineId: idFor('machine'), personId: idFor('person') },
    ...{ vatRatePermille: 255, timeZone: 'Europe/Helsinki' },
    ...changes,
  });

describe('a warranty that ends', () => {
  it('gives a chance for a contract from 90 days before its last day, which begins the day after', () => {
    expect(chanceOf(today, plan, [warrantyOf('2027-02-22')], [])).toBeUndefined();
    expect(chanceOf(today, plan, [warrantyOf('2027-02-21')], [])).toEqual({
      ...{ warrantyUntilOn: '2027-02-21', fromOn: '2027-02-22', untilOn: '2028-02-21' },
    });
    expect(chanceOf(today, plan, [warrantyOf(today)], [])?.fromOn).toBe('2026-11-24');
    expect(chanceOf(today, plan, [warrantyOf('2026-11-22')], [])).toBeUndefined();
    expect(chanceOf(today, plan, [], [])).toBeUndefined();
  });

  it('gives none where a later warranty or a contract goes on', () => {
    const ending = warrantyOf('2026-12-31');
    expect(chanceOf(today, plan, [ending, warrantyOf('2028-12-31', '2026-06-01')], [])).toBeUndefined();
    expect(chanceOf(today, plan, [ending], [contractOf('2026-01-01', null)])).toBeUndefined();
    expect(chanceOf(today, plan, [ending], [contractOf('2026-01-01', '2026-12-31')])).toBeDefined();
  });

  it('ends a contract of months on the last day of a month that has no such day', () => {
    const until = (day: string, months: number) => chanceOf(today, { ...plan, months }, [warrantyOf(day)], [])?.untilOn;
    expect(until('2026-12-30', 2)).toBe('2027-02-28');
    expect(until('2026-12-31', 1)).toBe('2027-01-31');
    expect(until('2027-01-31', 13)).toBe('2028-02-29');
  });

  it('is asked about once, whatever its days become', () => {
    const asked = [{ ownerId: idFor('owner'), warrantyUntilOn: '2027-01-31', createdAtMs: nowMs - 10 * dayMs }];
    const about = { ownerId: asked[0]?.ownerId ?? '', warrantyUntilOn: '2027-01-31', nowMs };
    expect(isAsked(asked, about)).toBe(true);
    expect(isAsked(asked, { ...about, warrantyUntilOn: '2027-02-28' })).toBe(true);
    expect(isAsked(asked, { ...about, ownerId: 'own_2' })).toBe(false);
    expect(isAsked(asked, { ...about, warrantyUntilOn: '2028-02-28', nowMs: nowMs + 400 * dayMs })).toBe(false);
  });
});

describe('the offer of a contract', () => {
  it('needs that it is worth it, and consent to what sells', () => {
    expect(() => offerOf({ worth: { ...worth, verdict: 'notWorth' } })).toThrow('not worth it');
    expect(() => offerOf({ worth: { ...worth, verdict: 'unknown' } })).toThrow('not worth it');
    expect(() => offerOf({ consents: [{ ...consent, legalBasis: 'contract' }] })).toThrow('has not agreed');
    expect(() => offerOf({ consents: [{ ...consent, messageClass: 'serviceNotice' }] })).toThrow('has not agreed');
    expect(offerOf()).toMatchObject({ state: 'sent', legalBasis: 'consent', monthlyCents: 4_000 });
  });

  it('stands until the warranty has ended where the company is', () => {
    expect(new Date(offerOf().validUntilMs).toISOString()).toBe('2027-01-31T22:00:00.000Z');
  });

  it('becomes the contract that was offered, once and in time', () => {
    const offer = offerOf();
    const made = acceptContract(offer, { tag: 'P-07', contracts: [], origin });
    expect(made.contract).toMatchObject({ number: 'P-07/2027', fromOn: '2027-02-01', covers: ['labour'] });
    expect(() => acceptContract(made.offer, { tag: 'P-07', contracts: [], origin })).toThrow('accepted already');
    const late = { ...origin, nowMs: offer.validUntilMs };
    expect(() => acceptContract(offer, { tag: 'P-07', contracts: [], origin: late })).toThrow('no longer valid');
    const other = { ...contractOf('2027-01-01', null), ownerId: offer.ownerId };
    expect(() => acceptContract(offer, { tag: 'P-07', contracts: [other], origin })).toThrow('a contract by now');
  });

  it('is declined with the reason', () => {
    expect(declineContract(offerOf(), 'too dear', nowMs)).toMatchObject({
      ...{ state: 'declined', declineReason: 'too dear', answeredAtMs: nowMs },
    });
  });
});

describe('a contract that ends', () => {
  const ours = newId('owner', seededRandom(8));
  const theirs = newId('owner', seededRandom(9));
  const ends = { ownerId: ours, untilOn: '2027-06-30' };
  const isDue = (today: string, others: Parameters<typeof endsSoon>[1] = []) =>
    endsSoon(ends, [ends, ...others], { today, leadDays: 90 });

  it('is told of from so many days before to its last day', () => {
    const days = ['2027-03-31', '2027-04-01', '2027-06-30', '2027-07-01'];
    expect(days.map((day) => isDue(day))).toEqual([false, true, true, false]);
  });

  it('is not where the same owner has one that goes on, or it has no end', () => {
    const today = '2027-06-01';
    expect(isDue(today, [{ ownerId: ours, untilOn: '2028-06-30' }])).toBe(false);
    expect(isDue(today, [{ ownerId: ours, untilOn: null }])).toBe(false);
    expect(isDue(today, [{ ownerId: theirs, untilOn: null }])).toBe(true);
    expect(endsSoon({ ownerId: ours, untilOn: null }, [], { today, leadDays: 90 })).toBe(false);
  });
});

describe('the day on which a contract leaves by itself', () => {
  it('is as the plan says, or later when owners of the model usually ask, never before', () => {
    const day = (rhythm: number | null) =>
      leavesOn('2027-06-30', { leadDays: 90 }, rhythm === null ? null : { leadDays: rhythm });
    expect([null, 30, 90, 180].map(day)).toEqual(['2027-04-01', '2027-05-31', '2027-04-01', '2027-04-01']);
  });
});
