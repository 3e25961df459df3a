import { AppError } from '@kuluma/shared/errors.ts';
import type { Consent, Contact, DataLicence, LegalBasis, MessageClass, Owner } from '@kuluma/shared/model/parties.ts';
import { legalBasisOf, runsAt } from '../offers/legal-basis.ts';
import { offerMessageClass } from '../offers/make-offer.ts';

/** What a message is about. */
export type MessageSubject = 'maintenanceOffer' | 'visitConfirmed' | 'visitChanged' | 'campaign' | 'danger';

/** The class is the subject's, never the sender's choice: selling in the clothes of a service notice is not possible. */
const classOfSubject = {
  maintenanceOffer: offerMessageClass,
  visitConfirmed: 'serviceNotice',
  visitChanged: 'serviceNotice',
  campaign: 'marketingOffer',
  danger: 'safetyNotice',
} as const satisfies Record<MessageSubject, MessageClass>;

/**
 * Class and legal basis of a message to a contact.
 * @throws NO_LEGAL_BASIS when no consent or contract in force allows it.
 */
export const permitMessage = (
  subject: MessageSubject,
  contactId: Contact['id'],
  consents: readonly Consent[],
  nowMs: number,
): { messageClass: MessageClass; legalBasis: LegalBasis } => {
  const messageClass = classOfSubject[subject];
  const legalBasis = legalBasisOf(consents, contactId, messageClass, nowMs);
  if (legalBasis) return { messageClass, legalBasis };
  throw new AppError('NO_LEGAL_BASIS', `No consent or contract in force allows a ${messageClass} to this contact.`);
};

/** Whether the data of an owner's machines may teach models that serve others; without a licence in force they may not. */
export const mayTrainOn = (licences: readonly DataLicence[], ownerId: Owner['id'], nowMs: number): boolean =>
  licences.some(
    (licence) =>
      licence.ownerId === ownerId && licence.purposes.includes('fleetTraining') && runsAt(licence.period, nowMs),
  );
