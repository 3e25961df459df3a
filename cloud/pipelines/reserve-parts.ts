import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import type { PartSource, PartUsed } from '@kuluma/shared/model/service.ts';
import { isReservation } from '../core/planning/parts.ts';
import type { RecordTransaction } from '../ports.ts';
import { keepForWaiting } from './keep-for-waiting.ts';
import { type Cause, moveStock, type Take } from './move-stock.ts';

type Movement = RecordOf<'stockMovement'>;

const keyOf = ({ partId, place }: Pick<Take, 'partId' | 'place'>): string => `${partId}@${place}`;

/** What lies on a shelf or in a van now; what the supplier has to bring is nobody's to reserve. */
const onHand = (sources: readonly PartSource[]): Take[] =>
  sources
    .filter(({ from }) => from !== 'supplier')
    .map(({ partId, placeId: place, quantity }) => ({ partId, place, quantity }));

/** The most that any of the alternatives takes from each place: one of them will come true. */
const mostOf = (alternatives: readonly (readonly PartSource[])[]): Take[] => {
  const most = new Map<string, Take>();
  for (const take of alternatives.flatMap(onHand))
    if (take.quantity > (most.get(keyOf(take))?.quantity ?? 0)) most.set(keyOf(take), take);
  return [...most.values()];
};

/** @returns what it kept more, below zero, or let go */
const bringTo = async (
  tx: RecordTransaction,
  cause: Cause,
  partIds: Iterable<Movement['partId']>,
  alternatives: readonly (readonly PartSource[])[],
): Promise<Take[]> => {
  const kept = new Map<string, Take>();
  for (const partId of new Set(partIds))
    for (const movement of await tx.list('stockMovement', cause.organisationId, { where: { partId } })) {
      if (movement.causeId !== cause.causeId || !isReservation(movement)) continue;
      const quantity = (kept.get(keyOf(movement))?.quantity ?? 0) - movement.quantity;
      kept.set(keyOf(movement), { partId, place: movement.place, quantity });
    }
  const wanted = new Map(mostOf(alternatives).map((take) => [keyOf(take), take]));
  const taken = [...wanted].map(([key, take]) => ({
    ...take,
    quantity: (kept.get(key)?.quantity ?? 0) - take.quantity,
  }));
  const spare = [...kept].map(([key, take]) => ({
    ...take,
    quantity: take.quantity - (wanted.get(key)?.quantity ?? 0),
  }));
  const [reserved, released] = [
    taken.filter(({ quantity }) => quantity < 0),
    spare.filter(({ quantity }) => quantity > 0),
  ];
  for (const take of reserved) await moveStock(tx, take, 'reservation', cause);
  for (const take of released) await moveStock(tx, take, 'release', cause);
  return [...reserved, ...released];
};

/**
 * Brings what the cause keeps in stock to what one of the alternatives needs at most: none of them releases all. What it
 * lets go is kept for those who wait for it.
 * @param partIds of the cause: those whose ledgers are read.
 */
export const reserveParts = async (
  tx: RecordTransaction,
  cause: Cause,
  partIds: Iterable<Movement['partId']>,
  alternatives: readonly (readonly PartSource[])[],
): Promise<void> => keepForWaiting(tx, cause, await bringTo(tx, cause, partIds, alternatives));

/** What was kept for a visit that is over is used, stays in the van, or is there for those who wait for it. */
export const settleParts = async (
  tx: RecordTransaction,
  cause: Cause,
  report: { readonly used: readonly PartUsed[]; readonly inVan: readonly Movement['partId'][] },
  visit: RecordOf<'visit'>,
): Promise<void> => {
  const { parts } = visit.slot;
  const ofVisit = parts.map(({ partId }) => partId);
  const released = await bringTo(tx, cause, ofVisit, []);
  await useParts(tx, cause, report.used, visit);
  await keepInVan(tx, cause, { used: report.used, partIds: report.inVan }, visit);
  // Only now: what was used lay there for nobody else.
  await keepForWaiting(tx, cause, [...released, ...onHand(parts)]);
};

/** Takes used parts out of the ledger: from where the visit had them, else from the van. */
const useParts = async (
  tx: RecordTransaction,
  cause: Cause,
  used: readonly PartUsed[],
  visit: RecordOf<'visit'>,
): Promise<void> => {
  for (const { partId, quantity, batch } of used) {
    const made = batch === undefined ? {} : { batch };
    let left = quantity;
    for (const take of onHand(visit.slot.parts).filter((source) => source.partId === partId)) {
      const taken = Math.min(left, take.quantity);
      await moveStock(tx, { ...take, ...made, quantity: -taken }, 'use', cause);
      left -= taken;
    }
    // What the supplier brought never stood in the ledger; anything else was in the van.
    const brought = visit.slot.parts.find((source) => source.partId === partId && source.from === 'supplier')?.quantity;
    const fromVan = Math.max(0, left - (brought ?? 0));
    await moveStock(tx, { partId, place: visit.technicianId, quantity: -fromVan, ...made }, 'use', cause);
  }
};

/** What was fetched for a visit, not used, and lies in the van now: out of the depot where it came from one. */
const keepInVan = async (
  tx: RecordTransaction,
  cause: Cause,
  { used, partIds }: { used: readonly { partId: Movement['partId']; quantity: number }[]; partIds: readonly string[] },
  visit: RecordOf<'visit'>,
): Promise<void> => {
  for (const partId of partIds) {
    let left = used.find((one) => one.partId === partId)?.quantity ?? 0;
    // As `useParts` takes them: from where the visit had them, one place after the other, then what the supplier brought.
    for (const source of visit.slot.parts.filter((one) => one.partId === partId && one.from !== 'supplier')) {
      const spare = Math.max(0, source.quantity - left);
      left = Math.max(0, left - source.quantity);
      if (source.from === 'van') continue;
      const take = { partId: source.partId, quantity: spare };
      await moveStock(tx, { ...take, place: source.placeId, quantity: -spare }, 'return', cause);
      await moveStock(tx, { ...take, place: visit.technicianId }, 'return', cause);
    }
    const brought = visit.slot.parts.find((one) => one.partId === partId && one.from === 'supplier');
    if (brought)
      await moveStock(
        tx,
        { partId: brought.partId, place: visit.technicianId, quantity: Math.max(0, brought.quantity - left) },
        'delivery',
        cause,
      );
  }
};

/** Places where more of the parts was taken than the ledger knows of: somebody has to count. */
export const shortagesOf = async (
  tx: RecordTransaction,
  organisationId: Movement['organisationId'],
  partIds: Iterable<Movement['partId']>,
): Promise<Take[]> => {
  const short: Take[] = [];
  for (const partId of new Set(partIds)) {
    const ledger = await tx.list('stockMovement', organisationId, { where: { partId } });
    for (const [place, movements] of Map.groupBy(ledger, (movement) => movement.place)) {
      const quantity = movements.reduce((sum, movement) => sum + movement.quantity, 0);
      if (quantity < 0) short.push({ partId, place, quantity });
    }
  }
  return short;
};
