import { AppError } from '@kuluma/shared/errors.ts';
import { freshBase } from '@kuluma/shared/model/base.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { dayMs, minuteMs } from '@kuluma/shared/model/units.ts';
import type { Principal } from '../core/access/principal.ts';
import { sessionEndMs, wantsNewSecret } from '../core/access/session-life.ts';
import { stands } from '../core/set-up/missing.ts';
import { endSession } from '../pipelines/end-sessions.ts';
import type { Clock, Random, RecordReader, Records, RecordTransaction } from '../ports.ts';
import { hashOf, newSecret } from './secrets.ts';

export interface SignInDeps {
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
export const principalOfSession = async (
  reader: RecordReader,
  session: Pick<Session, 'organisationId' | 'personId' | 'contactId' | 'roles'>,
): Promise<Principal | undefined> => {
  const { organisationId, personId, contactId, roles } = session;
  const person = personId && (await reader.get('person', organisationId, personId));
  const contact = contactId && (await reader.get('contact', organisationId, contactId));
  // Who has left is not let in by a session that is still running.
  if (!person && !(contact && stands(contact))) return undefined;
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

const linkIsOver = (): AppError =>
  new AppError('NOT_SIGNED_IN', 'this sign-in link is not valid any more', { hint: 'ask for a new link' });

/** Puts a session into the store; the secret of its cookie. */
const startSession = async (
  { clock, random }: Pick<SignInDeps, 'clock' | 'random'>,
  tx: RecordTransaction,
  of: Pick<Session, 'organisationId' | 'personId' | 'contactId' | 'roles' | 'expiresAtMs'> & Partial<Session>,
): Promise<string> => {
  const secret = newSecret();
  const { organisationId } = of;
  const createdBy = { kind: 'policy', name: 'sign-in' } as const;
  await tx.insert('session', {
    ...of,
    ...freshBase('session', { organisationId, createdBy, nowMs: clock.now(), random }),
    kind: 'session',
    secretHash: hashOf(secret),
  });
  return secret;
};

/** A session with the secret of its cookie, which only its browser has. */
export interface OpenedSession {
  readonly secret: string;
  readonly expiresAtMs: number;
  readonly principal: Principal;
}

/**
 * Signs in whoever stands behind `who`.
 * @param device the browser by its own word.
 * @throws NOT_SIGNED_IN when they have left.
 */
export const signIn = async (
  deps: SignInDeps,
  who: Pick<Session, 'organisationId' | 'personId' | 'contactId' | 'roles'> & Partial<Session>,
  device: string,
  after: (tx: RecordTransaction) => Promise<unknown> = async () => undefined,
): Promise<OpenedSession> => {
  const { organisationId, personId, contactId, roles } = who;
  const principal = await principalOfSession(deps.records, who);
  if (!principal) throw linkIsOver();
  const nowMs = deps.wallNow();
  const expiresAtMs = sessionEndMs(roles, nowMs, nowMs);
  const secret = await deps.records.transact(async (tx) => {
    await after(tx);
    const of = { organisationId, personId, contactId, roles, expiresAtMs, signedInAtMs: nowMs };
    const shown = who.secondFactorAtMs === undefined ? {} : { secondFactorAtMs: who.secondFactorAtMs };
    return startSession(deps, tx, { ...of, ...shown, device: device.slice(0, 300) });
  });
  return { secret, expiresAtMs, principal };
};

/**
 * Exchanges the secret of a sign-in link for a session of its own.
 * @throws NOT_SIGNED_IN when the link is unknown or over.
 */
export const openSession = async (deps: SignInDeps, linkSecret: string, device: string): Promise<OpenedSession> => {
  const link = await liveSession(deps, linkSecret, 'signInLink');
  if (!link) throw linkIsOver();
  return signIn(deps, link, device, async (tx) => {
    // Of two that use the link at once the slower one finds that it was changed.
    if (link.isOnce) await tx.update('session', { ...link, expiresAtMs: deps.wallNow() });
  });
};

/** Who stands behind a session cookie; undefined when nobody does (any more). */
export const findPrincipal = async (
  deps: Pick<SignInDeps, 'records' | 'wallNow'>,
  secret: string,
): Promise<Principal | undefined> => {
  const session = await liveSession(deps, secret, 'session');
  return session && principalOfSession(deps.records, session);
};

/** So long one request alone renews a session: the others of the same page get on without. */
const renewingMs = minuteMs;

/**
 * A session that is used goes on under a new secret now and then. The old secret works until the new one is used: an
 * answer that is lost on its way signs nobody out.
 */
const renew = async (deps: SignInDeps, session: Session): Promise<Omit<OpenedSession, 'principal'> | undefined> => {
  const nowMs = deps.wallNow();
  const { id, organisationId, roles, signedInAtMs, expiresAtMs } = session;
  if (signedInAtMs === undefined || !wantsNewSecret({ roles, signedInAtMs, expiresAtMs }, nowMs)) return undefined;
  const nextEndMs = sessionEndMs(roles, signedInAtMs, nowMs);
  const secret = await deps.records.transact(async (tx) => {
    const old = await tx.get('session', organisationId, id);
    // Whoever was signed out meanwhile stays so.
    if (!old || old.expiresAtMs <= nowMs || nowMs - (old.renewedAtMs ?? 0) < renewingMs) return undefined;
    await tx.update('session', { ...old, renewedAtMs: nowMs });
    const { renewedAtMs, ...rest } = old;
    return startSession(deps, tx, { ...rest, expiresAtMs: nextEndMs, replaces: id });
  });
  return secret === undefined ? undefined : { secret, expiresAtMs: nextEndMs };
};

/** Once a renewed session is used, the one that it stands for has done its duty. */
const endReplaced = async (deps: SignInDeps, { organisationId, id, replaces }: Session): Promise<void> => {
  if (!replaces) return;
  await deps.records.transact(async (tx) => {
    const session = await tx.get('session', organisationId, id);
    const old = await tx.get('session', organisationId, replaces);
    if (!session?.replaces || !old) return;
    const { replaces: _, ...rest } = session;
    await tx.update('session', rest);
    await tx.update('session', { ...old, expiresAtMs: Math.min(old.expiresAtMs, deps.wallNow()) });
  });
};

interface UsedSession {
  readonly principal: Principal;
  readonly renewed: Omit<OpenedSession, 'principal'> | undefined;
  /** Wall time. */
  readonly secondFactorAtMs: number | undefined;
}

/** As `findPrincipal`, for a request that the person makes: it keeps the session alive. */
export const useSession = async (deps: SignInDeps, secret: string): Promise<UsedSession | undefined> => {
  const session = await liveSession(deps, secret, 'session');
  const principal = session && (await principalOfSession(deps.records, session));
  if (!principal) return undefined;
  await endReplaced(deps, session);
  return { principal, renewed: await renew(deps, session), secondFactorAtMs: session.secondFactorAtMs };
};

/**
 * The session of a cookie goes on under a new secret, with the second factor that was just shown: whoever else had the
 * secret has nothing now. @throws NOT_SIGNED_IN
 */
export const raiseSession = async (deps: SignInDeps, secret: string): Promise<Omit<OpenedSession, 'principal'>> => {
  const nowMs = deps.wallNow();
  const known = await liveSession(deps, secret, 'session');
  if (!known) throw linkIsOver();
  const raised = await deps.records.transact(async (tx) => {
    const old = await tx.get('session', known.organisationId, known.id);
    if (!old || old.expiresAtMs <= nowMs) throw linkIsOver();
    await endSession(tx, old, nowMs);
    const { renewedAtMs: _, replaces: __, ...rest } = old;
    return startSession(deps, tx, { ...rest, secondFactorAtMs: nowMs });
  });
  return { secret: raised, expiresAtMs: known.expiresAtMs };
};

/** Ends the session of a cookie. */
export const closeSession = async (records: Records, secret: string, wallNowMs: number): Promise<void> => {
  const session = await records.findSession(hashOf(secret));
  if (session?.kind === 'session') await records.transact((tx) => endSession(tx, session, wallNowMs));
};

/** A link for a person or contact: the secret to put in it. Usable until it expires (wall time). */
export const createLink = async (
  deps: SignInDeps,
  kind: Exclude<Session['kind'], 'session'>,
  who: Pick<
    Session,
    'organisationId' | 'personId' | 'contactId' | 'roles' | 'offerId' | 'caseId' | 'contractOfferId' | 'isOnce'
  >,
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
      ...(who.contractOfferId ? { contractOfferId: who.contractOfferId } : {}),
      ...(who.isOnce ? { isOnce: true } : {}),
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
