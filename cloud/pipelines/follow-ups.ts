import { AppError } from '@kuluma/shared/errors.ts';
import { freshBase, type Id } from '@kuluma/shared/model/base.ts';
import type { FollowUp } from '@kuluma/shared/model/follow-ups.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import type { RecordTransaction } from '../ports.ts';

/** Tells the planner of something that a person has to deal with. */
export const openFollowUp = async (
  tx: RecordTransaction,
  origin: Parameters<typeof freshBase>[1],
  visit: Pick<RecordOf<'visit'>, 'id' | 'machineId'>,
  what: Pick<FollowUp, 'kind' | 'text'> & Partial<Pick<FollowUp, 'state'>>,
): Promise<void> => {
  await tx.insert('followUp', {
    ...freshBase('followUp', origin),
    visitId: visit.id,
    machineId: visit.machineId,
    state: 'open',
    ...what,
    atMs: origin.nowMs,
    handledBy: null,
  });
};

/** A planner has dealt with it. @throws NOT_FOUND; CONFLICT when it was changed since or is handled */
export const handleFollowUp = async (
  tx: RecordTransaction,
  given: {
    readonly organisationId: Id<'organisation'>;
    readonly followUpId: Id<'followUp'>;
    readonly personId: Id<'person'>;
    readonly seenVersion: number;
  },
): Promise<void> => {
  const followUp = await tx.get('followUp', given.organisationId, given.followUpId);
  if (!followUp) throw new AppError('NOT_FOUND', 'there is nothing like that to deal with');
  if (followUp.version !== given.seenVersion || followUp.state === 'handled')
    throw new AppError('CONFLICT', 'somebody has dealt with it', { hint: 'look again' });
  await tx.update('followUp', { ...followUp, state: 'handled', handledBy: given.personId });
};
