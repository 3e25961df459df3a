import type { PersonalKind } from './processing-register.ts';

interface Purpose {
  /** The end of "read ...", for the record of processing activities. */
  readonly why: string;
  /** Kinds of personal records that it may read. */
  readonly reads: readonly PersonalKind[];
  /** Whether each request for it is noted in the log, by who asked. */
  readonly isNoted?: true;
}

const waysIn = ['session', 'passkey', 'secondFactor', 'identity'] as const;
const names = ['person', 'contact'] as const;
const cases = ['case', 'caseMessage'] as const;
const wishes = ['consent', 'consentEntry', 'reachPreference'] as const;
const visitWork = ['visitEntry', 'visitFile', 'followUp', 'partRequest'] as const;

const everything = [
  ...[...names, ...waysIn, ...cases, ...wishes, ...visitWork],
  ...(['session', 'inboundSms', 'pushSubscription', 'deskViews'] as const),
] as const;

/**
 * What personal data may be read for (GDPR Article 5(1)(b)), and which kinds. Whoever reads records reads them for one of
 * these; a kind that it does not name is refused by `recordsFor`.
 */
export const purposes = {
  signIn: { why: 'to tell who signs in', reads: [...names, ...waysIn] },
  staff: { why: 'to say who of the staff may do what', reads: [...names, ...waysIn], isNoted: true },
  setUp: {
    why: 'to keep up who owns, hosts and serves machines',
    reads: [...names, 'consent', 'session'],
    isNoted: true,
  },
  planning: {
    why: 'to plan visits and decide about them',
    reads: [...names, ...cases, ...visitWork, 'consent', 'reachPreference', 'session', 'pushSubscription'],
  },
  visits: {
    why: 'to do visits and report them',
    reads: [...names, ...cases, ...visitWork, 'consent', 'session', 'pushSubscription'],
  },
  owners: {
    why: 'to offer service to owners, and take their answers',
    reads: [...names, ...cases, ...wishes, ...visitWork, 'session', 'inboundSms', 'pushSubscription'],
  },
  messages: {
    why: 'to send what owners and technicians are told',
    reads: [...names, ...cases, ...wishes, ...visitWork, 'session', 'pushSubscription'],
  },
  cases: {
    why: 'to settle what somebody asked or reported',
    reads: [...names, ...cases, 'consent', 'session'],
    isNoted: true,
  },
  ownLists: { why: 'to show planners their own lists', reads: ['deskViews'] },
  sharing: { why: 'to hand over the data of machines', reads: [...names, 'session'] },
  business: { why: 'to exchange customers and invoices with a CRM and an ERP', reads: [...names, 'consent'] },
  machinery: { why: 'to run gateways and models', reads: ['person'] },
  /** Nothing that is forecast or trained needs to know anybody. */
  forecasting: { why: '', reads: [] },
  /** Auditors see no name: whether a record is the one that was written is said by its hash. */
  auditing: { why: 'to compare records with what the audit says of them', reads: everything },
  rights: {
    why: 'to show, hand over, erase and purge the data of people',
    reads: everything,
    isNoted: true,
  },
} as const satisfies Readonly<Record<string, Purpose>>;
export type PurposeId = keyof typeof purposes;

/** Typed wide: what a purpose may read is asked of any kind. */
export const purposeOf = (id: PurposeId): Purpose => purposes[id];

/** What a kind may be read for, for the record of processing activities. */
export const readFor = (kind: PersonalKind): PurposeId[] =>
  (Object.keys(purposes) as PurposeId[]).filter((id) => purposeOf(id).reads.includes(kind));
