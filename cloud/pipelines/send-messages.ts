import { asAppError } from '@kuluma/shared/errors.ts';
import type { Id } from '@kuluma/shared/model/base.ts';
import type { RecordKind, RecordOf } from '@kuluma/shared/model/kinds.ts';
import type { Message, MessageChannel } from '@kuluma/shared/model/messages.ts';
import { minuteMs } from '@kuluma/shared/model/units.ts';
import type { MailChannel, SmsChannel } from '../channel-ports.ts';
import { dispatchOf, phoneNumberOf } from '../core/messages/channel.ts';
import { fitsSms, isTooLate } from '../core/messages/facts.ts';
import { asksByNumber } from '../core/messages/message-kinds.ts';
import * as outbox from '../core/messages/outbox.ts';
import { writeSms } from '../core/messages/sms.ts';
import { createLookup, type Lookup, needed } from './lookup.ts';
import { zoneOfContact } from './machine-facts.ts';
import { factsOf } from './message-facts.ts';
import type { PipelineDeps } from './pipeline-deps.ts';
import { noteEvents } from './send-webhooks.ts';
import { betterTime, learntTimings } from './time-letters.ts';
import { type Known, type MailDeps, mailOf } from './write-mail.ts';

export interface MessageDeps extends MailDeps, Pick<PipelineDeps, 'records' | 'random'> {
  readonly mail?: MailChannel;
  readonly sms?: SmsChannel;
  /** Whether an integrator is told what became of messages. */
  readonly tellsIntegrator?: boolean;
  /** Country code for numbers that are written without one: `+358`. */
  readonly homeCountry: string;
  readonly rules: outbox.MessageRules;
}

/** What the letters of one run share. */
interface RunDeps extends MessageDeps {
  readonly contactsWith: (number: string) => Promise<readonly RecordOf<'contact'>[]>;
  /** Ways whose other side takes nothing or says nothing at the moment. */
  readonly away: Set<MessageChannel>;
}

/** An attempt that is under way longer than this was cut off: whether it arrived nobody knows. */
const lostAfterMs = 10 * minuteMs;

const update = (deps: MessageDeps, messages: readonly Message[]): Promise<Message[]> =>
  deps.records.transact(async (tx) => {
    const written: Message[] = [];
    for (const message of messages) written.push(await tx.update('message', message));
    if (deps.tellsIntegrator) await noteEvents(deps, tx, written);
    return written;
  });

/** The same of messages that no letter of ours is under way for; undefined where somebody else has had one meanwhile. */
const updateUnlessTaken = async (deps: MessageDeps, messages: readonly Message[]): Promise<Message[] | undefined> => {
  try {
    return await update(deps, messages);
  } catch (error) {
    // Another process of the service has taken them, or the contact said something: the next run sees them as they are.
    if (asAppError(error).code === 'CONFLICT') return undefined;
    throw error;
  }
};

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
    const permission = outbox.permissionNow(message, { consents, preferences, nowMs });
    const facts = typeof permission === 'string' ? permission : await factsOf(lookup, message);
    if (typeof facts === 'string') await updateUnlessTaken(deps, [outbox.cancelled(message, facts)]);
    else if (isTooLate(facts, nowMs)) await updateUnlessTaken(deps, [outbox.cancelled(message, 'tooLate')]);
    else if (typeof permission !== 'string') known.push({ message: { ...message, ...permission }, facts });
  }
  return known;
};

/** Contacts by their number, read once for all letters of a run. */
const phoneBook = (lookup: Lookup, homeCountry: string): RunDeps['contactsWith'] => {
  let reading: Promise<Map<string | undefined, RecordOf<'contact'>[]>> | undefined;
  return async (number) => {
    reading ??= lookup
      .list('contact')
      .then((all) => Map.groupBy(all, ({ phone }) => phoneNumberOf(phone, homeCountry)));
    return (await reading).get(number) ?? [];
  };
};

/** Whether another offer is open by text message on the number of the contact, of whichever contact. */
const hasOpenOffer = async (
  deps: RunDeps,
  lookup: Lookup,
  contact: RecordOf<'contact'>,
  offered: string | null | undefined,
): Promise<boolean> => {
  const number = phoneNumberOf(contact.phone, deps.homeCountry);
  if (number === undefined) return false;
  for (const other of await deps.contactsWith(number))
    for (const message of await lookup.by('message', 'contactId', other.id)) {
      const { channel, state, offerId } = message;
      const isOut = channel === 'sms' && (state === 'sent' || state === 'sending') && asksByNumber(message);
      const isOther = isOut && offerId !== null && offerId !== offered;
      if (isOther && (await lookup.get('offer', offerId))?.state === 'sent') return true;
    }
  return false;
};

/** By which way the messages leave, if any; those for which there is none are cancelled. */
const dispatch = async (deps: RunDeps, lookup: Lookup, contact: RecordOf<'contact'>, known: readonly Known[]) => {
  const messages = known.map(({ message }) => message);
  const way = dispatchOf(messages, contact, await lookup.by('messagePreference', 'contactId', contact.id), {
    email: deps.mail !== undefined,
    sms: deps.sms !== undefined,
    homeCountry: deps.homeCountry,
    hasOpenOffer: deps.sms !== undefined && (await hasOpenOffer(deps, lookup, contact, messages[0]?.offerId)),
  });
  if (way === 'noAddress')
    await updateUnlessTaken(
      deps,
      messages.map((message) => outbox.cancelled(message, way)),
    );
  return typeof way === 'string' ? undefined : way;
};

/** Hands one letter or text message over. */
const handOver = async (
  deps: MessageDeps,
  lookup: Lookup,
  contact: RecordOf<'contact'>,
  { channel, to, letterId, known }: { channel: MessageChannel; to: string; letterId: string; known: readonly Known[] },
): Promise<void> => {
  if (channel === 'sms') {
    const { name } = needed(await lookup.get('organisation', lookup.organisationId), 'organisation');
    const { facts } = known[0] as Known;
    if (!fitsSms(facts)) throw new Error(`a text message cannot say ${facts.template}`);
    await deps.sms?.send({ id: letterId, to, text: writeSms(facts, contact.language, name) });
    return;
  }
  await deps.mail?.send({ id: letterId, to, ...(await mailOf(deps, lookup, contact, known)) });
};

/** One letter: the attempt stands in the store before the other side hears of it, its end after. @returns whether it left */
const sendLetter = async (deps: RunDeps, lookup: Lookup, due: outbox.LetterDue): Promise<boolean> => {
  const { clock, log } = deps;
  const contact = needed(await lookup.get('contact', due.contactId), 'contact');
  const all = await stillTrue(deps, lookup, contact, due.messages);
  const way = all.length > 0 ? await dispatch(deps, lookup, contact, all) : undefined;
  // The others keep their attempts until the other side is back.
  if (!way || deps.away.has(way.channel)) return false;
  const known = all.filter(({ message }) => way.messages.includes(message));
  const { message: first } = known[0] as Known;
  const letterId = first.letterId ?? first.id;
  const attempt = known.map(({ message }) => outbox.attempted(message, way.channel, letterId, clock.now()));
  const begun = await updateUnlessTaken(deps, attempt);
  if (!begun) return false;
  try {
    await handOver(deps, lookup, contact, { ...way, letterId, known });
  } catch (error) {
    const { code, retry, message } = asAppError(error);
    log.warn({ letterId, code, retry, reason: message }, 'a letter was not sent');
    const goesByEmail = retry === 'permanent' && way.channel === 'sms' && deps.mail && contact.email !== '';
    const after = (one: Message): Message =>
      goesByEmail ? outbox.byEmailInstead(one, code, clock.now()) : outbox.failed(one, retry, code, clock.now());
    await update(deps, begun.map(after));
    if (code === 'MESSAGE_UNAVAILABLE' || code === 'MESSAGE_UNKNOWN') deps.away.add(way.channel);
    return false;
  }
  await update(
    deps,
    begun.map((one) => outbox.sent(one, clock.now())),
  );
  return true;
};

/** When the contact wants to hear, in their zone. */
const reachOf = async (lookup: Lookup, contactId: Id<'contact'>, nowMs: number): Promise<outbox.Reach> => {
  const contact = needed(await lookup.get('contact', contactId), 'contact');
  const [said] = await lookup.by('reachPreference', 'contactId', contactId);
  const timeZone = said?.timeZone ?? (await zoneOfContact(lookup, contact, nowMs));
  const { pausedUntilMs = null, digest = 'asItComes', hours = null, learnsTiming = false } = said ?? {};
  return { timeZone, pausedUntilMs, digest, hours, learnsTiming };
};

/** What changes rarely is read once for all letters of a run; what people say and do is read anew for each contact. */
const standingKinds: ReadonlySet<RecordKind> = new Set<RecordKind>([
  ...(['organisation', 'machine', 'machineModel', 'machinePlacement', 'machineOwnership', 'site'] as const),
  ...(['component', 'recommendation', 'approval', 'person', 'technician'] as const),
]);

const besideStanding = (standing: Lookup, fresh: Lookup): Lookup => ({
  ...fresh,
  get: (kind, id) => (standingKinds.has(kind) ? standing : fresh).get(kind, id),
  by: (kind, field, id) => (standingKinds.has(kind) ? standing : fresh).by(kind, field, id),
});

/** Messages whose attempt was cut off by the end of a process go again, in the same letter. */
const recover = async (deps: MessageDeps, messages: readonly Message[]): Promise<void> => {
  const nowMs = deps.clock.now();
  const lost = messages.filter(({ attemptedAtMs }) => nowMs - (attemptedAtMs ?? 0) > lostAfterMs);
  await updateUnlessTaken(
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
  const standing = createLookup(records, organisationId);
  const learnt = learntTimings(standing, clock.now());
  const run = { ...deps, contactsWith: phoneBook(standing, deps.homeCountry), away: new Set<MessageChannel>() };
  const ways = [deps.mail, deps.sms].filter((way) => way !== undefined).length;
  for (const [contactId, list] of Map.groupBy(waiting, (message) => message.contactId)) {
    const lookup = besideStanding(standing, createLookup(records, organisationId));
    const recent = await records.list('message', organisationId, { where: { contactId }, newestFirst: true });
    const sent = recent.filter(
      ({ state, sentAtMs }) => state === 'sent' && (sentAtMs ?? 0) > clock.now() - outbox.historyMs,
    );
    const reach = await reachOf(lookup, contactId, clock.now());
    for (const due of outbox.lettersDue([...list, ...sent], rules, reach, clock.now())) {
      const laterMs = await betterTime(lookup, learnt, due, { rules, reach, nowMs: clock.now() });
      if (laterMs !== undefined) {
        await updateUnlessTaken(
          deps,
          due.messages.map((message) => ({ ...message, notBeforeMs: laterMs, timedForMs: laterMs })),
        );
        continue;
      }
      if (await sendLetter(run, lookup, due)) letters++;
      if (run.away.size === ways) return letters;
    }
  }
  return letters;
};
