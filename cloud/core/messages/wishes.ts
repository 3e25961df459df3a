import { freshBase } from '@kuluma/shared/model/base.ts';
import {
  type ConsentEntry,
  type MessageChannel,
  type MessagePreference,
  type MessagePurpose,
  messagePurposes,
  type ReachPreference,
} from '@kuluma/shared/model/messages.ts';
import type { Consent, Contact } from '@kuluma/shared/model/parties.ts';
import { legalBasisOf, runsAt } from '../offers/legal-basis.ts';
import { classOfPurpose, purposesOfClass } from './message-kinds.ts';

type Origin = Parameters<typeof freshBase>[1];
type Reach = Pick<ReachPreference, 'timeZone' | 'pausedUntilMs' | 'digest' | 'hours' | 'learnsTiming'>;

/** What a contact wants to hear, by which way and when. */
export interface Wishes extends Reach {
  readonly purposes: Readonly<Record<MessagePurpose, MessageChannel | 'no'>>;
}

/** What the store holds of one contact. */
export interface HeldWishes {
  readonly contactId: Contact['id'];
  readonly consents: readonly Consent[];
  readonly preferences: readonly MessagePreference[];
  readonly reach: ReachPreference | undefined;
}

const unsaid: Reach = { timeZone: null, pausedUntilMs: null, digest: 'asItComes', hours: null, learnsTiming: false };

const ownPreference = ({ preferences }: HeldWishes, purpose: MessagePurpose): MessagePreference | undefined =>
  preferences.find((one) => one.purpose === purpose);

const wishOf = (held: HeldWishes, purpose: MessagePurpose, nowMs: number): MessageChannel | 'no' => {
  const messageClass = classOfPurpose[purpose];
  const said =
    ownPreference(held, purpose) ??
    held.preferences.find((one) => one.purpose === undefined && one.messageClass === messageClass);
  const isWanted =
    legalBasisOf(held.consents, held.contactId, messageClass, nowMs) !== undefined &&
    (said?.stoppedFromMs ?? null) === null;
  return isWanted ? (said?.channel ?? 'email') : 'no';
};

/** What is in force at an instant. */
export const wishesOf = (held: HeldWishes, nowMs: number): Wishes => {
  const { timeZone, pausedUntilMs, digest, hours, learnsTiming } = held.reach ?? unsaid;
  const purposes = Object.fromEntries(messagePurposes.map((purpose) => [purpose, wishOf(held, purpose, nowMs)]));
  return { purposes: purposes as Wishes['purposes'], timeZone, pausedUntilMs, digest, hours, learnsTiming };
};

/** The same, but nothing more is wanted of any purpose. */
export const nothingMore = (wishes: Wishes): Wishes => ({
  ...wishes,
  purposes: { offers: 'no', visits: 'no', results: 'no', contracts: 'no' },
});

interface Written<T> {
  readonly isNew: boolean;
  readonly record: T;
}

/** What has to be written so that other wishes are in force. */
export interface WishChanges {
  readonly consents: readonly Written<Consent>[];
  readonly preferences: readonly Written<MessagePreference>[];
  readonly reach: readonly Written<ReachPreference>[];
  readonly entries: readonly ConsentEntry[];
}

/** A yes where nothing else allows it is a consent; where nothing of a class is wanted any more, its consent is withdrawn. */
const consentChanges = (held: HeldWishes, { purposes }: Wishes, origin: Origin): Written<Consent>[] => {
  const { contactId, consents } = held;
  const { nowMs } = origin;
  return (['serviceNotice', 'marketingOffer'] as const).flatMap((messageClass): Written<Consent>[] => {
    const isWanted = purposesOfClass(messageClass).some((purpose) => purposes[purpose] !== 'no');
    if (isWanted) {
      if (legalBasisOf(consents, contactId, messageClass, nowMs)) return [];
      const given = { contactId, messageClass, legalBasis: 'consent', period: { fromMs: nowMs, toMs: null } } as const;
      return [{ isNew: true, record: { ...freshBase('consent', origin), ...given } }];
    }
    return consents
      .filter((one) => one.messageClass === messageClass && one.legalBasis === 'consent' && runsAt(one.period, nowMs))
      .map((one) => ({ isNew: false, record: { ...one, period: { ...one.period, toMs: nowMs } } }));
  });
};

/** @param given consents that come with the change: they allow all of their class, also what was not asked for */
const preferenceChanges = (
  held: HeldWishes,
  to: Wishes,
  given: readonly Consent[],
  origin: Origin,
): Written<MessagePreference>[] => {
  const now = wishesOf(held, origin.nowMs);
  const allowed = wishesOf({ ...held, consents: [...held.consents, ...given] }, origin.nowMs);
  return messagePurposes
    .filter((purpose) => [now, allowed].some(({ purposes }) => purposes[purpose] !== to.purposes[purpose]))
    .map((purpose) => {
      const own = ownPreference(held, purpose);
      const wish = to.purposes[purpose];
      const before = now.purposes[purpose];
      const channel = wish !== 'no' ? wish : (own?.channel ?? (before === 'no' ? 'email' : before));
      const said = { channel, stoppedFromMs: wish === 'no' ? origin.nowMs : null };
      if (own) return { isNew: false, record: { ...own, ...said } };
      const { contactId } = held;
      const about = { contactId, messageClass: classOfPurpose[purpose], purpose };
      return { isNew: true, record: { ...freshBase('messagePreference', origin), ...about, ...said } };
    });
};

const hoursText = ({ hours, timeZone }: Reach): string =>
  hours ? `${hours.weekdays.join(',')} ${hours.from}-${hours.to} ${timeZone ?? ''}`.trim() : (timeZone ?? 'any');

const codesOf = (wishes: Wishes): Partial<Record<ConsentEntry['subject'], string>> => ({
  ...wishes.purposes,
  pause: wishes.pausedUntilMs === null ? 'no' : new Date(wishes.pausedUntilMs).toISOString(),
  digest: wishes.digest,
  hours: hoursText(wishes),
  timing: wishes.learnsTiming ? 'yes' : 'no',
});

/**
 * From what is in force to what a contact asks for. What stays as it is leaves no trace.
 * @param by how they said it, and the version of the words that they read
 */
export const wishChanges = (
  held: HeldWishes,
  to: Wishes,
  by: Pick<ConsentEntry, 'via' | 'textVersion'>,
  origin: Origin,
): WishChanges => {
  const now = wishesOf(held, origin.nowMs);
  const [before, after] = [codesOf(now), codesOf(to)];
  const { contactId } = held;
  const changed = (Object.keys(after) as (keyof typeof after)[]).filter(
    (subject) => before[subject] !== after[subject],
  );
  const { timeZone, pausedUntilMs, digest, hours, learnsTiming } = to;
  const reach: Reach = { timeZone, pausedUntilMs, digest, hours, learnsTiming };
  const consents = consentChanges(held, to, origin);
  const given = consents.filter(({ isNew }) => isNew).map(({ record }) => record);
  const isReachChanged = (['pause', 'digest', 'hours', 'timing'] as const).some((subject) => changed.includes(subject));
  return {
    consents,
    preferences: preferenceChanges(held, to, given, origin),
    reach: isReachChanged
      ? [
          held.reach
            ? { isNew: false, record: { ...held.reach, ...reach } }
            : { isNew: true, record: { ...freshBase('reachPreference', origin), contactId, ...reach } },
        ]
      : [],
    entries: changed.map((subject) => ({
      ...freshBase('consentEntry', origin),
      ...{ contactId, subject, before: before[subject] ?? null, after: after[subject] ?? '' },
      ...by,
    })),
  };
};
