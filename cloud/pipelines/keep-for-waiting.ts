import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { isReservation } from '../core/planning/parts.ts';
import { isWaitedFor, missingOf } from '../core/stock/part-request.ts';
import { sharesOf, type Waiting } from '../core/stock/waiting-line.ts';
import type { RecordTransaction } from '../ports.ts';
import { moveStock, type StockOrigin } from './move-stock.ts';

type Movement = RecordOf<'stockMovement'>;
type Request = RecordOf<'partRequest'>;

/** What a place has of a request's part: kept for the request, and kept for nobody. */
export const stockFor = (
  ledger: readonly Movement[],
  { id }: Pick<Request, 'id'>,
  place: string,
): { reserved: number; free: number } => {
  const here = ledger.filter((movement) => movement.place === place);
  const sum = (movements: typeof here) => movements.reduce((total, { quantity }) => total + quantity, 0);
  const own = here.filter((movement) => movement.causeId === id && isReservation(movement));
  return { reserved: 0 - sum(own), free: sum(here) };
};

/** Those of the requests that somebody waits for. */
const waitedFor = async (tx: RecordTransaction, requests: readonly Request[]): Promise<Request[]> => {
  const waiting: Request[] = [];
  for (const request of requests)
    if (isWaitedFor(request, await tx.get('visit', request.organisationId, request.visitId))) waiting.push(request);
  return waiting;
};

/**
 * Where stock changed, what nobody has is kept for those who wait for it there; where visits have more of it than there is
 * now, the last of those who wait give it back. Done twice, it changes nothing.
 * @param shelves where stock came, went or was let go; those of which nobody asked for a part cost one query together
 */
export const keepForWaiting = async (
  tx: RecordTransaction,
  origin: StockOrigin,
  shelves: readonly Pick<Movement, 'partId' | 'place'>[],
): Promise<void> => {
  const { organisationId } = origin;
  if (shelves.length === 0) return;
  const open = await tx.list('partRequest', organisationId, { where: { state: 'open' } });
  const byShelf = Map.groupBy(open, ({ partId, depotId }) => `${partId}@${depotId}`);
  for (const shelf of new Set(shelves.map(({ partId, place }) => `${partId}@${place}`))) {
    const [first, ...others] = await waitedFor(tx, byShelf.get(shelf) ?? []);
    if (!first) continue;
    const { partId, depotId: place } = first;
    const ledger = await tx.list('stockMovement', organisationId, { where: { partId } });
    const waiting = [first, ...others].map((request): Waiting<Request> => {
      const { reserved } = stockFor(ledger, request, place);
      return { request, reserved, missing: missingOf(request) };
    });
    for (const { request, pieces } of sharesOf(waiting, stockFor(ledger, first, place).free)) {
      const reason = pieces > 0 ? 'reservation' : 'release';
      await moveStock(tx, { partId, place, quantity: -pieces }, reason, { ...origin, causeId: request.id });
    }
  }
};
