import type { RetryClass } from '@kuluma/shared/errors.ts';
import type { Message, MessageChannel, MessagePreference, MessageTemplate } from '@kuluma/shared/model/messages.ts';
import type { Consent } from '@kuluma/shared/model/parties.ts';
import { minuteMs } from '@kuluma/shared/model/units.ts';
import { instantOf, localDayOf } from '../calendar/local-time.ts';
import { legalBasisOf } from '../offers/legal-basis.ts';
import { preferenceFor } from './message-kinds.ts';

/** When messages leave. Times of day are the contact's. */
export interface MessageRules {
  /** What is said within so long goes in one letter. */
  readonly collectMs: number;
  /** Letters that a contact gets a day at most, answers to what they did aside. */
  readonly lettersPerDay: number;
  readonly quiet: { readonly from: string; readonly to: string };
}

/** These answer what the contact did a moment ago: they wait for nothing. */
const answers: ReadonlySet<MessageTemplate> = new Set(['booked', 'cancelled']);

/** Waits after failed attempts; the last one is repeated. */
const waitsMs = [1, 5, 15, 60].map((minutes) => minutes * minuteMs);
/** Attempts after which a letter that may have arrived each time is not sent again. */
const mostAmbiguous = 5;

export interface LetterDue {
  readonly contactId: Message['contactId'];
  readonly messages: readonly Message[];
}

const inQuietHours = (nowMs: number, timeZone: string, { from, to }: MessageRules['quiet']): boolean => {
  const today = localDayOf(nowMs, timeZone);
  const [fromMs, toMs] = [instantOf(today, from, timeZone), instantOf(today, to, timeZone)];
  return from > to ? nowMs >= fromMs || nowMs < toMs : nowMs >= fromMs && nowMs < toMs;
};

const lettersOfToday = (history: readonly Message[], nowMs: number, timeZone: string): number => {
  const fromMs = instantOf(localDayOf(nowMs, timeZone), '00:00', timeZone);
  const counted = history.filter(
    ({ state, sentAtMs, template }) =>
      state === 'sent' && sentAtMs !== null && sentAtMs >= fromMs && !answers.has(template),
  );
  return new Set(counted.map(({ letterId }) => letterId)).size;
};

/**
 * Letters to send now: all that is due for a contact goes in one, answers to what they did each in its own. A message
 * that had an attempt goes again with those that were in its letter, and with no other.
 * @param messages of one contact, sent ones of the last days too
 */
export const lettersDue = (
  messages: readonly Message[],
  rules: MessageRules,
  timeZone: string,
  nowMs: number,
): LetterDue[] => {
  const waiting = messages.filter(({ state, notBeforeMs }) => state === 'waiting' && notBeforeMs <= nowMs);
  const [begun, fresh] = [
    waiting.filter(({ letterId }) => letterId !== null),
    waiting.filter(({ letterId }) => letterId === null),
  ];
  const again = [...Map.groupBy(begun, ({ letterId }) => letterId).values()];
  const atOnce = fresh.filter(({ template }) => answers.has(template)).map((message) => [message]);
  const others = fresh.filter(({ template }) => !answers.has(template));
  const mayWrite =
    others.length > 0 &&
    !inQuietHours(nowMs, timeZone, rules.quiet) &&
    lettersOfToday(messages, nowMs, timeZone) < rules.lettersPerDay;
  return [...again, ...atOnce, ...(mayWrite ? [others] : [])].map((list) => ({
    contactId: (list[0] as Message).contactId,
    messages: list,
  }));
};

/** When a new message may leave at the earliest. */
export const notBefore = (template: MessageTemplate, { collectMs }: MessageRules, nowMs: number): number =>
  answers.has(template) ? nowMs : nowMs + collectMs;

/** Why a message may not leave any more, or undefined. */
export const whyNotNow = (
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
): 'noLegalBasis' | 'stopped' | undefined => {
  const { contactId, messageClass } = message;
  if (!legalBasisOf(consents, contactId, messageClass, nowMs)) return 'noLegalBasis';
  const isStopped = (preferenceFor(preferences, message)?.stoppedFromMs ?? null) !== null;
  return isStopped && messageClass !== 'safetyNotice' ? 'stopped' : undefined;
};

/** The message as it stands while an attempt is under way. */
export const attempted = (message: Message, channel: MessageChannel, letterId: string, nowMs: number): Message => ({
  ...message,
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
 * After a failed attempt: it waits and goes again, unless that can never help. A mail server may be away for days: what
 * is no longer true by then is cancelled before it leaves.
 */
export const failed = (message: Message, retry: RetryClass, reason: string, nowMs: number): Message => {
  const isAmbiguous = message.isAmbiguous || retry === 'ambiguous';
  const isOver = retry === 'permanent' || (retry === 'ambiguous' && message.attempts >= mostAmbiguous);
  if (isOver) return { ...message, state: 'failed', reason, isAmbiguous };
  const wait = waitsMs[Math.min(message.attempts, waitsMs.length) - 1] as number;
  return { ...message, state: 'waiting', reason, isAmbiguous, notBeforeMs: nowMs + wait };
};
