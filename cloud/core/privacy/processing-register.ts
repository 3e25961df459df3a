import type { RecordKind, recordKinds } from '@kuluma/shared/model/kinds.ts';
import type { KeepReason } from '@kuluma/shared/model/privacy.ts';
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

/** What an erasure leaves of a kind, and how long; `days: null`: for good, or until what it waits for has happened. */
export interface Keeping {
  readonly why: KeepReason;
  readonly days: number | null;
}

export interface Processing {
  readonly whose: 'staff' | 'contacts' | 'staff and contacts' | 'whoever reports a fault';
  readonly purpose: string;
  readonly basis: LawfulBasis;
  readonly retention: Retention | null;
  /** Whom it is handed to; unless told nobody outside the service company. */
  readonly recipients?: string;
  /** Which record makes it somebody's that does not name them itself. */
  readonly through?: 'caseId' | 'visitId';
  /** What an erasure leaves of it, of staff and of contacts; what is not told goes at once. */
  readonly kept?: { readonly staff?: Keeping; readonly contacts?: Keeping };
}

const year = 365;
/** General period of limitation of debts in Finland (Act 728/2003, section 4). */
const claims: Keeping = { why: 'legalClaims', days: 3 * year };
const consents: Keeping = { why: 'proofOfConsent', days: null };
/** What staff wrote for the company names them by a random id only, which is nobody's once the person is erased. */
const nameless: Keeping = { why: 'nameless', days: null };
const after = (since: Retention['since'], days: number): Retention => ({ since, days });

/** The record of processing activities (GDPR Article 30), which the nightly purge obeys. */
export const processingRegister: { readonly [K in PersonalKind]: Processing } = {
  person: { whose: 'staff', purpose: 'work and who may do what', basis: 'contract', retention: null },
  contact: {
    ...{ whose: 'contacts', purpose: 'to reach the owner of a machine', basis: 'contract', retention: null },
    recipients: 'the mail server, the SMS gateway and the CRM that the service company uses',
  },
  session: {
    ...{ whose: 'staff and contacts', purpose: 'signing in, and seeing where one is signed in' },
    ...{ basis: 'legitimateInterest', retention: after('expiresAtMs', 30) },
  },
  passkey: { whose: 'staff and contacts', purpose: 'signing in', basis: 'contract', retention: null },
  identity: { whose: 'staff', purpose: "signing in by the company's own accounts", basis: 'contract', retention: null },
  secondFactor: { whose: 'staff', purpose: 'a second proof of who signs in', basis: 'contract', retention: null },
  pushSubscription: {
    ...{ whose: 'staff', purpose: 'telling a technician by web push that their day has changed' },
    ...{ basis: 'consent', retention: after('expiresAtMs', 30) },
    recipients: 'the push service of the browser, which passes encrypted notes on',
  },
  consent: {
    ...{ whose: 'contacts', purpose: 'on what basis messages are sent', basis: 'legalObligation', retention: null },
    kept: { contacts: consents },
  },
  consentEntry: {
    ...{ whose: 'contacts', purpose: 'proof of what was allowed and stopped, when and how' },
    ...{ basis: 'legalObligation', retention: null, kept: { staff: nameless, contacts: consents } },
  },
  reachPreference: { whose: 'contacts', purpose: 'writing when it suits them', basis: 'consent', retention: null },
  inboundSms: {
    ...{ whose: 'contacts', purpose: 'understanding what was answered by text message' },
    ...{ basis: 'contract', retention: after('createdAtMs', year), recipients: 'the SMS gateway' },
  },
  case: {
    ...{ whose: 'whoever reports a fault', purpose: 'settling what somebody asked or reported' },
    ...{ basis: 'contract', retention: after('closedAtMs', 6 * year), kept: { staff: nameless } },
  },
  caseMessage: {
    ...{ whose: 'staff and contacts', purpose: 'settling what somebody asked or reported' },
    ...{ basis: 'contract', retention: after('createdAtMs', 7 * year), through: 'caseId', kept: { staff: nameless } },
  },
  visitEntry: {
    ...{ whose: 'staff and contacts', purpose: 'proof of the work of a visit, with its signature' },
    ...{ basis: 'contract', retention: null, through: 'visitId', kept: { staff: nameless, contacts: claims } },
  },
  visitFile: {
    ...{ whose: 'staff', purpose: 'photos of the work of a visit', basis: 'contract', retention: null },
    kept: { staff: nameless },
  },
  followUp: {
    ...{ whose: 'staff', purpose: 'what a technician wants done next', basis: 'contract', retention: null },
    kept: { staff: nameless },
  },
  partRequest: {
    ...{ whose: 'staff', purpose: 'the parts that a technician lacks', basis: 'contract', retention: null },
    kept: { staff: nameless },
  },
  deskViews: { whose: 'staff', purpose: 'how a planner likes their lists', basis: 'contract', retention: null },
};

/** Back-ups are kept no longer (docs/operate.md); then what was erased is in none. */
export const backupDays = 35;

/** An answer is due within a month (GDPR Article 12(3)). */
export const answerDays = 30;

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
