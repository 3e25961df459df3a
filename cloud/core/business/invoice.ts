import type { PriceLine } from '@kuluma/shared/model/money.ts';
import type { MaintenanceOffer, Outcome } from '@kuluma/shared/model/service.ts';
import type { Part } from '@kuluma/shared/model/stock.ts';

/** So many of the line's parts as were used; nobody pays for more than the offer that they accepted says. */
const usedOf = (line: PriceLine, used: number): PriceLine[] => {
  const quantity = Math.min(line.quantity, used);
  if (quantity <= 0) return [];
  return [{ ...line, quantity, netCents: Math.round((line.netCents * quantity) / line.quantity) }];
};

/**
 * What is charged for a visit that is done: labour and travel as offered, of the parts only those that were used. Parts
 * beyond the offer are charged by whoever posts the invoice, after asking the owner.
 */
export const invoiceLines = (
  { lines }: Pick<MaintenanceOffer, 'lines'>,
  { partsUsed }: Pick<Outcome, 'partsUsed'>,
  parts: readonly Pick<Part, 'id' | 'number'>[],
): PriceLine[] => {
  const usedByNumber = new Map<string, number>();
  for (const { partId, quantity } of partsUsed) {
    const number = parts.find(({ id }) => id === partId)?.number ?? '';
    usedByNumber.set(number, (usedByNumber.get(number) ?? 0) + quantity);
  }
  return lines.flatMap((line) => (line.kind === 'part' ? usedOf(line, usedByNumber.get(line.code) ?? 0) : [line]));
};
