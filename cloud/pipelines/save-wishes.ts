import { AppError } from '@kuluma/shared/errors.ts';
import type { Actor, Id } from '@kuluma/shared/model/base.ts';
import type { ConsentEntry } from '@kuluma/shared/model/messages.ts';
import { type HeldWishes, nothingMore, type Wishes, wishChanges, wishesOf } from '../core/messages/wishes.ts';
import type { RecordReader, RecordTransaction } from '../ports.ts';
import type { PipelineDeps } from './pipeline-deps.ts';

type Deps = Pick<PipelineDeps, 'clock' | 'random'>;

/** Whose wishes, and who says so by which way. */
export interface WishAct extends Pick<ConsentEntry, 'via' | 'textVersion'> {
  readonly organisationId: Id<'organisation'>;
  readonly contactId: Id<'contact'>;
  readonly createdBy: Actor;
}

export const heldWishesOf = async (
  reader: RecordReader,
  organisationId: Id<'organisation'>,
  contactId: Id<'contact'>,
): Promise<HeldWishes> => {
  const where = { contactId };
  return {
    contactId,
    consents: await reader.list('consent', organisationId, { where }),
    preferences: await reader.list('messagePreference', organisationId, { where }),
    reach: (await reader.list('reachPreference', organisationId, { where, limit: 1 }))[0],
  };
};

/**
 * Brings in force what a contact wants, before the next message leaves; every change stands in the ledger. Saying the same
 * again changes nothing.
 * @param to what they want, from what is in force
 */
export const saveWishes = async (
  { clock, random }: Deps,
  tx: RecordTransaction,
  { organisationId, contactId, createdBy, via, textVersion }: WishAct,
  to: (now: Wishes) => Wishes,
): Promise<void> => {
  const nowMs = clock.now();
  const contact = await tx.get('contact', organisationId, contactId);
  if (!contact || contact.endedAtMs !== undefined) throw new AppError('NOT_FOUND', 'there is no such contact any more');
  const held = await heldWishesOf(tx, organisationId, contactId);
  const origin = { organisationId, createdBy, nowMs, random };
  const changes = wishChanges(held, to(wishesOf(held, nowMs)), { via, textVersion }, origin);
  for (const { isNew, record } of changes.consents) await (isNew ? tx.insert : tx.update)('consent', record);
  for (const { isNew, record } of changes.preferences)
    await (isNew ? tx.insert : tx.update)('messagePreference', record);
  for (const { isNew, record } of changes.reach) await (isNew ? tx.insert : tx.update)('reachPreference', record);
  for (const entry of changes.entries) await tx.insert('consentEntry', entry);
};

/** The contact wants no more messages; what concerns safety goes on. */
export const stopMessages = (
  deps: Deps,
  tx: RecordTransaction,
  act: Omit<WishAct, 'createdBy' | 'textVersion'>,
): Promise<void> => {
  const createdBy = { kind: 'contact', contactId: act.contactId } as const;
  return saveWishes(deps, tx, { ...act, createdBy, textVersion: null }, nothingMore);
};
