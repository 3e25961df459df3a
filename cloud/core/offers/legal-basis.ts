import type { Period } from '@kuluma/shared/model/base.ts';
import type { Consent, Contact, LegalBasis, MessageClass } from '@kuluma/shared/model/parties.ts';

/**
 * On which bases a message of a class may be sent, best first. Direct electronic marketing needs consent (ePrivacy
 * directive 2002/58/EC Art. 13; GDPR Art. 6(1) for the rest). A basis that is not here allows nothing.
 */
const acceptedBases = {
  serviceNotice: ['contract', 'consent'],
  marketingOffer: ['consent'],
  safetyNotice: ['vitalInterest', 'contract', 'legitimateInterest', 'consent'],
} as const satisfies Record<MessageClass, readonly LegalBasis[]>;

export const runsAt = ({ fromMs, toMs }: Period, atMs: number): boolean =>
  fromMs <= atMs && (toMs === null || atMs < toMs);

/** The basis on which a contact may get a message of a class at an instant; undefined means that it may not be sent. */
export const legalBasisOf = (
  consents: readonly Consent[],
  contactId: Contact['id'],
  messageClass: MessageClass,
  atMs: number,
): LegalBasis | undefined =>
  acceptedBases[messageClass].find((basis) =>
    consents.some(
      (consent) =>
        consent.contactId === contactId &&
        consent.messageClass === messageClass &&
        consent.legalBasis === basis &&
        runsAt(consent.period, atMs),
    ),
  );
