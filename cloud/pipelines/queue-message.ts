import { freshBase } from '@kuluma/shared/model/base.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import type { MessageTemplate } from '@kuluma/shared/model/messages.ts';
import { minuteMs } from '@kuluma/shared/model/units.ts';
import { type MessageRules, notBefore } from '../core/messages/outbox.ts';
import { legalBasisOf } from '../core/offers/legal-basis.ts';
import type { RecordTransaction } from '../ports.ts';

type Origin = Parameters<typeof freshBase>[1];

/** Of a message that had no attempt yet. */
const untried = {
  state: 'waiting',
  channel: null,
  attempts: 0,
  letterId: null,
  isAmbiguous: false,
  reason: null,
  attemptedAtMs: null,
  sentAtMs: null,
  deliveredAtMs: null,
} as const;

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
    ...{ ...freshBase('message', origin), ...untried, template, notBeforeMs },
    contactId: offer.contactId,
    messageClass: offer.messageClass,
    legalBasis: offer.legalBasis,
    offerId: offer.id,
    visitId: visitId ?? null,
  });

/** Tells the contact of a contract that it is offered, that an answer is awaited, or that it was made. */
export const queueContractMessage = (
  tx: RecordTransaction,
  rules: MessageRules,
  origin: Origin,
  {
    template,
    offer: { id: contractOfferId, contactId },
    ...on
  }: {
    readonly template: Extract<MessageTemplate, 'contractOffer' | 'contractReminder' | 'contractMade'>;
    readonly offer: RecordOf<'contractOffer'>;
    readonly messageClass: RecordOf<'message'>['messageClass'];
    readonly legalBasis: RecordOf<'message'>['legalBasis'];
  },
): Promise<void> =>
  tx.insert('message', {
    ...{ ...freshBase('message', origin), ...untried, template, contactId, ...on },
    ...{ offerId: null, visitId: null, contractOfferId },
    notBeforeMs: notBefore(
      { template, messageClass: on.messageClass, createdBy: origin.createdBy },
      rules,
      origin.nowMs,
    ),
  });

/** Tells a contact that a service contract ends. */
export const queueContractEnd = (
  tx: RecordTransaction,
  rules: MessageRules,
  origin: Origin,
  on: Pick<RecordOf<'message'>, 'contactId' | 'legalBasis'> & {
    readonly serviceContractId: RecordOf<'serviceContract'>['id'];
  },
): Promise<void> => {
  const said = { template: 'contractEnds', messageClass: 'serviceNotice' } as const;
  return tx.insert('message', {
    ...{ ...freshBase('message', origin), ...untried, ...said, ...on, offerId: null, visitId: null },
    notBeforeMs: notBefore({ ...said, createdBy: origin.createdBy }, rules, origin.nowMs),
  });
};

/** Who watches the thread gets no letter for each line of it. */
const betweenAnswersMs = 15 * minuteMs;

/**
 * Tells the contact of a case that somebody of the company has said something in it: once for what is said before the letter
 * leaves. Without a contact or a legal basis it stands in the thread alone.
 */
export const queueCaseAnswer = async (
  tx: RecordTransaction,
  origin: Origin,
  { organisationId, id: caseId, contactId }: Pick<RecordOf<'case'>, 'organisationId' | 'id' | 'contactId'>,
): Promise<void> => {
  if (contactId === null) return;
  const where = { contactId };
  const messageClass = 'serviceNotice';
  const legalBasis = legalBasisOf(
    await tx.list('consent', organisationId, { where }),
    contactId,
    messageClass,
    origin.nowMs,
  );
  const told = (await tx.list('message', organisationId, { where })).filter((one) => one.caseId === caseId);
  if (!legalBasis || told.some(({ state }) => state === 'waiting')) return;
  const lastMs = Math.max(0, ...told.map(({ sentAtMs }) => sentAtMs ?? 0));
  await tx.insert('message', {
    ...{ ...freshBase('message', origin), ...untried, template: 'caseAnswer', contactId, messageClass, legalBasis },
    ...{ offerId: null, visitId: null, caseId },
    notBeforeMs: lastMs === 0 ? origin.nowMs : Math.max(origin.nowMs, lastMs + betweenAnswersMs),
  });
};
