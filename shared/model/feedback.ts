import { type Static, Type } from 'typebox';
import { defineRecord, idOf, orNull } from './base.ts';

/** From 1, the worst, to 5, the best. */
export const Rating = Type.Integer({ minimum: 1, maximum: 5 });
export const ratings = [1, 2, 3, 4, 5] as const;

/** How an owner's contact found a visit: how it went, and how easy we made it (customer satisfaction and effort scores). */
export const VisitFeedback = defineRecord('visitFeedback', {
  visitId: idOf('visit'),
  contactId: idOf('contact'),
  satisfaction: Rating,
  ease: orNull(Rating),
});
export type VisitFeedback = Static<typeof VisitFeedback>;

/** Up to this a person of ours takes it up. */
export const worstRatings = 2;
