import type { Id } from '@kuluma/shared/model/base.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import type { RecordReader, RecordTransaction } from '../ports.ts';

type Session = RecordOf<'session'>;
/** Whose sessions: a member of staff's, or a contact's. */
export type SessionHolder = Pick<Session, 'personId' | 'contactId'>;

/** Sessions and links of somebody that open anything now; wall time. */
export const liveSessionsOf = async (
  reader: RecordReader,
  organisationId: Id<'organisation'>,
  { personId, contactId }: SessionHolder,
  wallNowMs: number,
): Promise<Session[]> => {
  const where = personId ? { personId } : { contactId: contactId ?? '' };
  const all = await reader.list('session', organisationId, { where, newestFirst: true });
  return all.filter(({ expiresAtMs }) => expiresAtMs > wallNowMs);
};

/** Ends sessions and links of somebody at once: whoever holds their secrets is let in no more. */
export const endSessions = async (
  tx: RecordTransaction,
  organisationId: Id<'organisation'>,
  holder: SessionHolder,
  wallNowMs: number,
  which: (session: Session) => boolean = () => true,
): Promise<void> => {
  for (const session of (await liveSessionsOf(tx, organisationId, holder, wallNowMs)).filter(which))
    await tx.update('session', { ...session, expiresAtMs: wallNowMs });
};

/** Ends one session, under its old secret and its new one where both still open it. */
export const endSession = (tx: RecordTransaction, session: Session, wallNowMs: number): Promise<void> =>
  endSessions(
    tx,
    session.organisationId,
    session,
    wallNowMs,
    ({ id, replaces }) => id === session.id || id === session.replaces || replaces === session.id,
  );
