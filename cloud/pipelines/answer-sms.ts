import { AppError, asAppError } from '@kuluma/shared/errors.ts';
import { freshBase, type Id } from '@kuluma/shared/model/base.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { phoneNumberOf } from '../core/messages/channel.ts';
import { asksByNumber } from '../core/messages/message-kinds.ts';
import type { MessageRules } from '../core/messages/outbox.ts';
import { answerText, meaningOf } from '../core/messages/sms-answer.ts';
import type { RecordReader, Records, RecordTransaction } from '../ports.ts';
import { answerOffer } from './answer-offers.ts';
import { createLookup, needed } from './lookup.ts';
import { siteOf } from './machine-facts.ts';
import type { PipelineDeps } from './pipeline-deps.ts';
import { stopMessages } from './save-wishes.ts';

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
    const offer = await reader.get('offer', organisationId, offerId);
    if (offer) offers.push(offer);
  }
  return offers;
};

/** Who has the number: whoever has an offer open on it, else the one who had the last, else anybody who has it. */
const senderOf = async (deps: Deps, from: string): Promise<Sender | undefined> => {
  const found: Sender[] = [];
  for (const organisationId of await deps.records.organisationIds())
    for (const contact of await deps.records.list('contact', organisationId)) {
      if (phoneNumberOf(contact.phone, deps.homeCountry) !== from) continue;
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
  if (meaning === 'stop') await stopMessages(deps, tx, { organisationId, contactId, via: 'textMessage' });
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

/**
 * Answers a text message: books, declines, asks for a call, stops, or says why it did none of these. The same message
 * handed over again gets the same answer and does nothing.
 * @returns what the sender hears back
 * @throws NOT_FOUND for a number that nobody here has
 */
export const answerSms = async (deps: Deps, sms: ArrivedSms): Promise<string> => {
  const from = phoneNumberOf(sms.from, deps.homeCountry);
  const sender = from === undefined ? undefined : await senderOf(deps, from);
  if (!sender) throw new AppError('NOT_FOUND', 'nobody here has this number');
  const { contact } = sender;
  const { organisationId, language } = contact;
  const surroundings = await surroundingsOf(deps.records, sender);
  const slots = sender.offer?.slots.length ?? 0;
  const settle = (forced?: RecordOf<'inboundSms'>['meaning']): Promise<string> =>
    deps.records.transact(async (tx) => {
      const [known] = await tx.list('inboundSms', organisationId, { where: { gatewayMessageId: sms.id }, limit: 1 });
      if (known) return known.reply;
      const now = sender.offer && (await tx.get('offer', organisationId, sender.offer.id));
      const read = meaningOf(sms.text, now);
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
    return settle(lateMeanings[code as keyof typeof lateMeanings]);
  }
};

/** What the network says of a text message that left. Unknown ids and repeated reports change nothing. */
export const enterDelivery = async (
  deps: Pick<Deps, 'records' | 'clock'>,
  { id, delivered }: { readonly id: string; readonly delivered: boolean },
): Promise<void> => {
  for (const organisationId of await deps.records.organisationIds())
    await deps.records.transact(async (tx) => {
      const message = await tx.get('message', organisationId, id as Id<'message'>);
      if (message?.channel !== 'sms' || message.state !== 'sent' || message.deliveredAtMs !== null) return;
      if (delivered) await tx.update('message', { ...message, deliveredAtMs: deps.clock.now() });
      else await tx.update('message', { ...message, state: 'failed', reason: 'NOT_DELIVERED' });
    });
};
