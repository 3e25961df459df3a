import type { RetryClass } from '@kuluma/shared/errors.ts';
import type {
  Message,
  MessageChannel,
  MessagePreference,
  ReachHours,
  ReachPreference,
} from '@kuluma/shared/model/messages.ts';
import type { Consent, LegalBasis } from '@kuluma/shared/model/parties.ts';
import { dayMs, minuteMs } from '@kuluma/shared/model/units.ts';
import { instantOf, localDayOf, nextDay, weekdayOf } from '../calendar/local-time.ts';
import { legalBasisOf } from '../offers/legal-basis.ts';
import { hasDeadline, passReasonOf, preferenceFor } from './message-kinds.ts';

/** When messages leave. Times of day are the contact's. */
export interface MessageRules {
  /** What is said within so long goes in one letter. */
  readonly collectMs: number;
  /** Letters that a contact gets a day at most; what has a reason to pass is not counted. */
  readonly lettersPerDay: number;
  readonly quiet: { readonly from: string; readonly to: string };
}

/** Waits after failed attempts; the last one is repeated. */
const waitsMs = [1, 5, 15, 60].map((minutes) => minutes * minuteMs);
/** How long to wait after so many failed attempts. */
export const waitMsAfter = (attempts: number): number => waitsMs[Math.min(attempts, waitsMs.length) - 1] as number;
/** Attempts after which a letter that may have arrived each time is not sent again. */
const mostAmbiguous = 5;

export interface LetterDue {
  readonly contactId: Message['contactId'];
  readonly messages: readonly Message[];
}

export const isQuiet = (nowMs: number, timeZone: string, { from, to }: MessageRules['quiet']): boolean => {
  const today = localDayOf(nowMs, timeZone);
  const [fromMs, toMs] = [instantOf(today, from, timeZone), instantOf(today, to, timeZone)];
  return from > to ? nowMs >= fromMs || nowMs < toMs : nowMs >= fromMs && nowMs < toMs;
};

/** When the quiet hours that an instant is in are over. */
export const quietEndMs = (atMs: number, timeZone: string, { to }: MessageRules['quiet']): number => {
  const today = localDayOf(atMs, timeZone);
  const endMs = instantOf(today, to, timeZone);
  return endMs > atMs ? endMs : instantOf(nextDay(today), to, timeZone);
};

const inHours = (nowMs: number, timeZone: string, { weekdays, from, to }: ReachHours): boolean => {
  const today = localDayOf(nowMs, timeZone);
  return (
    weekdays.includes(weekdayOf(today)) &&
    nowMs >= instantOf(today, from, timeZone) &&
    nowMs < instantOf(today, to, timeZone)
  );
};

/** What a contact said of when they want to hear; the zone is where they are. */
export type Reach = Pick<ReachPreference, 'pausedUntilMs' | 'digest' | 'hours' | 'learnsTiming'> & {
  readonly timeZone: string;
};

/** Whether what waits its turn may leave at an instant, as far as nights and the contact's wishes go. */
export const mayLeaveAt = (atMs: number, { quiet }: MessageRules, { timeZone, pausedUntilMs, hours }: Reach): boolean =>
  !isQuiet(atMs, timeZone, quiet) &&
  (pausedUntilMs === null || atMs >= pausedUntilMs) &&
  (hours === null || inHours(atMs, timeZone, hours));

const waitsItsTurn = (message: Message): boolean => passReasonOf(message) === undefined;

/** Letters with something that waits its turn, sent since then. */
const countedSince = (history: readonly Message[], fromMs: number): number => {
  const counted = history.filter(
    (one) => one.state === 'sent' && one.sentAtMs !== null && one.sentAtMs >= fromMs && waitsItsTurn(one),
  );
  return new Set(counted.map(({ letterId }) => letterId)).size;
};

/** So many days after a letter with what may wait comes the next, where nothing in it has a deadline. */
const daysApart = { asItComes: 0, daily: 0, weekly: 7, monthly: 30, quarterly: 91 } as const satisfies Record<
  Reach['digest'],
  number
>;

/** History that the limits of a day and of the longest digest look at. */
export const historyMs = (Math.max(...Object.values(daysApart)) + 1) * dayMs;

/** Of what waits its turn, that whose turn it is. */
const inTurn = (
  waiting: readonly Message[],
  history: readonly Message[],
  rules: MessageRules,
  reach: Reach,
  nowMs: number,
): readonly Message[] => {
  if (!mayLeaveAt(nowMs, rules, reach)) return [];
  const { timeZone, digest } = reach;
  const perDay = digest === 'asItComes' ? rules.lettersPerDay : 1;
  const today = instantOf(localDayOf(nowMs, timeZone), '00:00', timeZone);
  if (countedSince(history, today) >= perDay) return [];
  const apartMs = daysApart[digest] * dayMs;
  const isEarly = apartMs > 0 && countedSince(history, nowMs - apartMs) > 0;
  // What has a deadline waits for no digest, and takes the rest along.
  return isEarly && !waiting.some(hasDeadline) ? [] : waiting;
};

/**
 * Letters to send now: all that is due for a contact goes in one; what need not wait goes each in its own. A message that
 * had an attempt goes again with those that were in its letter, and with no other.
 * @param messages of one contact, sent ones of the time of `historyMs` too
 */
export const lettersDue = (
  messages: readonly Message[],
  rules: MessageRules,
  reach: Reach,
  nowMs: number,
): LetterDue[] => {
  const isNight = isQuiet(nowMs, reach.timeZone, rules.quiet);
  const isHeldBack = (message: Message): boolean => {
    const reason = passReasonOf(message);
    return isNight && (reason === undefined || reason === 'appointment');
  };
  // Who lets us learn no longer is written to as if we had never learnt.
  const isPutOff = ({ notBeforeMs, timedForMs, attempts }: Message): boolean =>
    nowMs < notBeforeMs && (reach.learnsTiming || notBeforeMs !== timedForMs || attempts > 0);
  const waiting = messages.filter(
    (message) => message.state === 'waiting' && !isPutOff(message) && !isHeldBack(message),
  );
  const fresh = waiting.filter(({ letterId }) => letterId === null);
  const begun = waiting.filter(({ letterId }) => letterId !== null);
  const again = [...Map.groupBy(begun, ({ letterId }) => letterId).values()];
  const appointments = fresh.filter((message) => passReasonOf(message) === 'appointment');
  const turn = inTurn(fresh.filter(waitsItsTurn), messages, rules, reach, nowMs);
  const together = [...appointments, ...turn];
  const atOnce = fresh.filter((message) => !waitsItsTurn(message) && !appointments.includes(message));
  return [...again, ...atOnce.map((message) => [message]), ...(together.length > 0 ? [together] : [])].map((list) => ({
    contactId: (list[0] as Message).contactId,
    messages: list,
  }));
};

/** When a new message may leave at the earliest. */
export const notBefore = (
  message: Parameters<typeof passReasonOf>[0],
  { collectMs }: MessageRules,
  nowMs: number,
): number => {
  const reason = passReasonOf(message);
  return reason === undefined || reason === 'appointment' ? nowMs + collectMs : nowMs;
};

/** On which legal basis a message may leave as things stand, or why it may not any more. */
export const permissionNow = (
  message: Message,
  {
    consents,
    preferences,
    nowMs,
  }: {
    consents: readonly Consent[];
    preferences: readonly MessagePreference[];
    nowMs: number;
  },
): { readonly legalBasis: LegalBasis } | 'noLegalBasis' | 'stopped' => {
  const { contactId, messageClass } = message;
  const legalBasis = legalBasisOf(consents, contactId, messageClass, nowMs);
  if (!legalBasis) return 'noLegalBasis';
  const isStopped = (preferenceFor(preferences, message)?.stoppedFromMs ?? null) !== null;
  return isStopped && messageClass !== 'safetyNotice' ? 'stopped' : { legalBasis };
};

const passedOf = (message: Message): Pick<Message, 'passReason'> => {
  const passReason = passReasonOf(message);
  return passReason ? { passReason } : {};
};

/** The message as it stands while an attempt is under way. */
export const attempted = (message: Message, channel: MessageChannel, letterId: string, nowMs: number): Message => ({
  ...message,
  ...passedOf(message),
  state: 'sending',
  channel,
  letterId: message.letterId ?? letterId,
  attempts: message.attempts + 1,
  attemptedAtMs: nowMs,
});

export const sent = (message: Message, nowMs: number): Message => ({
  ...message,
  state: 'sent',
  reason: null,
  sentAtMs: nowMs,
});

export const cancelled = (message: Message, reason: string): Message => ({ ...message, state: 'cancelled', reason });

/**
 * A text message that never arrives, as a letter: what it tells is told all the same. It is a message that had no attempt
 * yet, except that it may have arrived where that was never known.
 */
export const byEmailInstead = (message: Message, reason: string, nowMs: number): Message => ({
  ...message,
  state: 'waiting',
  channel: 'email',
  notBeforeMs: nowMs,
  attempts: 0,
  letterId: null,
  reason,
  attemptedAtMs: null,
  sentAtMs: null,
});

/**
 * After a failed attempt: it waits and goes again, unless that can never help. A mail server may be away for days: what
 * is no longer true by then is cancelled before it leaves.
 */
export const failed = (message: Message, retry: RetryClass, reason: string, nowMs: number): Message => {
  const isAmbiguous = message.isAmbiguous || retry === 'ambiguous';
  const isOver = retry === 'permanent' || (retry === 'ambiguous' && message.attempts >= mostAmbiguous);
  if (isOver) return { ...message, state: 'failed', reason, isAmbiguous };
  return { ...message, state: 'waiting', reason, isAmbiguous, notBeforeMs: nowMs + waitMsAfter(message.attempts) };
};
