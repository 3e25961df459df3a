import { AppError } from '@kuluma/shared/errors.ts';
import { freshBase } from '@kuluma/shared/model/base.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import type { Principal } from '../core/access/principal.ts';
import type { Clock, Random, RecordReader, Records } from '../ports.ts';
import { hashOf, newSecret } from './secrets.ts';

/** Half a working day: a planner signs in once a day. */
export const sessionLifeMs = dayMs / 2;

interface SignInDeps {
  readonly records: Records;
  readonly clock: Clock;
  readonly wallNow: () => number;
  readonly random: Random;
}

type Session = RecordOf<'session'>;

/** The session or link of a secret, if it is of the kind asked for and not over (wall time). */
export const liveSession = async (
  { records, wallNow }: Pick<SignInDeps, 'records' | 'wallNow'>,
  secret: string,
  kind: Session['kind'],
): Promise<Session | undefined> => {
  const session = await records.findSession(hashOf(secret));
  return session?.kind === kind && session.expiresAtMs > wallNow() ? session : undefined;
};

/** Who stands behind a session or a link; undefined when they have left. */
export const principalOfSession = async (reader: RecordReader, session: Session): Promise<Principal | undefined> => {
  const { organisationId, personId, contactId, roles } = session;
  const person = personId && (await reader.get('person', organisationId, personId));
  const contact = contactId && (await reader.get('contact', organisationId, contactId));
  // Who has left is not let in by a session that is still running.
  if (!person && !contact) return undefined;
  const technician =
    person && roles.includes('technician')
      ? (await reader.list('technician', organisationId, { where: { personId: person.id }, limit: 1 }))[0]
      : undefined;
  return {
    organisationId,
    personId: person ? person.id : null,
    contactId: contact ? contact.id : null,
    technicianId: technician?.id ?? null,
    ownerId: contact ? contact.ownerId : null,
    roles: person ? roles.filter((role) => person.roles.includes(role)) : roles,
  };
};

/** Who stands behind a session cookie; undefined when nobody does (any more). */
export const findPrincipal = async (
  deps: Pick<SignInDeps, 'records' | 'wallNow'>,
  secret: string,
): Promise<Principal | undefined> => {
  const session = await liveSession(deps, secret, 'session');
  return session && principalOfSession(deps.records, session);
};

/**
 * Exchanges the secret of a sign-in link for a session of its own.
 * @throws NOT_SIGNED_IN when the link is unknown or over.
 */
export const openSession = async (
  deps: SignInDeps,
  linkSecret: string,
): Promise<{ secret: string; expiresAtMs: number; principal: Principal }> => {
  const link = await liveSession(deps, linkSecret, 'signInLink');
  const principal = link && (await principalOfSession(deps.records, link));
  if (!link || !principal)
    throw new AppError('NOT_SIGNED_IN', 'this sign-in link is not valid any more', { hint: 'ask for a new link' });
  const secret = newSecret();
  const expiresAtMs = deps.wallNow() + sessionLifeMs;
  await deps.records.transact((tx) =>
    tx.insert('session', {
      ...freshBase('session', {
        organisationId: link.organisationId,
        createdBy: { kind: 'policy', name: 'sign-in' },
        nowMs: deps.clock.now(),
        random: deps.random,
      }),
      kind: 'session',
      secretHash: hashOf(secret),
      personId: link.personId,
      contactId: link.contactId,
      roles: link.roles,
      expiresAtMs,
    }),
  );
  return { secret, expiresAtMs, principal };
};

/** Ends the session of a secret, whatever its kind. */
export const closeSession = async (records: Records, secret: string, wallNowMs: number): Promise<void> => {
  const session = await records.findSession(hashOf(secret));
  if (session?.kind === 'session')
    await records.transact((tx) => tx.update('session', { ...session, expiresAtMs: wallNowMs }));
};

/** A link for a person or contact: the secret to put in it. Usable until it expires (wall time). */
export const createLink = async (
  deps: SignInDeps,
  kind: Exclude<Session['kind'], 'session'>,
  who: Pick<Session, 'organisationId' | 'personId' | 'contactId' | 'roles' | 'offerId' | 'caseId'>,
  lifeMs: number,
): Promise<string> => {
  const secret = newSecret();
  await deps.records.transact((tx) =>
    tx.insert('session', {
      ...freshBase('session', {
        organisationId: who.organisationId,
        createdBy: { kind: 'policy', name: 'link' },
        nowMs: deps.clock.now(),
        random: deps.random,
      }),
      kind,
      secretHash: hashOf(secret),
      personId: who.personId,
      contactId: who.contactId,
      ...(who.offerId ? { offerId: who.offerId } : {}),
      ...(who.caseId ? { caseId: who.caseId } : {}),
      roles: who.roles,
      expiresAtMs: deps.wallNow() + lifeMs,
    }),
  );
  return secret;
};

/** As long as a matter may need until it is settled, and the answer read again. */
const caseLinkLifeMs = 180 * dayMs;

/** The secret of a link to one case, for whoever reported it without signing in. */
export const caseLinkSecret = (
  deps: SignInDeps,
  { organisationId, caseId }: Pick<Session, 'organisationId'> & { readonly caseId: NonNullable<Session['caseId']> },
): Promise<string> =>
  createLink(deps, 'caseLink', { organisationId, personId: null, contactId: null, roles: [], caseId }, caseLinkLifeMs);

export const createSignInLink = (deps: SignInDeps, who: Parameters<typeof createLink>[2], lifeMs: number) =>
  createLink(deps, 'signInLink', who, lifeMs);
