import { type Static, type TProperties, Type } from 'typebox';

/** A text that opens something. Whoever answers with one says to whom: no route forgets that (cloud/http/plugins/access.ts). */
export const Secret = Type.String({ 'x-secret': true });

declare const brand: unique symbol;
/** A string that only `newId`, a parsed record or an explicit cast can make. */
export type Id<Kind extends string> = string & { readonly [brand]: Kind };

/** Prefix of every kind of id. Ids are random, never reused and never derived from personal data. */
export const idPrefixes = {
  organisation: 'org',
  person: 'per',
  session: 'ses',
  passkey: 'psk',
  secondFactor: 'sfa',
  identity: 'idn',
  owner: 'own',
  contact: 'ctc',
  site: 'sit',
  gateway: 'gwy',
  machineModel: 'mmd',
  machine: 'mch',
  component: 'cmp',
  measurementPoint: 'pnt',
  pointAssignment: 'asg',
  machinePlacement: 'plc',
  machineOwnership: 'wnr',
  technician: 'tec',
  depot: 'dep',
  part: 'prt',
  kit: 'kit',
  stockMovement: 'stk',
  checklist: 'chk',
  checklistEdition: 'che',
  document: 'doc',
  documentFile: 'dfl',
  documentText: 'dtx',
  forecastModel: 'mdl',
  modelStep: 'mst',
  modelPolicy: 'mpl',
  shadowForecast: 'sfc',
  forecastScore: 'fsc',
  modelCheck: 'mck',
  forecast: 'fct',
  machineState: 'mcs',
  recommendation: 'rec',
  approval: 'apr',
  offer: 'ofr',
  slot: 'slt',
  slotHold: 'hld',
  acceptance: 'acc',
  visit: 'vis',
  visitEntry: 'ven',
  followUp: 'fup',
  partRequest: 'prr',
  visitFile: 'fil',
  outcome: 'out',
  invoice: 'inv',
  case: 'cas',
  caseMessage: 'cmg',
  visitFeedback: 'vfb',
  consent: 'cns',
  dataLicence: 'lic',
  dataShareGrant: 'dsg',
  dataShareUse: 'dsu',
  warranty: 'wty',
  serviceContract: 'sct',
  contractOffer: 'cto',
  contractReckoning: 'crk',
  message: 'msg',
  messagePreference: 'mpf',
  reachPreference: 'rpf',
  consentEntry: 'cse',
  webhookEvent: 'wev',
  inboundSms: 'ism',
  pushSubscription: 'psb',
  toldDay: 'tld',
  pushNotice: 'pno',
  alarm: 'alm',
  gap: 'gap',
  waveform: 'wav',
  pointTable: 'ptb',
  gatewayConfig: 'gcf',
  setUpChange: 'suc',
  boardStep: 'bst',
  priceList: 'prl',
  bookingCost: 'bkc',
  fleetIncident: 'fin',
  deskViews: 'dkv',
  auditEntry: 'aud',
  privacyRequest: 'prq',
} as const;
export type IdKind = keyof typeof idPrefixes;

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

/** Schema of the id of one kind: prefix, underscore, 26 characters of Crockford base 32 (130 random bits). */
export const idOf = <K extends IdKind>(kind: K) =>
  Type.Unsafe<Id<K>>(Type.String({ pattern: `^${idPrefixes[kind]}_[${alphabet}]{26}$` }));

/** A new id. `random` gives uniform numbers in [0, 1): seeded in tests, cryptographic in production. */
export const newId = <K extends IdKind>(kind: K, random: () => number): Id<K> => {
  let text = `${idPrefixes[kind]}_`;
  for (let i = 0; i < 26; i++) text += alphabet[Math.floor(random() * 32)];
  return text as Id<K>;
};

/** An instant as epoch milliseconds UTC. */
export const Instant = Type.Integer({ minimum: 0, maximum: 8_640_000_000_000_000 });
/** A calendar day, ISO 8601, in the zone that its record names. */
export const LocalDay = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' });
/** A local time of day, 24 h. */
export const LocalTime = Type.String({ pattern: '^([01]\\d|2[0-4]):[0-5]\\d$' });
export const TimeZone = Type.String({ pattern: '^[A-Za-z_]+(/[A-Za-z0-9_+-]+)*$' });
export const Probability = Type.Number({ minimum: 0, maximum: 1 });
/** From inclusive, to exclusive; `toMs: null` is still running. */
export const Period = Type.Object(
  { fromMs: Instant, toMs: Type.Union([Instant, Type.Null()]) },
  { additionalProperties: false },
);
export type Period = Static<typeof Period>;
export const Location = Type.Object(
  { latitude: Type.Number({ minimum: -90, maximum: 90 }), longitude: Type.Number({ minimum: -180, maximum: 180 }) },
  { additionalProperties: false },
);
export type Location = Static<typeof Location>;

/** A name or text that is data of the customer, in the languages in which they gave it. */
export const LocalText = Type.Object(
  { fi: Type.String(), sv: Type.String(), en: Type.String() },
  { additionalProperties: false },
);
export type LocalText = Static<typeof LocalText>;
export const languages = ['fi', 'sv', 'en'] as const;

/** Who made a record: a member of staff, a contact of an owner, or a policy that a person has put in force. */
export const Actor = Type.Union([
  Type.Object({ kind: Type.Literal('person'), personId: idOf('person') }, { additionalProperties: false }),
  Type.Object({ kind: Type.Literal('contact'), contactId: idOf('contact') }, { additionalProperties: false }),
  Type.Object({ kind: Type.Literal('policy'), name: Type.String({ minLength: 1 }) }, { additionalProperties: false }),
]);
export type Actor = Static<typeof Actor>;

const ExternalId = Type.Object(
  { system: Type.String({ minLength: 1 }), value: Type.String({ minLength: 1 }) },
  { additionalProperties: false },
);

/** Fields of every record, whatever its kind. */
export const recordBase = <K extends IdKind>(kind: K) => ({
  organisationId: idOf('organisation'),
  id: idOf(kind),
  externalIds: Type.Array(ExternalId),
  /** Of the shape of the body; migrations raise it. */
  schemaVersion: Type.Integer({ minimum: 1 }),
  createdBy: Actor,
  createdAtMs: Instant,
  /** Raised at each change; the ETag at HTTP. */
  version: Type.Integer({ minimum: 1 }),
});

/** Schema of a record kind: the base fields and its own; unknown keys are faults. */
export const defineRecord = <K extends IdKind, P extends TProperties>(kind: K, fields: P) =>
  Type.Object({ ...recordBase(kind), ...fields }, { $id: kind, additionalProperties: false });

/** The base fields of a fresh record; spread it into a new one. */
export const freshBase = <K extends IdKind>(
  kind: K,
  args: {
    organisationId: Id<'organisation'>;
    createdBy: Actor;
    nowMs: number;
    random: () => number;
    schemaVersion?: number;
  },
) => ({
  organisationId: args.organisationId,
  id: newId(kind, args.random),
  externalIds: [] as { system: string; value: string }[],
  schemaVersion: args.schemaVersion ?? 1,
  createdBy: args.createdBy,
  createdAtMs: args.nowMs,
  version: 1,
});

/** Of kinds that others refer to: they are not removed, they end, and are absent from what is planned from then on. */
export const endable = { endedAtMs: Type.Optional(Instant) };

/** A closed set of words as a schema. */
export const oneOf = <const T extends readonly string[]>(words: T) => Type.Unsafe<T[number]>(Type.Enum([...words]));
export const Language = oneOf(languages);
export type Language = (typeof languages)[number];

/** Option of a schema: unknown keys are faults. */
export const closed = { additionalProperties: false };
/** A value that may be absent, and then says so. */
export const orNull = <S extends Parameters<typeof Type.Union>[0][number]>(schema: S) =>
  Type.Union([schema, Type.Null()]);
