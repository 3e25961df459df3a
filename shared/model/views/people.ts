import { type Static, type TProperties, Type } from 'typebox';
import { closed, idOf, Language, oneOf, orNull, Secret } from '../base.ts';
import { idempotencyKey } from '../idempotency-key.ts';
import { Role } from '../parties.ts';
import { IsoInstant } from './common.ts';

const Base64Url = Type.String({ maxLength: 20_000, pattern: '^[A-Za-z0-9_-]*={0,2}$' });
const Email = Type.String({ minLength: 3, maxLength: 254, pattern: '^[^@\\s]+@[^@\\s]+$' });

export const AskLinkCommand = Type.Object({ email: Email }, closed);

/** A browser in which the reader is signed in. */
export const OwnSessionView = Type.Object(
  {
    sessionId: idOf('session'),
    /** The browser by its own word (User-Agent); empty where it said none. */
    device: Type.String(),
    signedInAt: orNull(IsoInstant),
    expiresAt: IsoInstant,
    isThisOne: Type.Boolean(),
  },
  closed,
);
export type OwnSessionView = Static<typeof OwnSessionView>;

/** Whether the visits of a technician can be fetched by a calendar, and since when. */
export const CalendarFeedView = Type.Object({ madeAt: orNull(IsoInstant) }, closed);
export type CalendarFeedView = Static<typeof CalendarFeedView>;
/** The path below the pages' own address; its secret is told once. */
export const CalendarFeedMade = Type.Object({ path: Secret }, closed);
export type CalendarFeedMade = Static<typeof CalendarFeedMade>;

/** What a browser says of a passkey (WebAuthn level 3, section 5.1); its parts are checked by whoever verifies it. */
const credential = <Response extends TProperties>(response: Response) =>
  Type.Object(
    {
      id: Base64Url,
      rawId: Base64Url,
      type: Type.Literal('public-key'),
      response: Type.Object(response),
      authenticatorAttachment: Type.Optional(Type.Unsafe<'platform' | 'cross-platform'>(Type.String())),
      clientExtensionResults: Type.Object({}),
    },
    closed,
  );
export const AddPasskeyCommand = Type.Object(
  {
    response: credential({
      clientDataJSON: Base64Url,
      attestationObject: Base64Url,
      transports: Type.Optional(Type.Array(Type.String({ maxLength: 20 }), { maxItems: 10 })),
    }),
  },
  closed,
);
export const PasskeySignInCommand = Type.Object(
  {
    response: credential({
      clientDataJSON: Base64Url,
      authenticatorData: Base64Url,
      signature: Base64Url,
      userHandle: Type.Optional(Base64Url),
    }),
  },
  closed,
);

/** A key on a device or in a password manager by which the reader signs in. */
export const PasskeyView = Type.Object(
  {
    passkeyId: idOf('passkey'),
    /** The browser that made it, by its own word (User-Agent). */
    device: Type.String(),
    addedAt: IsoInstant,
    usedAt: orNull(IsoInstant),
  },
  closed,
);
export type PasskeyView = Static<typeof PasskeyView>;

/** Where people of a company sign in by the accounts that they have there. */
export const SignInProviderView = Type.Object({ providerId: Type.String(), name: Type.String() }, closed);
export type SignInProviderView = Static<typeof SignInProviderView>;

/** Whether the reader proves a second time who they are, and how. */
export const SecondFactorView = Type.Object(
  {
    /** Codes of an authenticator app. */
    hasCodes: Type.Boolean(),
    /** Of them that are left for whoever lost the app. */
    recoveryLeft: Type.Integer(),
    /** Whether a role of the reader needs one, and whether there is none yet, no passkey either. */
    isNeeded: Type.Boolean(),
    isMissing: Type.Boolean(),
    /** Until when nothing is asked again; null where nothing was shown. */
    freshUntil: orNull(IsoInstant),
  },
  closed,
);
export type SecondFactorView = Static<typeof SecondFactorView>;

/** What an authenticator app is given, told once: as text, and as the address in the code that it scans. */
export const SecondFactorBegun = Type.Object({ secret: Secret, address: Secret }, closed);
export type SecondFactorBegun = Static<typeof SecondFactorBegun>;

/** Told once; each is good once. */
export const RecoveryCodes = Type.Object({ codes: Type.Array(Secret) }, closed);
export type RecoveryCodes = Static<typeof RecoveryCodes>;

/** A code of the app, or one for whoever lost it; spaces and dashes do not count. */
export const CodeCommand = Type.Object({ code: Type.String({ minLength: 6, maxLength: 40 }) }, closed);

/** Roles that an administrator gives; a technician is set up with skills and hours. */
export const givenRoles = ['planner', 'admin', 'auditor'] as const;
const GivenRoles = Type.Array(oneOf(givenRoles), { uniqueItems: true });

export const PersonRow = Type.Object(
  {
    personId: idOf('person'),
    version: Type.Integer({ minimum: 1 }),
    name: Type.String(),
    email: Type.String(),
    phone: Type.String(),
    language: Language,
    roles: Type.Array(Role),
    isSelf: Type.Boolean(),
    /** In how many browsers the person is signed in. */
    sessions: Type.Integer({ minimum: 0 }),
    lastSignInAt: orNull(IsoInstant),
  },
  closed,
);
export type PersonRow = Static<typeof PersonRow>;

const PersonFields = {
  name: Type.String({ minLength: 1, maxLength: 200 }),
  email: Email,
  phone: Type.String({ maxLength: 50 }),
  language: Language,
  roles: GivenRoles,
};
export const PersonFieldsCommand = Type.Object({ idempotencyKey, ...PersonFields }, closed);
export type PersonFieldsCommand = Static<typeof PersonFieldsCommand>;
export const InviteCommand = Type.Object({ idempotencyKey }, closed);

/** How an invited person gets in. */
export const InvitationView = Type.Object(
  {
    /** True when a letter is on its way. */
    isSent: Type.Boolean(),
    /** Where there is no mail server: the link to hand over. It is shown this once. */
    link: orNull(Secret),
    expiresAt: IsoInstant,
  },
  closed,
);
export type InvitationView = Static<typeof InvitationView>;
