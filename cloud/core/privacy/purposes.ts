import type { PersonalKind } from './processing-register.ts';

interface Purpose {
  /** The end of "read ...", for the record of processing activities. */
  readonly why: string;
  /** Kinds of personal records that it may read. */
  readonly reads: readonly PersonalKind[];
  /** Kinds of personal records that it may make and change. */
  readonly writes: readonly PersonalKind[];
  /** Whether it may remove personal records; all other work ends them by what they say. */
  readonly removes?: true;
  /** Whether each request for it is noted in the log, by who asked. */
  readonly isNoted?: true;
}

const waysIn = ['session', 'passkey', 'secondFactor', 'identity'] as const;
const names = ['person', 'contact'] as const;
const cases = ['case', 'caseMessage'] as const;
const wishes = ['consent', 'consentEntry', 'reachPreference'] as const;
const visitWork = ['visitEntry', 'visitFile', 'followUp', 'partRequest'] as const;

const exported = [...names, 'identity', ...cases, ...wishes, ...visitWork, 'inboundSms', 'deskViews'] as const;
const everything = [...exported, ...waysIn, 'pushSubscription'] as const;

/**
 * What personal data may be read and written for (GDPR Article 5(1)(b)), and which kinds. Whoever works with records does so
 * for one of these; a kind that it does not name is refused by `recordsFor`.
 */
export const purposes = {
  signIn: {
    why: 'to tell who signs in',
    reads: [...names, ...waysIn],
    // An identity provider of the company lets in whom nobody added.
    writes: ['person', ...waysIn],
  },
  staff: {
    why: 'to say who of the staff may do what',
    reads: [...names, ...waysIn],
    writes: ['person', 'session', 'passkey', 'secondFactor'],
    isNoted: true,
  },
  setUp: {
    why: 'to keep up who owns, hosts and serves machines, and for whom parts that came are kept',
    reads: [...names, 'consent', 'session', 'partRequest'],
    writes: [...names, 'consent', 'consentEntry', 'session'],
    isNoted: true,
  },
  planning: {
    why: 'to plan visits and decide about them',
    reads: [...names, ...cases, ...visitWork, 'consent', 'reachPreference', 'session', 'pushSubscription'],
    writes: ['partRequest'],
  },
  visits: {
    why: 'to do visits and report them',
    reads: [...names, ...cases, ...visitWork, 'consent', 'session', 'pushSubscription'],
    writes: [...visitWork, 'session', 'pushSubscription'],
  },
  owners: {
    why: 'to offer service to owners, and take their answers',
    reads: [...names, ...cases, ...wishes, ...visitWork, 'session', 'inboundSms', 'pushSubscription'],
    writes: [...cases, ...wishes, 'partRequest', 'inboundSms'],
  },
  messages: {
    why: 'to send what owners and technicians are told',
    reads: [...names, ...cases, ...wishes, ...visitWork, 'session', 'pushSubscription'],
    writes: ['session', 'pushSubscription'],
  },
  cases: {
    why: 'to settle what somebody asked or reported',
    reads: [...names, ...cases, 'consent', 'session'],
    // Whoever reports a fault without being signed in is given a link to what becomes of it.
    writes: [...cases, 'session'],
    isNoted: true,
  },
  ownLists: { why: 'to show planners their own lists', reads: ['deskViews'], writes: ['deskViews'] },
  sharing: { why: 'to hand over the data of machines', reads: [...names, 'session'], writes: ['session'] },
  business: {
    why: 'to exchange customers, stock and invoices with a CRM and an ERP',
    reads: [...names, 'consent', 'partRequest'],
    writes: ['contact'],
  },
  /** The company's own copy of all that it keeps but ways in, which whoever runs the machine writes with `kuluma export`. */
  takingOut: { why: 'to hand the company its records as files', reads: exported, writes: [] },
  machinery: { why: 'to run gateways and models', reads: ['person'], writes: [] },
  /** Nothing that is forecast or trained needs to know anybody. */
  forecasting: { why: '', reads: [], writes: [] },
  /** Auditors see no name: whether a record is the one that was written is said by its hash. */
  auditing: { why: 'to compare records with what the audit says of them', reads: everything, writes: [] },
  rights: {
    why: 'to show, hand over, erase and purge the data of people',
    reads: everything,
    // What has to stay of somebody is emptied.
    writes: ['person', 'contact', 'consent'],
    removes: true,
    isNoted: true,
  },
} as const satisfies Readonly<Record<string, Purpose>>;
export type PurposeId = keyof typeof purposes;

/** Typed wide: what a purpose may read and write is asked of any kind. */
export const purposeOf = (id: PurposeId): Purpose => purposes[id];

const forWhich = (isFor: (purpose: Purpose) => boolean): PurposeId[] =>
  (Object.keys(purposes) as PurposeId[]).filter((id) => isFor(purposeOf(id)));

/** What a kind may be read for, for the record of processing activities. */
export const readFor = (kind: PersonalKind): PurposeId[] => forWhich(({ reads }) => reads.includes(kind));

/** What a kind may be made and changed for. */
export const writtenFor = (kind: PersonalKind): PurposeId[] => forWhich(({ writes }) => writes.includes(kind));
