import { AppError } from '@kuluma/shared/errors.ts';
import { freshBase } from '@kuluma/shared/model/base.ts';
import { totalOf } from '@kuluma/shared/model/money.ts';
import type { Consent, Contact, Owner } from '@kuluma/shared/model/parties.ts';
import {
  type Approval,
  busyTimes,
  type MaintenanceOffer,
  type Recommendation,
  type Slot,
  type SlotHold,
} from '@kuluma/shared/model/service.ts';
import type { Part } from '@kuluma/shared/model/stock.ts';
import { legalBasisOf } from './legal-basis.ts';
import { leavesAtMs, slotsAhead, validUntilOf } from './offered-slots.ts';
import { type Cover, type PriceList, priceLines } from './price.ts';

type Origin = Parameters<typeof freshBase>[1];

/** An offer to a service customer about a machine that wears is a service notice; selling more would be marketing. */
export const offerMessageClass = 'serviceNotice';

const requireApproval = (recommendation: Recommendation, approval: Approval | undefined): Approval => {
  const { createdBy, personId, decision, recommendationId } = approval ?? {};
  const named = createdBy?.kind === 'person' && createdBy.personId === personId;
  if (!approval || !named || decision !== 'approve' || recommendationId !== recommendation.id)
    throw new AppError('FORBIDDEN', 'No offer leaves without the approval of a named person.');
  if (recommendation.state !== 'open' && recommendation.state !== 'approved')
    throw new AppError('CONFLICT', `A recommendation that is ${recommendation.state} cannot be offered.`);
  return approval;
};

/**
 * An offer with one price and up to three slots, ready to be sent.
 * @throws FORBIDDEN without a named person's approval of this recommendation, or for a contact of another owner;
 * NO_LEGAL_BASIS without a contract or consent in force; NO_FEASIBLE_SLOT without a slot still ahead;
 * CONFLICT when the recommendation is no longer open.
 */
export const makeOffer = (args: {
  recommendation: Recommendation;
  approval: Approval | undefined;
  slots: readonly Slot[];
  owner: Owner;
  contact: Contact;
  consents: readonly Consent[];
  parts: readonly Part[];
  prices: PriceList;
  cover: Cover;
  validForMs: number;
  origin: Origin;
}): MaintenanceOffer => {
  const { recommendation, owner, contact, origin } = args;
  const approval = requireApproval(recommendation, args.approval);
  if (contact.ownerId !== owner.id)
    throw new AppError('FORBIDDEN', 'An offer goes to a contact of the owner of the machine.');
  const legalBasis = legalBasisOf(args.consents, contact.id, offerMessageClass, origin.nowMs);
  if (!legalBasis)
    throw new AppError('NO_LEGAL_BASIS', 'No contract or consent in force lets us send this contact an offer.');
  const slots = slotsAhead(args.slots, origin.nowMs);
  const lines = priceLines(recommendation, slots, args.parts, args.prices, args.cover);
  return {
    ...freshBase('offer', origin),
    recommendationId: recommendation.id,
    approvalId: approval.id,
    machineId: recommendation.machineId,
    ownerId: owner.id,
    contactId: contact.id,
    messageClass: offerMessageClass,
    legalBasis,
    slots,
    lines,
    total: totalOf(lines),
    validUntilMs: validUntilOf(slots, args.validForMs, origin.nowMs),
    state: 'sent',
    declineReason: null,
    answeredAtMs: null,
  };
};

/** A hold for each who comes to a slot: while the offer is valid, and no longer than until one of them would have to leave. */
export const holdsOf = (offer: MaintenanceOffer, origin: Origin): SlotHold[] =>
  offer.slots.flatMap((slot) =>
    busyTimes(slot).map(({ technicianId, busyFromMs, busyToMs }) => ({
      ...freshBase('slotHold', origin),
      offerId: offer.id,
      slotId: slot.id,
      technicianId,
      busyFromMs,
      busyToMs,
      expiresAtMs: Math.min(offer.validUntilMs, leavesAtMs(slot)),
      state: 'held',
    })),
  );
