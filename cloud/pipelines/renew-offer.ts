import { AppError } from '@kuluma/shared/errors.ts';
import type { Actor } from '@kuluma/shared/model/base.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { renewOffer } from '../core/offers/answers.ts';
import type { RecordTransaction } from '../ports.ts';
import { type Answer, holdsOfOffer, offerToAnswer, originOf, setRecommendation, settle } from './answer-offers.ts';
import { createLookup, needed } from './lookup.ts';
import { holdSlots, noSlot, type OfferDeps, slotsFor, slotsPerOffer } from './make-offers.ts';
import { termsNow } from './prices.ts';

/** What the owner did not want, or could not have in time; they are not offered again at once. */
const isAmong = (slots: RecordOf<'offer'>['slots'], { technicianId, startMs }: RecordOf<'offer'>['slots'][number]) =>
  slots.some((slot) => slot.technicianId === technicianId && slot.startMs === startMs);

/**
 * Other times for an offer that nobody answered, under the approval that it has: as long as it stands for the same
 * work, the price is the one that was offered, and what the new times cost us more or less is ours.
 * @throws NOT_FOUND; FORBIDDEN; CONFLICT when it was answered or changed, or the planner has taken the matter back;
 * NO_FEASIBLE_SLOT when there is no other time
 */
export const giveNewTimes = async (
  deps: OfferDeps,
  tx: RecordTransaction,
  answer: Omit<Answer, 'command'>,
): Promise<void> => {
  const offer = await offerToAnswer(deps, tx, answer);
  const { organisationId, recommendationId, slots: before } = offer;
  const by: Actor = { kind: 'contact', contactId: answer.contactId };
  const lookup = createLookup(tx, organisationId);
  const recommendation = needed(await lookup.get('recommendation', recommendationId), 'recommendation');
  // Expiry gave the matter back to the planner; what was decided about it since stands.
  const newest = (await lookup.by('offer', 'recommendationId', recommendationId)).at(-1);
  if (recommendation.state !== (offer.state === 'sent' ? 'approved' : 'open') || newest?.id !== offer.id)
    throw new AppError('CONFLICT', 'the matter was decided otherwise meanwhile', { hint: 'call us' });
  const { slots, reasons } = await slotsFor(deps, lookup, recommendation, slotsPerOffer + before.length);
  const others = slots.filter((slot) => !isAmong(before, slot)).slice(0, slotsPerOffer);
  if (others.length === 0) throw noSlot(reasons);
  const origin = originOf(deps, offer, by);
  const step = renewOffer(offer, await holdsOfOffer(tx, offer), {
    slots: others,
    validForMs: (await termsNow(lookup, deps.terms)).validForMs,
    nowMs: origin.nowMs,
  });
  const held = await holdSlots(tx, step.offer, origin);
  await settle(deps, tx, { ...step, offer: held }, by, held.slots);
  if (recommendation.state === 'open') await setRecommendation(tx, offer, 'approved');
};
