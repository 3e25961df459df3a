import { type Static, Type } from 'typebox';
import { closed, defineRecord, Instant, idOf, LocalTime, oneOf, orNull, TimeZone } from './base.ts';
import { LegalBasis, MessageClass, messageClasses } from './parties.ts';

/** What a message says; its words are made when it is sent, from the records as they are then. */
export const messageTemplates = [
  'offer',
  'offerReminder',
  'booked',
  'changed',
  'cancelled',
  'notNeeded',
  'dayReminder',
  'hourReminder',
  'onTheWay',
  'done',
  'allIsWell',
  'satisfaction',
  'caseAnswer',
  'contractOffer',
  'contractReminder',
  'contractMade',
  'contractEnds',
] as const;
export const MessageTemplate = oneOf(messageTemplates);
export type MessageTemplate = (typeof messageTemplates)[number];

export const messageChannels = ['email', 'sms'] as const;
export type MessageChannel = (typeof messageChannels)[number];

/**
 * `sending` stands in the store before the mail server hears of it, so that a message whose answer was lost is known
 * as such. `cancelled`: it was no longer true or no longer wanted before it left.
 */
export const messageStates = ['waiting', 'sending', 'sent', 'failed', 'cancelled'] as const;

/**
 * Why a message need not wait for its turn or for the morning. `appointment`: it is about a visit that was agreed, and
 * waits for the morning only.
 */
export const passReasons = ['safety', 'answer', 'onTheWay', 'appointment'] as const;
export type PassReason = (typeof passReasons)[number];

/** A message to a contact in the durable outbox. It holds ids only: name and address stand with the contact. */
export const Message = defineRecord('message', {
  contactId: idOf('contact'),
  messageClass: MessageClass,
  legalBasis: LegalBasis,
  template: MessageTemplate,
  /** Null for what is about a case or a contract. */
  offerId: orNull(idOf('offer')),
  caseId: Type.Optional(idOf('case')),
  contractOfferId: Type.Optional(idOf('contractOffer')),
  serviceContractId: Type.Optional(idOf('serviceContract')),
  visitId: orNull(idOf('visit')),
  state: oneOf(messageStates),
  /** By which it left or is to leave; null until the first attempt. */
  channel: orNull(oneOf(messageChannels)),
  /** Not sent before; raised by waits after failures. */
  notBeforeMs: Instant,
  attempts: Type.Integer({ minimum: 0 }),
  /** The letter that it is part of, in every attempt the same: the left part of its Message-ID. Null until the first. */
  letterId: orNull(Type.String({ minLength: 1 })),
  /** The answer to an attempt was lost: it may have arrived more than once. */
  isAmbiguous: Type.Boolean(),
  /** Why the last attempt failed, or why it was cancelled; a code. */
  reason: orNull(Type.String()),
  /** Put off until then, once, since its contact tends to answer at such times and lets us learn it. */
  timedForMs: Type.Optional(Instant),
  /** Why it did not wait for its turn; without one it did. */
  passReason: Type.Optional(oneOf(passReasons)),
  /** When the last attempt began. */
  attemptedAtMs: orNull(Instant),
  sentAtMs: orNull(Instant),
  /** When the network says that it arrived; of text messages only. */
  deliveredAtMs: orNull(Instant),
});
export type Message = Static<typeof Message>;

/** What messages are for; a contact says of each whether they want it and by which way. */
export const messagePurposes = ['offers', 'visits', 'results', 'contracts'] as const;
export type MessagePurpose = (typeof messagePurposes)[number];

/** What a contact wants to hear and how; without one they hear by e-mail what the legal basis allows. */
export const MessagePreference = defineRecord('messagePreference', {
  contactId: idOf('contact'),
  messageClass: MessageClass,
  /** Without one it holds for all of the class that has none of its own. */
  purpose: Type.Optional(oneOf(messagePurposes)),
  channel: oneOf(messageChannels),
  /** Stopped from then on, until it is wanted again. */
  stoppedFromMs: orNull(Instant),
});
export type MessagePreference = Static<typeof MessagePreference>;

/** What became of a message, to be told to an integrator's server; ids only. */
export const WebhookEvent = defineRecord('webhookEvent', {
  type: oneOf(['message.sent', 'message.failed']),
  data: Type.Object(
    {
      messageId: idOf('message'),
      contactId: idOf('contact'),
      template: MessageTemplate,
      messageClass: MessageClass,
      channel: orNull(oneOf(messageChannels)),
      offerId: orNull(idOf('offer')),
      visitId: orNull(idOf('visit')),
      caseId: Type.Optional(idOf('case')),
      contractOfferId: Type.Optional(idOf('contractOffer')),
      serviceContractId: Type.Optional(idOf('serviceContract')),
      reason: orNull(Type.String()),
      isAmbiguous: Type.Boolean(),
    },
    closed,
  ),
  state: oneOf(['waiting', 'sent', 'failed']),
  notBeforeMs: Instant,
  attempts: Type.Integer({ minimum: 0 }),
  /** Why the last attempt failed; a code. */
  reason: orNull(Type.String()),
  sentAtMs: orNull(Instant),
});
export type WebhookEvent = Static<typeof WebhookEvent>;

/** How often what may wait is put together in one letter. */
export const digests = ['asItComes', 'daily', 'weekly', 'monthly', 'quarterly'] as const;

/** Weekdays (ISO, 1 is Monday) and times of day, in the contact's zone, at which they want to be written to. */
export const ReachHours = Type.Object(
  {
    weekdays: Type.Array(Type.Integer({ minimum: 1, maximum: 7 }), { minItems: 1, maxItems: 7, uniqueItems: true }),
    from: LocalTime,
    to: LocalTime,
  },
  closed,
);
export type ReachHours = Static<typeof ReachHours>;

/** When a contact wants to hear, whatever it is about; without one, whenever the rules of the company allow. */
export const ReachPreference = defineRecord('reachPreference', {
  contactId: idOf('contact'),
  /** Null: that of the machine which a message is about. */
  timeZone: orNull(TimeZone),
  /** Nothing that can wait is sent before. */
  pausedUntilMs: orNull(Instant),
  digest: oneOf(digests),
  hours: orNull(ReachHours),
  /** Whether we may learn when they answer. */
  learnsTiming: Type.Boolean(),
});
export type ReachPreference = Static<typeof ReachPreference>;

export const consentSubjects = [...messageClasses, ...messagePurposes, 'pause', 'digest', 'hours', 'timing'] as const;

/**
 * What a contact allowed or asked for, as it was said: nothing in it is ever changed. Who said it is `createdBy`, when is
 * `createdAtMs`. Personal data.
 */
export const ConsentEntry = defineRecord('consentEntry', {
  contactId: idOf('contact'),
  subject: oneOf(consentSubjects),
  /** Codes: a channel, `no`, a legal basis, a day; null where nothing was said before. */
  before: orNull(Type.String()),
  after: Type.String(),
  via: oneOf(['preferencePage', 'stopLink', 'textMessage', 'setUp']),
  /** Of the words that the contact read when they said so; null where they read none of ours. */
  textVersion: orNull(Type.String()),
});
export type ConsentEntry = Static<typeof ConsentEntry>;

/** What became of a text message that came in. */
export const smsMeanings = [
  'booked',
  'no',
  'call',
  'callUs',
  'stop',
  'unclear',
  'answered',
  'expired',
  'taken',
  'nothing',
  'unknown',
] as const;

/** A text message that came in, as it came. Personal data. */
export const InboundSms = defineRecord('inboundSms', {
  /** Of the SMS gateway: the same message comes once, however often it is handed over. */
  gatewayMessageId: Type.String({ minLength: 1 }),
  from: Type.String(),
  text: Type.String(),
  receivedAtMs: Instant,
  contactId: orNull(idOf('contact')),
  offerId: orNull(idOf('offer')),
  meaning: oneOf(smsMeanings),
  reply: Type.String(),
});
export type InboundSms = Static<typeof InboundSms>;
