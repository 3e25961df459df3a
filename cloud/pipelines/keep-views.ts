import { AppError } from '@kuluma/shared/errors.ts';
import { freshBase, type Id } from '@kuluma/shared/model/base.ts';
import type { SavedView } from '@kuluma/shared/model/desk-views.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import type { Clock, Random, RecordReader, RecordTransaction } from '../ports.ts';

interface Whose {
  readonly organisationId: Id<'organisation'>;
  readonly personId: Id<'person'>;
}

export const viewsOf = async (
  reader: RecordReader,
  { organisationId, personId }: Whose,
): Promise<RecordOf<'deskViews'> | undefined> =>
  (await reader.list('deskViews', organisationId, { where: { personId } })).at(-1);

/**
 * Keeps the filters of a person in the place of those that they saw; version 0 is none yet.
 * @throws CONFLICT where they were changed on another device meanwhile
 */
export const keepViews = async (
  deps: { readonly clock: Clock; readonly random: Random },
  tx: RecordTransaction,
  whose: Whose,
  { views, seenVersion }: { readonly views: readonly SavedView[]; readonly seenVersion: number },
): Promise<RecordOf<'deskViews'>> => {
  const { organisationId, personId } = whose;
  const held = await viewsOf(tx, whose);
  if ((held?.version ?? 0) !== seenVersion)
    throw new AppError('CONFLICT', 'your saved views were changed on another device', { hint: 'look again' });
  if (held) return tx.update('deskViews', { ...held, views: [...views] });
  const createdBy = { kind: 'person', personId } as const;
  const base = freshBase('deskViews', { organisationId, createdBy, nowMs: deps.clock.now(), random: deps.random });
  const made = { ...base, personId, views: [...views] };
  await tx.insert('deskViews', made);
  return made;
};
