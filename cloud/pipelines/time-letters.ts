import type { Id } from '@kuluma/shared/model/base.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import type { Message, MessageChannel } from '@kuluma/shared/model/messages.ts';
import { dayMs, minuteMs } from '@kuluma/shared/model/units.ts';
import { asksByNumber, passReasonOf, preferenceFor } from '../core/messages/message-kinds.ts';
import { type MessageRules, mayLeaveAt, type Reach } from '../core/messages/outbox.ts';
import { answerWithinMs, armAt, bestTime, type Trial } from '../core/messages/timing.ts';
import { type Lookup, needed } from './lookup.ts';
import { zoneOfContact } from './machine-facts.ts';

type Contact = RecordOf<'contact'>;

/** Longest that a letter waits for a better time. */
const mostWaitMs = 2 * dayMs;
/** Of the time that an offer is open, at most so much is spent on waiting. */
const mostOfOffer = 1 / 4;
/** A time so near is now. */
const nearMs = 15 * minuteMs;

/** What the contact's own answers to offers say; nothing is counted before its day is over. */
const trialsOf = async (lookup: Lookup, contact: Contact, nowMs: number): Promise<Trial[]> => {
  const timeZone = await zoneOfContact(lookup, contact, nowMs);
  const trials: Trial[] = [];
  for (const message of await lookup.by('message', 'contactId', contact.id)) {
    const { state, sentAtMs, channel, offerId } = message;
    if (state !== 'sent' || sentAtMs === null || channel === null || !asksByNumber(message)) continue;
    const arm = armAt(sentAtMs, timeZone, channel);
    const { answeredAtMs } = needed(offerId ? await lookup.get('offer', offerId) : undefined, 'offer');
    const isAnswered = answeredAtMs !== null && answeredAtMs >= sentAtMs && answeredAtMs <= sentAtMs + answerWithinMs;
    if (arm !== undefined && (isAnswered || nowMs > sentAtMs + answerWithinMs)) trials.push({ arm, isAnswered });
  }
  return trials;
};

/** People with the same part at their company. */
const segmentOf = ({ contactRoles }: Contact): string => contactRoles[0] ?? '';

/** What is learnt of those who allow it, read once for all letters of a run. */
export const learntTimings = (lookup: Lookup, nowMs: number) => {
  let reading: Promise<Map<Id<'contact'>, { readonly segment: string; readonly trials: readonly Trial[] }>> | undefined;
  const read = async () => {
    const known = new Map<Id<'contact'>, { segment: string; trials: Trial[] }>();
    for (const { contactId, learnsTiming } of await lookup.list('reachPreference')) {
      const contact = learnsTiming ? await lookup.get('contact', contactId) : undefined;
      if (contact && contact.endedAtMs === undefined)
        known.set(contactId, { segment: segmentOf(contact), trials: await trialsOf(lookup, contact, nowMs) });
    }
    return known;
  };
  return async (contactId: Id<'contact'>) => {
    reading ??= read();
    const known = await reading;
    const own = known.get(contactId);
    const segment = [...known].flatMap(([id, one]) =>
      id !== contactId && one.segment === own?.segment ? one.trials : [],
    );
    return { own: own?.trials ?? [], segment };
  };
};

/** The last instant to which the letter may be put off. */
const lastTimeOf = async (lookup: Lookup, messages: readonly Message[], nowMs: number): Promise<number> => {
  const ends = await Promise.all(
    messages.filter(asksByNumber).map(async ({ offerId }) => {
      const { validUntilMs } = needed(offerId ? await lookup.get('offer', offerId) : undefined, 'offer');
      return nowMs + Math.max(0, (validUntilMs - nowMs) * mostOfOffer);
    }),
  );
  return Math.min(nowMs + mostWaitMs, ...ends);
};

/**
 * Until when the letter of these messages had better wait; undefined when now is as good. A letter is put off once, and only
 * for a contact who lets us learn.
 */
export const betterTime = async (
  lookup: Lookup,
  learnt: ReturnType<typeof learntTimings>,
  due: { readonly contactId: Id<'contact'>; readonly messages: readonly Message[] },
  { rules, reach, nowMs }: { readonly rules: MessageRules; readonly reach: Reach; readonly nowMs: number },
): Promise<number | undefined> => {
  const { contactId, messages } = due;
  const [first] = messages;
  const isFresh = messages.every((one) => passReasonOf(one) === undefined && one.letterId === null && !one.timedForMs);
  if (!first || !reach.learnsTiming || !isFresh) return undefined;
  const preferences = await lookup.by('messagePreference', 'contactId', contactId);
  const channel: MessageChannel = preferenceFor(preferences, first)?.channel ?? 'email';
  const atMs = bestTime({
    ...(await learnt(contactId)),
    channel,
    timeZone: reach.timeZone,
    fromMs: nowMs,
    untilMs: await lastTimeOf(lookup, messages, nowMs),
    mayWrite: (ms) => mayLeaveAt(ms, rules, reach),
  });
  return atMs > nowMs + nearMs ? atMs : undefined;
};
