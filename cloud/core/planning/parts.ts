import type { Id } from '@kuluma/shared/model/base.ts';
import type { StockMovement } from '@kuluma/shared/model/stock.ts';

/** What lies at one place, reservations taken off. */
export interface StockLevel {
  readonly partId: Id<'part'>;
  readonly placeId: Id<'depot'> | Id<'technician'>;
  readonly quantity: number;
}

/** Whether a line of the ledger keeps a part for somebody, or takes that back: nothing is carried anywhere. */
export const isReservation = ({ reason }: Pick<StockMovement, 'reason'>): boolean =>
  reason === 'reservation' || reason === 'release';

/** What somebody who counts finds: a part that is reserved lies there until it is used. */
export const onShelf = <M extends Pick<StockMovement, 'reason'>>(movements: readonly M[]): M[] =>
  movements.filter((movement) => !isReservation(movement));

/** Stock by part and place: the sum of the ledger. */
export const stockLevels = (movements: readonly StockMovement[]): StockLevel[] => {
  const levels = new Map<string, StockLevel>();
  for (const { partId, place: placeId, quantity } of movements) {
    const key = `${partId}@${placeId}`;
    levels.set(key, { partId, placeId, quantity: (levels.get(key)?.quantity ?? 0) + quantity });
  }
  return [...levels.values()];
};
