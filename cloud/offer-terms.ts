import { hourMs } from '@kuluma/shared/model/units.ts';
import type { CloudConfig } from './config.ts';
import type { OfferTerms } from './core/offers/price.ts';

/** What an offer costs, and how long it stands, where nothing was set on the pages. */
export const termsOf = ({ terms }: CloudConfig): OfferTerms => {
  const { offerValidHours, ...prices } = terms;
  return { prices, validForMs: offerValidHours * hourMs };
};
