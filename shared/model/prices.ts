import { type Static, Type } from 'typebox';
import { defineRecord } from './base.ts';

const Cents = Type.Integer({ minimum: 0, maximum: 100_000_000 });

/** What the service company charges, net, in euros' cents, and how long an offer stands. */
export const priceFields = {
  labourCentsPerHour: Cents,
  travelCentsPerKm: Cents,
  /** Once for a visit; 0 where nothing is charged for coming. */
  callOutCents: Cents,
  /** Per mille; 255 is 25.5 %, the general rate of Finland. */
  vatRatePermille: Type.Integer({ minimum: 0, maximum: 1000 }),
  /** How long an owner may think, and times are held. */
  offerValidHours: Type.Number({ exclusiveMinimum: 0, maximum: 2160 }),
};

/** One for each organisation; until it is there what the service was configured with counts. */
export const PriceListRecord = defineRecord('priceList', priceFields);
export type PriceListRecord = Static<typeof PriceListRecord>;
