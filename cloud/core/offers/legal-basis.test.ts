import { freshBase } from '@kuluma/shared/model/base.ts';
import type { Consent, MessageClass } from '@kuluma/shared/model/parties.ts';
import { describe, expect, it } from 'vitest';
import { idFor, nowMs, origin } from '../planning/fixtures/records.ts';
import { legalBasisOf } from './legal-basis.ts';

const contactId = idFor('contact');
const consentOf = (changes: Partial<Consent>): Consent => ({
  ...freshBase('consent', origin),
  contactId,
  messageClass: 'serviceNotice',
  legalBasis: 'contract',
  period: { fromMs: nowMs, toMs: null },
  ...changes,
});
const basisOf = (messageClass: MessageClass, consents: readonly Consent[], atMs = nowMs) =>
  legalBasisOf(consents, contactId, messageClass, atMs);

describe('a message', () => {
  it('is not sent without a basis', () => {
    expect(basisOf('serviceNotice', [])).toBeUndefined();
    expect(basisOf('serviceNotice', [consentOf({ contactId: idFor('contact') })])).toBeUndefined();
  });

  it('about a visit needs the contract or a consent', () => {
    expect(basisOf('serviceNotice', [consentOf({})])).toBe('contract');
  });

  it('that sells needs a consent to marketing; a contract is not one', () => {
    const marketing = { messageClass: 'marketingOffer' } as const;
    expect(basisOf('marketingOffer', [consentOf({})])).toBeUndefined();
    expect(basisOf('marketingOffer', [consentOf(marketing)])).toBeUndefined();
    const consent = consentOf({ ...marketing, legalBasis: 'consent' });
    expect(basisOf('marketingOffer', [consent])).toBe('consent');
    expect(basisOf('marketingOffer', [consent], nowMs - 1)).toBeUndefined();
  });

  it('of danger may rest on vital interest', () => {
    const vital = consentOf({ messageClass: 'safetyNotice', legalBasis: 'vitalInterest' });
    expect(basisOf('safetyNotice', [vital])).toBe('vitalInterest');
  });
});
