import { type Static, Type } from 'typebox';
import {
  closed,
  defineRecord,
  endable,
  Instant,
  idOf,
  Language,
  LocalTime,
  Location,
  oneOf,
  Period,
  TimeZone,
} from './base.ts';
import { TrafficHours, WorkCalendar } from './calendar.ts';

/** So many days before a visit, at that time of the site's day. */
export const ChangeCutOff = Type.Object(
  { daysBefore: Type.Integer({ minimum: 0, maximum: 14 }), at: LocalTime },
  closed,
);
export type ChangeCutOff = Static<typeof ChangeCutOff>;

/** Who answers owners, whatever their matter. */
export const ServiceDesk = Type.Object(
  { name: Type.String({ minLength: 1 }), phone: Type.String({ minLength: 3 }), email: Type.String() },
  closed,
);
export type ServiceDesk = Static<typeof ServiceDesk>;

/** How many machines that are not as usual may come up in a week to be looked at. */
export const LooksPerWeek = Type.Integer({ minimum: 0, maximum: 1000 });

/** The service company: the tenant. Its own `organisationId` is its `id`. */
export const Organisation = defineRecord('organisation', {
  name: Type.String({ minLength: 1 }),
  timeZone: TimeZone,
  /** Until when an owner changes or cancels a visit alone: the eve at 16:00 unless given. */
  changeCutOff: Type.Optional(ChangeCutOff),
  /** When its technicians take longer on the road; by its own clocks. */
  traffic: Type.Optional(Type.Array(TrafficHours)),
  /** Without it each machine model has its own number, after its size and what past looks found. */
  looksPerWeek: Type.Optional(LooksPerWeek),
  /** Without it owners are told the person who approved their offer, or any planner. */
  serviceDesk: Type.Optional(ServiceDesk),
});
export type Organisation = Static<typeof Organisation>;

export const roles = ['planner', 'technician', 'owner', 'admin', 'auditor'] as const;
export const Role = oneOf(roles);
export type Role = (typeof roles)[number];

/** Of people: name, address and number were taken away at their wish; what refers to the id stays. */
const erasable = { erasedAtMs: Type.Optional(Instant) };

/** A member of staff. Personal data: kept in a table of its own, never in time series or topics. */
export const Person = defineRecord('person', {
  name: Type.String({ minLength: 1 }),
  email: Type.String({ minLength: 3 }),
  phone: Type.String(),
  language: Language,
  roles: Type.Array(Role),
  ...erasable,
});
export type Person = Static<typeof Person>;

/** What an owner's contract promises: a repair within so many days of its being found, and what it costs us not to keep that. */
export const ServiceLevel = Type.Object(
  { withinDays: Type.Integer({ minimum: 1, maximum: 365 }), breachCents: Type.Integer({ minimum: 0 }) },
  closed,
);
export type ServiceLevel = Static<typeof ServiceLevel>;

/** The organisation with the right to use machines (user in the sense of the Data Act). */
export const Owner = defineRecord('owner', {
  name: Type.String({ minLength: 1 }),
  language: Language,
  /** Without one no day is too late by contract. */
  serviceLevel: Type.Optional(Type.Union([ServiceLevel, Type.Null()])),
  ...endable,
});
export type Owner = Static<typeof Owner>;

export const contactRoles = ['approver', 'host', 'payer'] as const;

/** A person at an owner. Personal data. */
export const Contact = defineRecord('contact', {
  ownerId: idOf('owner'),
  name: Type.String({ minLength: 1 }),
  email: Type.String(),
  phone: Type.String(),
  language: Language,
  contactRoles: Type.Array(oneOf(contactRoles)),
  ...endable,
  ...erasable,
});
export type Contact = Static<typeof Contact>;

export const Site = defineRecord('site', {
  name: Type.String({ minLength: 1 }),
  streetAddress: Type.String(),
  municipality: Type.String(),
  location: Location,
  /** When a technician may enter and the machine may be stopped, in the site's own zone. */
  access: WorkCalendar,
  ...endable,
});
export type Site = Static<typeof Site>;

export const messageClasses = ['serviceNotice', 'marketingOffer', 'safetyNotice'] as const;
export const MessageClass = oneOf(messageClasses);
export type MessageClass = (typeof messageClasses)[number];
export const legalBases = ['contract', 'consent', 'legitimateInterest', 'vitalInterest'] as const;
export const LegalBasis = oneOf(legalBases);
export type LegalBasis = (typeof legalBases)[number];

/** What a contact has allowed or what a contract covers; a send without one fails closed. */
export const Consent = defineRecord('consent', {
  contactId: idOf('contact'),
  messageClass: MessageClass,
  legalBasis: LegalBasis,
  period: Period,
});
export type Consent = Static<typeof Consent>;

export const dataPurposes = ['ownService', 'fleetTraining'] as const;

/** Contract of the Data Act Art. 4(13): without it machine data serve only the owner's own machines. */
export const DataLicence = defineRecord('dataLicence', {
  ownerId: idOf('owner'),
  purposes: Type.Array(oneOf(dataPurposes)),
  period: Period,
});
export type DataLicence = Static<typeof DataLicence>;

/** A way in: the hash of a secret, who it stands for and until when (wall time). */
export const Session = defineRecord('session', {
  kind: oneOf([
    'signInLink',
    'session',
    'stopLink',
    'caseLink',
    'offerLink',
    'contractLink',
    'calendarFeed',
    'shareLink',
    'shareToken',
  ]),
  secretHash: Type.String({ pattern: '^[0-9a-f]{64}$' }),
  personId: Type.Union([idOf('person'), Type.Null()]),
  contactId: Type.Union([idOf('contact'), Type.Null()]),
  /** Of an `offerLink`: all that it opens. */
  offerId: Type.Optional(idOf('offer')),
  /** Of a `contractLink`: all that it opens. */
  contractOfferId: Type.Optional(idOf('contractOffer')),
  /** Of a `shareLink` and a `shareToken`: the data that a third party fetches by it. */
  grantId: Type.Optional(idOf('dataShareGrant')),
  /** Of a `caseLink`: all that it opens, for whoever has it. */
  caseId: Type.Optional(idOf('case')),
  roles: Type.Array(Role),
  expiresAtMs: Instant,
  /** Of a `signInLink`: it opens one session and no second one. */
  isOnce: Type.Optional(Type.Boolean()),
  /** Of a `session`: when its person signed in, however often it was renewed since; wall time. */
  signedInAtMs: Type.Optional(Instant),
  /** Of a `session`: the browser by its own word, for the person to know it again. */
  device: Type.Optional(Type.String({ maxLength: 300 })),
  /** Of a `session`: when its person last showed a second factor, a passkey or a code; wall time. */
  secondFactorAtMs: Type.Optional(Instant),
  /** Of a `session`: when a new one was last given out in its stead. */
  renewedAtMs: Type.Optional(Instant),
  /** Of such a new `session`: the one that ends when this one is used. */
  replaces: Type.Optional(idOf('session')),
});
export type Session = Static<typeof Session>;

/** A key pair of a person by which they sign in without a letter; we keep its public half (WebAuthn level 3). */
export const Passkey = defineRecord('passkey', {
  personId: Type.Union([idOf('person'), Type.Null()]),
  contactId: Type.Union([idOf('contact'), Type.Null()]),
  /** Base64url, as the browser names it. */
  credentialId: Type.String({ minLength: 1, maxLength: 2_000 }),
  /** COSE key, base64url. */
  publicKey: Type.String({ minLength: 1, maxLength: 4_000 }),
  /** How often it signed, where it counts: one that goes back was copied. */
  signCount: Type.Integer({ minimum: 0 }),
  transports: Type.Array(Type.String({ maxLength: 20 })),
  device: Type.String({ maxLength: 300 }),
  /** Wall time. */
  usedAtMs: Type.Union([Instant, Type.Null()]),
  ...endable,
});
export type Passkey = Static<typeof Passkey>;

/** Codes of an authenticator app by which a member of staff proves a second time who they are (RFC 6238). */
export const SecondFactor = defineRecord('secondFactor', {
  personId: idOf('person'),
  /** Its secret, sealed: opened by a key that is not in the store. */
  sealed: Type.String({ minLength: 1, maxLength: 500 }),
  /** Wall time; null until a first code proved that the app has it. */
  confirmedAtMs: Type.Union([Instant, Type.Null()]),
  /** Half minute (since 1970) of the last code that was taken: none is taken twice. */
  lastStep: Type.Integer({ minimum: 0 }),
  /** SHA-256 of codes for whoever lost the app, each good once. */
  recoveryHashes: Type.Array(Type.String({ pattern: '^[0-9a-f]{64}$' }), { maxItems: 20 }),
  /** Wrong codes in a row, and until when none is looked at; wall time. */
  failures: Type.Integer({ minimum: 0 }),
  lockedUntilMs: Instant,
  ...endable,
});
export type SecondFactor = Static<typeof SecondFactor>;

/** A member of staff as the identity provider of their company knows them: found by it, whatever their address becomes. */
export const Identity = defineRecord('identity', {
  personId: idOf('person'),
  issuer: Type.String({ minLength: 1, maxLength: 500 }),
  /** Claim `sub`: never given to anybody else (OpenID Connect Core 1.0, section 2). */
  subject: Type.String({ minLength: 1, maxLength: 255 }),
});
export type Identity = Static<typeof Identity>;
