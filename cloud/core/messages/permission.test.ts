import { freshBase } from '@kuluma/shared/model/base.ts';
import type { Consent, DataLicence } from '@kuluma/shared/model/parties.ts';
import { describe, expect, it } from 'vitest';
import { idFor, nowMs, origin } from '../planning/fixtures/records.ts';
import { mayTrainOn, permitMessage } from './permission.ts';

const contactId = idFor('contact');
const ownerId = idFor('owner');
const consentOf = (changes: Partial<Consent>): Consent => ({
  ...freshBase('consent', origin),
  contactId,
  messageClass: 'serviceNotice',
  legalBasis: 'contract',
  period: { fromMs: nowMs, toMs: null },
  ...changes,
});

describe('a message', () => {
  it('is not sent without a basis', () => {
    expect(() => permitMessage('visitConfirmed', contactId, [], nowMs)).toThrow('No consent or contract');
  });

  it('about a visit needs the contract or a consent', () => {
    expect(permitMessage('visitConfirmed', contactId, [consentOf({})], nowMs)).toEqual({
      messageClass: 'serviceNotice',
      legalBasis: 'contract',
    });
  });

  it('that sells needs a consent to marketing; a contract is not one', () => {
    const marketing = { messageClass: 'marketingOffer' } as const;
    expect(() => permitMessage('campaign', contactId, [consentOf({})], nowMs)).toThrow();
    expect(() => permitMessage('campaign', contactId, [consentOf(marketing)], nowMs)).toThrow();
    const consent = consentOf({ ...marketing, legalBasis: 'consent' });
    expect(permitMessage('campaign', contactId, [consent], nowMs).legalBasis).toBe('consent');
    expect(() => permitMessage('campaign', contactId, [consent], nowMs - 1)).toThrow();
  });

  it('of danger may rest on vital interest', () => {
    const vital = consentOf({ messageClass: 'safetyNotice', legalBasis: 'vitalInterest' });
    expect(permitMessage('danger', contactId, [vital], nowMs).messageClass).toBe('safetyNotice');
  });
});

describe('fleet training', () => {
  const licenceOf = (changes: Partial<DataLicence> = {}): DataLicence => ({
    ...freshBase('dataLicence', origin),
    ownerId,
    purposes: ['ownService', 'fleetTraining'],
    period: { fromMs: nowMs, toMs: nowMs + 10 },
    ...changes,
  });

  it('uses the data of an owner only under a licence in force that says so', () => {
    expect(mayTrainOn([licenceOf()], ownerId, nowMs)).toBe(true);
    expect(mayTrainOn([], ownerId, nowMs)).toBe(false);
    expect(mayTrainOn([licenceOf({ purposes: ['ownService'] })], ownerId, nowMs)).toBe(false);
    expect(mayTrainOn([licenceOf()], idFor('owner'), nowMs)).toBe(false);
    expect(mayTrainOn([licenceOf()], ownerId, nowMs + 10)).toBe(false);
  });
});
