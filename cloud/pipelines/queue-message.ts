import { freshBase } from '@kuluma/shared/model/base.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import type { MessageTemplate } from '@kuluma/shared/model/messages.ts';
import { type MessageRules, notBefore } from '../core/messages/outbox.ts';
import type { RecordTransaction } from '../ports.ts';

type Origin = Parameters<typeof freshBase>[1];

/**
 * Puts a message to the contact of an offer into the outbox, in the transaction of what it tells: neither happens
 * without the other.
 */
export const queueMessage = (
  tx: RecordTransaction,
  rules: MessageRules,
  origin: Origin,
  {
    template,
    offer,
    visitId,
    notBeforeMs = notBefore(
      { template, messageClass: offer.messageClass, createdBy: origin.createdBy },
      rules,
      origin.nowMs,
    ),
  }: {
    template: MessageTemplate;
    offer: RecordOf<'offer'>;
    visitId?: RecordOf<'visit'>['id'];
    /** Where it may not leave as soon as the rules would have it. */
    notBeforeMs?: number;
  },
): Promise<void> =>
  tx.insert('message', {
    ...freshBase('message', origin),
    contactId: offer.contactId,
    messageClass: offer.messageClass,
    legalBasis: offer.legalBasis,
    template,
    offerId: offer.id,
    visitId: visitId ?? null,
    state: 'waiting',
    channel: null,
    notBeforeMs,
    attempts: 0,
    letterId: null,
    isAmbiguous: false,
    reason: null,
    attemptedAtMs: null,
    sentAtMs: null,
    deliveredAtMs: null,
  });
