import type { RecordKind, recordKinds } from '@kuluma/shared/model/kinds.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';

/** Kinds of records that are personal data; the compiler lets none go unregistered. */
export type PersonalKind = {
  [K in RecordKind]: (typeof recordKinds)[K]['personal'] extends true ? K : never;
}[RecordKind];

/** GDPR Article 6(1): (a) consent, (b) contract, (c) legal obligation, (f) legitimate interest. */
export type LawfulBasis = 'consent' | 'contract' | 'legalObligation' | 'legitimateInterest';

/** So long after an instant of the record; what has none nothing removes by itself. */
export interface Retention {
  readonly since: 'createdAtMs' | 'expiresAtMs' | 'closedAtMs';
  readonly days: number;
}

export interface Processing {
  readonly whose: 'staff' | 'contacts' | 'staff and contacts' | 'whoever reports a fault';
  readonly purpose: string;
  readonly basis: LawfulBasis;
  readonly retention: Retention | null;
}

const year = 365;
const after = (since: Retention['since'], days: number): Retention => ({ since, days });

/** The record of processing activities (GDPR Article 30), which the nightly purge obeys. */
export const processingRegister: { readonly [K in PersonalKind]: Processing } = {
  person: { whose: 'staff', purpose: 'work and who may do what', basis: 'contract', retention: null },
  contact: { whose: 'contacts', purpose: 'to reach the owner of a machine', basis: 'contract', retention: null },
  session: {
    ...{ whose: 'staff and contacts', purpose: 'signing in, and seeing where one is signed in' },
    ...{ basis: 'legitimateInterest', retention: after('expiresAtMs', 30) },
  },
  passkey: { whose: 'staff and contacts', purpose: 'signing in', basis: 'contract', retention: null },
  consent: { whose: 'contacts', purpose: 'on what basis messages are sent', basis: 'legalObligation', retention: null },
  consentEntry: {
    ...{ whose: 'contacts', purpose: 'proof of what was allowed and stopped, when and how' },
    ...{ basis: 'legalObligation', retention: null },
  },
  reachPreference: { whose: 'contacts', purpose: 'writing when it suits them', basis: 'consent', retention: null },
  inboundSms: {
    ...{ whose: 'contacts', purpose: 'understanding what was answered by text message' },
    ...{ basis: 'contract', retention: after('createdAtMs', year) },
  },
  case: {
    ...{ whose: 'whoever reports a fault', purpose: 'settling what somebody asked or reported' },
    ...{ basis: 'contract', retention: after('closedAtMs', 6 * year) },
  },
  caseMessage: {
    ...{ whose: 'staff and contacts', purpose: 'settling what somebody asked or reported' },
    ...{ basis: 'contract', retention: after('createdAtMs', 7 * year) },
  },
  visitEntry: {
    ...{ whose: 'staff and contacts', purpose: 'proof of the work of a visit, with its signature' },
    ...{ basis: 'contract', retention: null },
  },
  visitFile: { whose: 'staff', purpose: 'photos of the work of a visit', basis: 'contract', retention: null },
  followUp: { whose: 'staff', purpose: 'what a technician wants done next', basis: 'contract', retention: null },
  deskViews: { whose: 'staff', purpose: 'how a planner likes their lists', basis: 'contract', retention: null },
};

/** How long what a command answered is kept, so that its repetition by a phone without signal gets the same. */
export const commandAnswerDays = 30;

/** What the purge removes of a kind: records whose `since` is before `beforeMs`. */
export interface PurgeRule {
  readonly kind: PersonalKind;
  readonly since: Retention['since'];
  readonly beforeMs: number;
}

/**
 * What is over by now.
 * @param nowMs product time, in which records are made; @param wallNowMs the time in which sessions end.
 */
export const purgeRules = (nowMs: number, wallNowMs: number): PurgeRule[] =>
  Object.entries(processingRegister).flatMap(([kind, { retention }]) => {
    if (!retention) return [];
    const fromMs = retention.since === 'expiresAtMs' ? wallNowMs : nowMs;
    return [{ kind: kind as PersonalKind, since: retention.since, beforeMs: fromMs - retention.days * dayMs }];
  });
