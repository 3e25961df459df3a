import type { Id } from '@kuluma/shared/model/base.ts';
import type { BomLine } from '@kuluma/shared/model/machines.ts';
import type { PartSource } from '@kuluma/shared/model/service.ts';
import type { Depot, Part, StockMovement, Technician } from '@kuluma/shared/model/stock.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';

/** What lies at one place, reservations taken off. */
export interface StockLevel {
  readonly partId: Id<'part'>;
  readonly placeId: Id<'depot'> | Id<'technician'>;
  readonly quantity: number;
}

/** Where all parts of a visit come from. With a depot, it can be left with the parts from `readyMs` on. */
export interface PartsPlan {
  readonly depot: Depot | null;
  readonly readyMs: number;
  readonly sources: readonly PartSource[];
}

/** Stock by part and place: the sum of the ledger. */
export const stockLevels = (movements: readonly StockMovement[]): StockLevel[] => {
  const levels = new Map<string, StockLevel>();
  for (const { partId, place: placeId, quantity } of movements) {
    const key = `${partId}@${placeId}`;
    levels.set(key, { partId, placeId, quantity: (levels.get(key)?.quantity ?? 0) + quantity });
  }
  return [...levels.values()];
};

const quantitiesOf = (bom: readonly BomLine[]): Map<Id<'part'>, number> => {
  const quantities = new Map<Id<'part'>, number>();
  for (const { partId, quantity } of bom) quantities.set(partId, (quantities.get(partId) ?? 0) + quantity);
  return quantities;
};

/**
 * Every way to have all parts of the list: from the van alone when it has them, else van first and the rest from one
 * depot, where the supplier delivers what the shelf lacks. Empty when a part is not in the catalogue.
 */
export const partsPlans = (
  bom: readonly BomLine[],
  technician: Technician,
  supply: {
    readonly stock: readonly StockLevel[];
    readonly parts: readonly Part[];
    readonly depots: readonly Depot[];
    readonly nowMs: number;
  },
): PartsPlan[] => {
  const needs = [...quantitiesOf(bom)];
  const at = (partId: string, placeId: string) =>
    Math.max(0, supply.stock.find((level) => level.partId === partId && level.placeId === placeId)?.quantity ?? 0);
  const source = (partId: Id<'part'>, quantity: number, from: PartSource['from'], placeId: PartSource['placeId']) =>
    quantity > 0 ? [{ partId, quantity, from, placeId }] : [];

  const fromVan = (partId: string, needed: number) => Math.min(needed, at(partId, technician.id));
  if (needs.every(([partId, needed]) => fromVan(partId, needed) === needed)) {
    const sources = needs.flatMap(([partId, needed]) => source(partId, needed, 'van', technician.id));
    return [{ depot: null, readyMs: supply.nowMs, sources }];
  }
  if (needs.some(([partId]) => !supply.parts.some((part) => part.id === partId))) return [];

  return supply.depots.map((depot) => {
    let readyMs = supply.nowMs;
    const sources = needs.flatMap(([partId, needed]) => {
      const van = fromVan(partId, needed);
      const shelf = Math.min(needed - van, at(partId, depot.id));
      const ordered = needed - van - shelf;
      const leadDays = supply.parts.find((part) => part.id === partId)?.supplierLeadTimeDays ?? 0;
      if (ordered > 0) readyMs = Math.max(readyMs, Math.ceil(supply.nowMs + leadDays * dayMs));
      return [
        ...source(partId, van, 'van', technician.id),
        ...source(partId, shelf, 'depot', depot.id),
        ...source(partId, ordered, 'supplier', depot.id),
      ];
    });
    return { depot, readyMs, sources };
  });
};
