import { AppError, asAppError } from '@kuluma/shared/errors.ts';
import { freshBase, type Id } from '@kuluma/shared/model/base.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { phoneNumberOf } from '../core/messages/channel.ts';
import { asksByNumber } from '../core/messages/message-kinds.ts';
import { byEmailInstead, type MessageRules } from '../core/messages/outbox.ts';
import { answerText, meaningOf } from '../core/messages/sms-answer.ts';
import { stands } from '../core/set-up/missing.ts';
import type { RecordReader, Records, RecordTransaction } from '../ports.ts';
import { answerOffer } from './answer-offers.ts';
import { createLookup, needed } from './lookup.ts';
import { siteOf } from './machine-facts.ts';
import type { PipelineDeps } from './pipeline-deps.ts';
import { stopMessages } from './save-wishes.ts';
import { noteEvents } from './send-webhooks.ts';

/** A text message as the gateway hands it over. */
export interface ArrivedSms {
  readonly id: string;
  readonly from: string;
  readonly text: string;
  readonly receivedAtMs: number;
}

type Deps = Pick<PipelineDeps, 'clock' | 'random'> & {
  readonly records: Records;
  readonly messageRules: MessageRules;
  readonly homeCountry: string;
};

interface Sender {
  readonly contact: RecordOf<'contact'>;
  /** The newest offer that went to the number by text message. */
  readonly offer: RecordOf<'offer'> | undefined;
}

/** Offers that went to the contact by text message, newest last. */
const offersBySms = async (reader: RecordReader, contact: RecordOf<'contact'>): Promise<RecordOf<'offer'>[]> => {
  const { organisationId, id: contactId } = contact;
  const offers: RecordOf<'offer'>[] = [];
  for (const message of await reader.list('message', organisationId, { where: { contactId } })) {
    const { channel, sentAtMs, isAmbiguous, offerId } = message;
    if (channel !== 'sms' || !asksByNumber(message) || (sentAtMs === null && !isAmbiguous)) continue;
    const offer = offerId && (await reader.get('offer', organisationId, offerId));
    if (offer) offers.push(offer);
  }
  return offers;
};

/** Everybody who has the number, at whichever service company. */
const contactsWith = async ({ records, homeCountry }: Deps, number: string): Promise<RecordOf<'contact'>[]> => {
  const found: RecordOf<'contact'>[] = [];
  for (const organisationId of await records.organisationIds())
    for (const contact of await records.list('contact', organisationId))
      if (phoneNumberOf(contact.phone, homeCountry) === number) found.push(contact);
  return found;
};

/** Of those who have the number, whoever has an offer open on it, else the one who had the last, else anybody. */
const senderAmong = async (deps: Deps, contacts: readonly RecordOf<'contact'>[]): Promise<Sender | undefined> => {
  const found: Sender[] = [];
  for (const contact of contacts) {
    const offers = await offersBySms(deps.records, contact);
    found.push({ contact, offer: offers.find(({ state }) => state === 'sent') ?? offers.at(-1) });
  }
  const newest = found.toSorted((a, b) => (b.offer?.createdAtMs ?? 0) - (a.offer?.createdAtMs ?? 0));
  return newest.find(({ offer }) => offer?.state === 'sent') ?? newest[0];
};

/** Does what the message means; what it turned out to mean. */
const act = async (
  deps: Deps,
  tx: RecordTransaction,
  { contact, offer }: Sender,
  { meaning, slot }: ReturnType<typeof meaningOf>,
): Promise<RecordOf<'inboundSms'>['meaning']> => {
  const { organisationId, id: contactId } = contact;
  if (offer?.state !== 'sent') return meaning;
  const answer = { organisationId, offerId: offer.id, contactId, seenVersion: offer.version };
  const idempotencyKey = offer.id;
  if (meaning === 'booked' && slot)
    await answerOffer(deps, tx, { ...answer, command: { idempotencyKey, answer: 'accept', slotId: slot.id } });
  if (meaning === 'no')
    await answerOffer(deps, tx, { ...answer, command: { idempotencyKey, answer: 'decline', reason: 'SMS: 0' } });
  if (meaning === 'call') await answerOffer(deps, tx, { ...answer, command: { idempotencyKey, answer: 'callMe' } });
  return meaning;
};

const keep = (
  deps: Deps,
  sms: ArrivedSms,
  sender: Sender,
  meaning: RecordOf<'inboundSms'>['meaning'],
  reply: string,
): RecordOf<'inboundSms'> => {
  const { organisationId, id: contactId } = sender.contact;
  const createdBy = { kind: 'contact', contactId } as const;
  return {
    ...freshBase('inboundSms', { organisationId, createdBy, nowMs: deps.clock.now(), random: deps.random }),
    gatewayMessageId: sms.id,
    from: sms.from,
    text: sms.text,
    receivedAtMs: sms.receivedAtMs,
    contactId,
    offerId: sender.offer?.id ?? null,
    meaning,
    reply,
  };
};

/** What may have happened between the offer and its answer; anything else is not the sender's doing. */
const lateMeanings = { EXPIRED: 'expired', SLOT_TAKEN: 'taken', CONFLICT: 'answered' } as const;

/** The zone in which times are told, and who answers questions. */
const surroundingsOf = async (reader: RecordReader, { contact, offer }: Sender) => {
  const lookup = createLookup(reader, contact.organisationId);
  const site = offer && (await siteOf(lookup, offer.machineId, offer.createdAtMs));
  const approval = offer && (await lookup.get('approval', offer.approvalId));
  const person = approval
    ? await lookup.get('person', approval.personId)
    : (await lookup.list('person')).find(({ roles, phone }) => roles.includes('planner') && phone !== '');
  const organisation = needed(await lookup.get('organisation', contact.organisationId), 'organisation');
  return { timeZone: site?.access.timeZone ?? organisation.timeZone, phone: person?.phone || organisation.name };
};

/** What the same message was answered before: who its number belongs to may have changed since, what it did has not. */
const replyBefore = async ({ records }: Deps, gatewayMessageId: string): Promise<string | undefined> => {
  for (const organisationId of await records.organisationIds()) {
    const [known] = await records.list('inboundSms', organisationId, { where: { gatewayMessageId }, limit: 1 });
    if (known) return known.reply;
  }
  return undefined;
};

/** Whoever holds the phone wants no more messages on it: that is said for all who share its number. */
const stopAll = async (deps: Deps, tx: RecordTransaction, contacts: readonly RecordOf<'contact'>[]): Promise<void> => {
  for (const { organisationId, id: contactId } of contacts.filter(stands))
    await stopMessages(deps, tx, { organisationId, contactId, via: 'textMessage' });
};

/**
 * Answers a text message: books, declines, asks for a call, stops, or says why it did none of these. The same message
 * handed over again gets the same answer and does nothing.
 * @returns what the sender hears back
 * @throws NOT_FOUND for a number that nobody here has
 */
export const answerSms = async (deps: Deps, sms: ArrivedSms): Promise<string> => {
  const before = await replyBefore(deps, sms.id);
  if (before !== undefined) return before;
  const from = phoneNumberOf(sms.from, deps.homeCountry);
  const contacts = from === undefined ? [] : await contactsWith(deps, from);
  const sender = await senderAmong(deps, contacts);
  if (!sender) throw new AppError('NOT_FOUND', 'nobody here has this number');
  const { contact } = sender;
  const { organisationId, language } = contact;
  const surroundings = await surroundingsOf(deps.records, sender);
  const slots = sender.offer?.slots.length ?? 0;
  const settle = (forced?: RecordOf<'inboundSms'>['meaning']): Promise<string> =>
    deps.records.transact(async (tx) => {
      const now = sender.offer && (await tx.get('offer', organisationId, sender.offer.id));
      const read = meaningOf(sms.text, now);
      if (read.meaning === 'stop') await stopAll(deps, tx, contacts);
      // Who wanted a time that is gone is called about another.
      if (forced === 'taken') await act(deps, tx, { contact, offer: now }, { meaning: 'call' });
      const meaning = forced ?? (await act(deps, tx, { contact, offer: now }, read));
      const reply = answerText(meaning, language, {
        ...surroundings,
        ...(read.slot ? { slot: read.slot } : {}),
        slots,
      });
      await tx.insert('inboundSms', keep(deps, sms, { contact, offer: now }, meaning, reply));
      return reply;
    });
  try {
    return await settle();
  } catch (error) {
    const { code } = asAppError(error);
    if (!(code in lateMeanings)) throw error;
    // The store takes a message once: where two deliveries of it ran at a time, the other one did what it asks for.
    const other = await replyBefore(deps, sms.id);
    return other ?? settle(lateMeanings[code as keyof typeof lateMeanings]);
  }
};

/** A text message as the network's report finds it. @throws CONFLICT while it is being handed over */
const reported = async (
  deps: Pick<Deps, 'clock'> & { readonly mails: boolean },
  tx: RecordTransaction,
  message: RecordOf<'message'>,
  delivered: boolean,
): Promise<RecordOf<'message'>> => {
  const nowMs = deps.clock.now();
  if (message.state === 'sending')
    throw new AppError('CONFLICT', 'the message is still being handed over', { hint: 'repeat the report' });
  if (delivered) return { ...message, deliveredAtMs: nowMs };
  const contact = await tx.get('contact', message.organisationId, message.contactId);
  const reason = 'NOT_DELIVERED';
  return deps.mails && contact?.email
    ? byEmailInstead(message, reason, nowMs)
    : { ...message, state: 'failed', reason };
};

/**
 * What the network says of a text message that left: one that does not arrive goes by e-mail, where there is one. Unknown
 * ids and repeated reports change nothing.
 * @param deps `mails`: whether letters leave at all
 * @throws CONFLICT when the report comes before the message was handed over: it is to be repeated
 */
export const enterDelivery = async (
  deps: Pick<Deps, 'records' | 'clock' | 'random'> & { readonly mails: boolean; readonly tellsIntegrator: boolean },
  { id, delivered }: { readonly id: string; readonly delivered: boolean },
): Promise<void> => {
  for (const organisationId of await deps.records.organisationIds())
    await deps.records.transact(async (tx) => {
      const message = await tx.get('message', organisationId, id as Id<'message'>);
      const isOut = message?.state === 'sent' || message?.state === 'sending';
      if (!message || !isOut || message.channel !== 'sms' || message.deliveredAtMs !== null) return;
      const after = await tx.update('message', await reported(deps, tx, message, delivered));
      if (deps.tellsIntegrator && after.state === 'failed') await noteEvents(deps, tx, [after]);
    });
};
