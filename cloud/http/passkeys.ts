import { AppError } from '@kuluma/shared/errors.ts';
import { freshBase } from '@kuluma/shared/model/base.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { minuteMs } from '@kuluma/shared/model/units.ts';
import type { AddPasskeyCommand, PasskeySignInCommand } from '@kuluma/shared/model/views/people.ts';
import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import type { Static } from 'typebox';
import type { Principal } from '../core/access/principal.ts';
import type { RecordReader } from '../ports.ts';
import { type OpenedSession, type SignInDeps, signIn } from './principal.ts';
import { hashOf } from './secrets.ts';

/** How long a browser has to sign. */
const challengeLifeMs = 5 * minuteMs;

/** The site that a passkey is bound to: its origin, and the name under which browsers keep it. */
export interface Site {
  readonly origin: string;
  readonly name: string;
}
export const siteOf = (url: string): Site => ({ origin: new URL(url).origin, name: new URL(url).hostname });

const refused = (cause?: unknown): AppError =>
  new AppError('NOT_SIGNED_IN', 'this passkey does not open anything here', { hint: 'ask for a link', cause });

const keep = async <Options extends { challenge: string }>(deps: SignInDeps, options: Options): Promise<Options> => {
  await deps.records.keepChallenge(hashOf(options.challenge), deps.wallNow() + challengeLifeMs);
  return options;
};
const takeFrom = (deps: SignInDeps) => (challenge: string) =>
  deps.records.takeChallenge(hashOf(challenge), deps.wallNow());

/** Passkeys of somebody that open their page, oldest first. */
export const passkeysOf = async (
  reader: RecordReader,
  { organisationId, personId, contactId }: Pick<Principal, 'organisationId' | 'personId' | 'contactId'>,
): Promise<RecordOf<'passkey'>[]> => {
  const where = personId ? { personId } : { contactId: contactId ?? '' };
  const all = await reader.list('passkey', organisationId, { where });
  return all.filter(({ endedAtMs }) => endedAtMs === undefined);
};

/** What a browser needs to make a passkey for the reader. The device keeps the name that it shows beside the passkey, and an id that says nothing. */
export const newPasskeyOptions = async (deps: SignInDeps, principal: Principal, site: Site, name: string) => {
  const known = await passkeysOf(deps.records, principal);
  return keep(
    deps,
    await generateRegistrationOptions({
      rpName: 'Kuluma',
      rpID: site.name,
      userID: new TextEncoder().encode(principal.personId ?? principal.contactId ?? ''),
      userName: name,
      attestationType: 'none',
      excludeCredentials: known.map(({ credentialId }) => ({ id: credentialId })),
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    }),
  );
};

/** Keeps the public half of a passkey that a browser made. @throws INPUT_INVALID for what was not made for us just now */
export const addPasskey = async (
  deps: SignInDeps,
  principal: Principal,
  site: Site,
  { response, device }: Static<typeof AddPasskeyCommand> & { readonly device: string },
): Promise<void> => {
  const { organisationId, personId, contactId } = principal;
  const made = await verifyRegistrationResponse({
    response: response as Parameters<typeof verifyRegistrationResponse>[0]['response'],
    expectedChallenge: takeFrom(deps),
    expectedOrigin: site.origin,
    expectedRPID: site.name,
  }).catch((cause: unknown) => {
    throw new AppError('INPUT_INVALID', 'this passkey was not made for this page just now', { cause });
  });
  if (!made.verified) throw new AppError('INPUT_INVALID', 'this passkey was not made for this page just now');
  const { id, publicKey, counter, transports } = made.registrationInfo.credential;
  const createdBy = personId ? ({ kind: 'person', personId } as const) : ({ kind: 'policy', name: 'passkey' } as const);
  const { clock, random } = deps;
  await deps.records.transact((tx) =>
    tx.insert('passkey', {
      ...freshBase('passkey', { organisationId, createdBy, nowMs: clock.now(), random }),
      ...{ personId, contactId, credentialId: id, signCount: counter, device: device.slice(0, 300), usedAtMs: null },
      publicKey: Buffer.from(publicKey).toString('base64url'),
      transports: [...(transports ?? [])],
    }),
  );
};

/** What a browser needs to show whichever passkey it has for us; it does not say who asks. */
export const signInOptions = async (deps: SignInDeps, site: Site) =>
  keep(deps, await generateAuthenticationOptions({ rpID: site.name, userVerification: 'required' }));

const rolesOf = async (reader: RecordReader, { organisationId, personId }: RecordOf<'passkey'>) =>
  personId ? ((await reader.get('person', organisationId, personId))?.roles ?? []) : (['owner'] as const);

/** A passkey that a browser just showed. @throws NOT_SIGNED_IN */
const shownPasskey = async (
  deps: SignInDeps,
  site: Site,
  response: Static<typeof PasskeySignInCommand>['response'],
): Promise<RecordOf<'passkey'>> => {
  const passkey = await deps.records.findPasskey(response.id);
  if (!passkey || passkey.endedAtMs !== undefined) throw refused();
  const shown = await verifyAuthenticationResponse({
    response: response as Parameters<typeof verifyAuthenticationResponse>[0]['response'],
    expectedChallenge: takeFrom(deps),
    expectedOrigin: site.origin,
    expectedRPID: site.name,
    credential: {
      id: passkey.credentialId,
      publicKey: new Uint8Array(Buffer.from(passkey.publicKey, 'base64url')),
      counter: passkey.signCount,
    },
  }).catch((cause: unknown) => {
    throw refused(cause);
  });
  if (!shown.verified) throw refused();
  return { ...passkey, signCount: shown.authenticationInfo.newCounter, usedAtMs: deps.wallNow() };
};

/** Signs in whoever holds the passkey: it is two factors in one, the device and what unlocks it. @throws NOT_SIGNED_IN */
export const openByPasskey = async (
  deps: SignInDeps,
  site: Site,
  { response, device }: Static<typeof PasskeySignInCommand> & { readonly device: string },
): Promise<OpenedSession> => {
  const passkey = await shownPasskey(deps, site, response);
  const { organisationId, personId, contactId } = passkey;
  const roles = [...(await rolesOf(deps.records, passkey))];
  if (roles.length === 0) throw refused();
  const who = { organisationId, personId, contactId, roles, secondFactorAtMs: deps.wallNow() };
  return signIn(deps, who, device, (tx) => tx.update('passkey', passkey));
};

/** Whoever is signed in shows a passkey of theirs. @throws NOT_SIGNED_IN for one of somebody else */
export const showPasskey = async (
  deps: SignInDeps,
  principal: Principal,
  site: Site,
  { response }: Static<typeof PasskeySignInCommand>,
): Promise<void> => {
  const passkey = await shownPasskey(deps, site, response);
  const isOwn = passkey.organisationId === principal.organisationId && passkey.personId === principal.personId;
  if (!isOwn || passkey.contactId !== principal.contactId) throw refused();
  await deps.records.transact((tx) => tx.update('passkey', passkey));
};
