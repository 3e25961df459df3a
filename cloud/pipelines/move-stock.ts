import { type Actor, freshBase } from '@kuluma/shared/model/base.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import type { Random, RecordTransaction } from '../ports.ts';

type Movement = RecordOf<'stockMovement'>;
export type Take = Pick<Movement, 'partId' | 'place' | 'quantity'>;

/** Who moves stock, and when. */
export interface StockOrigin {
  readonly organisationId: Movement['organisationId'];
  readonly createdBy: Actor;
  readonly nowMs: number;
  readonly random: Random;
}

/** What moves stock, by whom: an offer or a request for a part. */
export interface Cause extends StockOrigin {
  readonly causeId: RecordOf<'offer' | 'partRequest'>['id'];
}

export const moveStock = async (
  tx: RecordTransaction,
  take: Take,
  reason: Movement['reason'],
  { causeId, ...origin }: Cause,
): Promise<void> => {
  if (take.quantity === 0) return;
  await tx.insert('stockMovement', {
    ...freshBase('stockMovement', origin),
    ...take,
    reason,
    causeId,
    atMs: origin.nowMs,
  });
};
