import { AppError } from '@kuluma/shared/errors.ts';
import { type Covers, holdsOn, type ServiceContract, type Warranty } from '@kuluma/shared/model/agreements.ts';
import type { Payer, PriceLine } from '@kuluma/shared/model/money.ts';
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

/** What the agreements of a machine mean for the price of a visit. */
export interface Cover {
  /** What pays for a kind of lines in the owner's place. */
  readonly paidBy: Partial<Readonly<Record<Covers[number], Payer>>>;
  /** What a contract asks for the visit, without VAT. */
  readonly visitCents: number;
}

export const noCover: Cover = { paidBy: {}, visitCents: 0 };

/**
 * What an owner is not charged for: by the agreements of a machine that hold on `day`, its last one included. A contract
 * covers only the owner who made it; what the warranty covers too is the warranty's.
 */
export const coverOn = (
  day: string,
  ownerId: string | undefined,
  warranties: readonly Warranty[],
  contracts: readonly ServiceContract[],
): Cover => {
  const paidBy: Partial<Record<Covers[number], Payer>> = {};
  const held = contracts.filter((contract) => contract.ownerId === ownerId && holdsOn(contract, day));
  for (const contract of held) for (const kind of contract.covers) paidBy[kind] = 'serviceContract';
  for (const warranty of warranties)
    if (holdsOn(warranty, day)) for (const kind of warranty.covers) paidBy[kind] = 'warranty';
  return { paidBy, visitCents: held.reduce((sum, { visitCents }) => sum + visitCents, 0) };
};

/**
 * Price lines of a visit: labour of all who come, call-out, travel, parts as listed. An offer has one price for all its slots: the way of the
 * first (cheapest) one is charged whichever the owner takes, since how we plan is not the owner's cost. What an agreement covers stands
 * among them with nothing to pay. The visit that a contract charges for stands last, unless the warranty pays for all of it.
 * @throws NOT_FOUND when a part of the list has no price.
 */
export const priceLines = (
  recommendation: Pick<Recommendation, 'action' | 'bom' | 'durationMin' | 'second'>,
  slots: readonly Slot[],
  parts: readonly Part[],
  prices: PriceList,
  cover: Cover,
): PriceLine[] => {
  const line = (
    kind: PriceLine['kind'],
    code: string,
    quantity: number,
    unit: PriceLine['unit'],
    netCents: number,
  ): PriceLine => {
    const payer = kind === 'contractVisit' ? undefined : cover.paidBy[kind];
    return {
      ...{ kind, code, quantity, unit, currency: 'EUR', vatRatePermille: prices.vatRatePermille },
      ...(payer ? { netCents: 0, coveredBy: payer } : { netCents: Math.round(netCents) }),
    };
  };
  const { action, bom } = recommendation;
  const [first] = slots;
  // Before a plan says who comes, as many as the work needs.
  const { second } = first ?? recommendation;
  const durationMin = recommendation.durationMin * (second ? 2 : 1);
  const km = Math.round((first?.travelKm ?? 0) + (first?.second?.travelKm ?? 0));
  const lines = [
    line('labour', action, durationMin, 'min', (durationMin * prices.labourCentsPerHour) / 60),
    ...(prices.callOutCents > 0 ? [line('callOut', 'callOut', 1, 'pcs', prices.callOutCents)] : []),
    ...(km > 0 ? [line('travel', 'km', km, 'km', km * prices.travelCentsPerKm)] : []),
    ...bom.map(({ partId, quantity }) => {
      const part = parts.find((candidate) => candidate.id === partId);
      if (!part) throw new AppError('NOT_FOUND', `Part ${partId} of the parts list is not in the catalogue.`);
      return line('part', part.number, quantity, 'pcs', quantity * part.priceCents);
    }),
  ];
  const isFree = cover.visitCents === 0 || lines.every(({ coveredBy }) => coveredBy === 'warranty');
  return isFree ? lines : [...lines, line('contractVisit', 'contractVisit', 1, 'pcs', cover.visitCents)];
};
