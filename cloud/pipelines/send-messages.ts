import { asAppError } from '@kuluma/shared/errors.ts';
import type { Id } from '@kuluma/shared/model/base.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import type { Message } from '@kuluma/shared/model/messages.ts';
import { dayMs, minuteMs } from '@kuluma/shared/model/units.ts';
import { type LetterFacts, type MessageFacts, writeLetter } from '../core/messages/letter.ts';
import * as outbox from '../core/messages/outbox.ts';
import type { MailChannel } from '../ports.ts';
import { createLookup, type Lookup, needed } from './lookup.ts';
import { factsOf } from './message-facts.ts';
import type { PipelineDeps } from './pipeline-deps.ts';

export interface MessageDeps extends Pick<PipelineDeps, 'records' | 'clock' | 'random' | 'log'> {
  readonly mail: MailChannel;
  readonly rules: outbox.MessageRules;
  /** Where contacts reach the pages, without a slash at its end. */
  readonly publicUrl: string;
  /** Secrets for the links of one letter: they are in no store, only their hashes. */
  readonly links: (contact: RecordOf<'contact'>) => Promise<{ open: string; stop: string }>;
}

/** History that the daily limit looks at. */
const historyMs = 2 * dayMs;
/** An attempt that is under way longer than this was cut off: whether it arrived nobody knows. */
const lostAfterMs = 10 * minuteMs;

type Known = { readonly message: Message; readonly facts: MessageFacts };

const update = (deps: MessageDeps, messages: readonly Message[]): Promise<Message[]> =>
  deps.records.transact(async (tx) => {
    const written: Message[] = [];
    for (const message of messages) written.push(await tx.update('message', message));
    return written;
  });

/** What may still leave, with its facts; the rest is cancelled with its reason. */
const stillTrue = async (
  deps: MessageDeps,
  lookup: Lookup,
  contact: RecordOf<'contact'>,
  messages: readonly Message[],
): Promise<Known[]> => {
  const nowMs = deps.clock.now();
  const consents = await lookup.by('consent', 'contactId', contact.id);
  const preferences = await lookup.by('messagePreference', 'contactId', contact.id);
  const known: Known[] = [];
  for (const message of messages) {
    const why = outbox.whyNotNow(message, { consents, preferences, email: contact.email, nowMs });
    const facts = why ?? (await factsOf(lookup, message));
    if (typeof facts === 'string') await update(deps, [outbox.cancelled(message, facts)]);
    else known.push({ message, facts });
  }
  return known;
};

const letterFactsOf = async (
  deps: MessageDeps,
  lookup: Lookup,
  contact: RecordOf<'contact'>,
  known: readonly Known[],
): Promise<LetterFacts> => {
  const { message } = known[0] as Known;
  const offer = needed(await lookup.get('offer', message.offerId), 'offer');
  const approval = needed(await lookup.get('approval', offer.approvalId), 'approval');
  const { name, phone } = needed(await lookup.get('person', approval.personId), 'person');
  const { open, stop } = await deps.links(contact);
  return {
    contactName: contact.name,
    language: contact.language,
    company: needed(await lookup.get('organisation', lookup.organisationId), 'organisation').name,
    person: { name, phone },
    legalBasis: message.legalBasis,
    openUrl: `${deps.publicUrl}/sign-in/#${open}`,
    stopUrl: `${deps.publicUrl}/stop/${stop}`,
    messages: known.map(({ facts }) => facts),
    nowMs: deps.clock.now(),
  };
};

/** `away`: the mail server takes nothing at the moment. */
type LetterEnd = 'sent' | 'notSent' | 'away';

/** One letter: the attempt stands in the store before the mail server hears of it, its end after. */
const sendLetter = async (deps: MessageDeps, lookup: Lookup, due: outbox.LetterDue): Promise<LetterEnd> => {
  const { records, clock, log, mail } = deps;
  const contact = needed(await lookup.get('contact', due.contactId), 'contact');
  const known = await stillTrue(deps, lookup, contact, due.messages);
  const [first] = known;
  if (!first) return 'notSent';
  const letterId = first.message.letterId ?? first.message.id;
  const attempt = known.map(({ message }) => outbox.attempted(message, letterId, clock.now()));
  const begun = await update(deps, attempt).catch((error: unknown) => {
    // Another process of the service has taken the letter.
    if (asAppError(error).code === 'CONFLICT') return undefined;
    throw error;
  });
  if (!begun) return 'notSent';
  const facts = await letterFactsOf(deps, lookup, contact, known);
  try {
    await mail.send({ id: letterId, to: contact.email, stopUrl: facts.stopUrl, ...writeLetter(facts) });
  } catch (error) {
    const { code, retry, message } = asAppError(error);
    log.warn({ letterId, code, retry, reason: message }, 'a letter was not sent');
    await update(
      deps,
      begun.map((one) => outbox.failed(one, retry, code, clock.now())),
    );
    return code === 'MAIL_UNAVAILABLE' ? 'away' : 'notSent';
  }
  await records.transact(async (tx) => {
    for (const one of begun) await tx.update('message', outbox.sent(one, clock.now()));
  });
  return 'sent';
};

/** Messages whose attempt was cut off by the end of a process go again, in the same letter. */
const recover = async (deps: MessageDeps, messages: readonly Message[]): Promise<void> => {
  const nowMs = deps.clock.now();
  const lost = messages.filter(({ attemptedAtMs }) => nowMs - (attemptedAtMs ?? 0) > lostAfterMs);
  await update(
    deps,
    lost.map((message) => outbox.failed(message, 'ambiguous', 'INTERRUPTED', nowMs)),
  );
};

/**
 * Sends what is due to the contacts of an organisation.
 * @returns how many letters left.
 */
export const sendMessages = async (deps: MessageDeps, organisationId: Id<'organisation'>): Promise<number> => {
  const { records, clock, rules } = deps;
  await recover(deps, await records.list('message', organisationId, { where: { state: 'sending' } }));
  const waiting = await records.list('message', organisationId, { where: { state: 'waiting' } });
  let letters = 0;
  for (const [contactId, list] of Map.groupBy(waiting, (message) => message.contactId)) {
    const lookup = createLookup(records, organisationId);
    const recent = await records.list('message', organisationId, { where: { contactId }, newestFirst: true });
    const sent = recent.filter(({ state, sentAtMs }) => state === 'sent' && (sentAtMs ?? 0) > clock.now() - historyMs);
    const { timeZone } = needed(await lookup.get('organisation', organisationId), 'organisation');
    for (const due of outbox.lettersDue([...list, ...sent], rules, timeZone, clock.now())) {
      const end = await sendLetter(deps, lookup, due);
      if (end === 'sent') letters++;
      // The others keep their attempts until it is back.
      if (end === 'away') return letters;
    }
  }
  return letters;
};
