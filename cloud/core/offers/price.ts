import { AppError } from '@kuluma/shared/errors.ts';
import type { PriceLine } from '@kuluma/shared/model/money.ts';
import type { Recommendation, Slot } from '@kuluma/shared/model/service.ts';
import type { Part } from '@kuluma/shared/model/stock.ts';

/** What the service company charges; the planner's costs are its own matter. */
export interface PriceList {
  readonly labourCentsPerHour: number;
  readonly travelCentsPerKm: number;
  /** Once for a visit; 0 where nothing is charged for coming. */
  readonly callOutCents: number;
  /** 255 is 25.5 %. */
  readonly vatRatePermille: number;
}

/** Commercial terms of an offer. */
export interface OfferTerms {
  readonly prices: PriceList;
  readonly validForMs: number;
}

/**
 * Price lines of a visit: labour of all who come, call-out, travel, parts as listed. An offer has one price for all its slots: the way of the
 * first (cheapest) one is charged whichever the owner takes, since how we plan is not the owner's cost.
 * @throws NOT_FOUND when a part of the list has no price.
 */
export const priceLines = (
  recommendation: Recommendation,
  slots: readonly Slot[],
  parts: readonly Part[],
  prices: PriceList,
): PriceLine[] => {
  const line = (
    kind: PriceLine['kind'],
    code: string,
    quantity: number,
    unit: PriceLine['unit'],
    netCents: number,
  ): PriceLine => ({
    kind,
    code,
    quantity,
    unit,
    netCents: Math.round(netCents),
    currency: 'EUR',
    vatRatePermille: prices.vatRatePermille,
  });
  const { action, bom } = recommendation;
  const [first] = slots;
  const durationMin = recommendation.durationMin * (first?.second ? 2 : 1);
  const km = Math.round((first?.travelKm ?? 0) + (first?.second?.travelKm ?? 0));
  return [
    line('labour', action, durationMin, 'min', (durationMin * prices.labourCentsPerHour) / 60),
    ...(prices.callOutCents > 0 ? [line('callOut', 'callOut', 1, 'pcs', prices.callOutCents)] : []),
    ...(km > 0 ? [line('travel', 'km', km, 'km', km * prices.travelCentsPerKm)] : []),
    ...bom.map(({ partId, quantity }) => {
      const part = parts.find((candidate) => candidate.id === partId);
      if (!part) throw new AppError('NOT_FOUND', `Part ${partId} of the parts list is not in the catalogue.`);
      return line('part', part.number, quantity, 'pcs', quantity * part.priceCents);
    }),
  ];
};
