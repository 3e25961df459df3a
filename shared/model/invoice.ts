import { type Static, Type } from 'typebox';
import { defineRecord, Instant, idOf, oneOf, orNull } from './base.ts';
import { PriceLine, PriceTotal } from './money.ts';

/** What a visit costs its owner, on its way to the ERP, where a person posts it. */
export const Invoice = defineRecord('invoice', {
  /** Accepted by the owner; one invoice each. */
  offerId: idOf('offer'),
  visitId: idOf('visit'),
  ownerId: idOf('owner'),
  doneAtMs: Instant,
  lines: Type.Array(PriceLine),
  total: PriceTotal,
  /** `waiting` until the ERP has a draft of it; `posted` once a person there has made it final. */
  state: oneOf(['waiting', 'draft', 'posted', 'refused']),
  /** Its number in the ERP. */
  reference: orNull(Type.String()),
  /** Why it waits or was refused. */
  reason: orNull(Type.String()),
});
export type Invoice = Static<typeof Invoice>;
