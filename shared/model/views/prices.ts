import { type Static, Type } from 'typebox';
import { closed } from '../base.ts';
import { idempotencyKey } from '../idempotency-key.ts';
import { Currency } from '../money.ts';
import { priceFields } from '../prices.ts';
import { SetUpChangeView } from './set-up.ts';

const Prices = Type.Object(priceFields, closed);
export type Prices = Static<typeof Prices>;

/** What is charged now. Version 0: nobody has set prices here yet, and those of the service's configuration count. */
export const PricesView = Type.Object(
  {
    version: Type.Integer({ minimum: 0 }),
    currency: Currency,
    prices: Prices,
    /** Newest first. */
    changes: Type.Array(SetUpChangeView),
  },
  closed,
);
export type PricesView = Static<typeof PricesView>;

/** POST, with the version that was seen in `If-Match`. */
export const SetPricesCommand = Type.Object({ idempotencyKey, entry: Prices }, closed);
