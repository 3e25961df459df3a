import { AppError } from '@kuluma/shared/errors.ts';
import type { Id } from '@kuluma/shared/model/base.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { advanceVisit, comesTo } from '../core/visits/visit.ts';
import type { RecordReader, RecordTransaction } from '../ports.ts';

/** A visit as the technician whose it is saw it. */
export interface VisitOfMine {
  readonly organisationId: Id<'organisation'>;
  readonly visitId: Id<'visit'>;
  readonly technicianId: Id<'technician'>;
  readonly seenVersion: number;
}

/** A visit of the technician's own. @throws NOT_FOUND for another technician's */
export const visitOfMine = async (
  reader: RecordReader,
  mine: Omit<VisitOfMine, 'seenVersion'>,
): Promise<RecordOf<'visit'>> => {
  const visit = await reader.get('visit', mine.organisationId, mine.visitId);
  if (!visit || !comesTo(visit, mine.technicianId)) throw new AppError('NOT_FOUND', 'there is no such visit of yours');
  return visit;
};

/**
 * A visit of the technician's own, as they saw it.
 * @throws NOT_FOUND for another technician's; CONFLICT when it was changed since
 */
export const ownVisit = async (tx: RecordTransaction, mine: VisitOfMine): Promise<RecordOf<'visit'>> => {
  const visit = await visitOfMine(tx, mine);
  if (visit.version !== mine.seenVersion)
    throw new AppError('CONFLICT', 'the visit was changed since you looked at it', { hint: 'look at it again' });
  return visit;
};

/** The technician sets out, or begins the work; the owner and the planner see it. @throws NOT_FOUND, CONFLICT */
export const progressVisit = async (
  tx: RecordTransaction,
  mine: VisitOfMine,
  state: 'onTheWay' | 'working',
): Promise<void> => {
  await tx.update('visit', advanceVisit(await ownVisit(tx, mine), state));
};
