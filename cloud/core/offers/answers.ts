import { AppError } from '@kuluma/shared/errors.ts';
import { freshBase } from '@kuluma/shared/model/base.ts';
import type { Contact } from '@kuluma/shared/model/parties.ts';
import type { Acceptance, MaintenanceOffer, Slot, SlotHold } from '@kuluma/shared/model/service.ts';
import { slotsAhead, validUntilOf } from './offered-slots.ts';

type State = MaintenanceOffer['state'];

/**
 * What can become of an offer. An answer is final: a second one is a conflict, one after the end of validity comes too
 * late. One that nobody answered can get new times.
 */
export const offerTransitions: { readonly [S in State]: readonly State[] } = {
  sent: ['accepted', 'declined', 'callRequested', 'expired', 'withdrawn', 'sent'],
  accepted: [],
  declined: [],
  callRequested: [],
  expired: ['sent'],
  withdrawn: [],
};

/** The next records; each keeps the version that was read. */
export interface OfferStep {
  readonly offer: MaintenanceOffer;
  readonly holds: SlotHold[];
}

const move = (offer: MaintenanceOffer, to: State, nowMs: number): MaintenanceOffer => {
  const due = nowMs >= offer.validUntilMs;
  if (to === 'sent' && offerTransitions[offer.state].includes(to)) return { ...offer, state: to, renewedAtMs: nowMs };
  if (offer.state === 'expired' || (offer.state === 'sent' && due && to !== 'expired'))
    throw new AppError('EXPIRED', 'The offer is no longer valid.');
  if (!offerTransitions[offer.state].includes(to) || (to === 'expired' && !due))
    throw new AppError('CONFLICT', `An offer that is ${offer.state} cannot become ${to} now.`);
  return { ...offer, state: to, answeredAtMs: to === 'expired' || to === 'withdrawn' ? null : nowMs };
};

const release = (holds: readonly SlotHold[]): SlotHold[] =>
  holds.filter(({ state }) => state === 'held').map((hold) => ({ ...hold, state: 'released' }));

/**
 * The owner's yes to one slot: its hold is booked, the others are released. The visit is made of the acceptance.
 * @throws EXPIRED, CONFLICT; NOT_FOUND when the offer has no such slot; SLOT_TAKEN when its hold is gone;
 * FORBIDDEN for another contact than the one who was asked.
 */
export const acceptOffer = (args: {
  offer: MaintenanceOffer;
  holds: readonly SlotHold[];
  slotId: Slot['id'];
  contactId: Contact['id'];
  origin: Parameters<typeof freshBase>[1];
}): OfferStep & { acceptance: Acceptance } => {
  const { slotId, contactId, origin } = args;
  const { nowMs } = origin;
  if (contactId !== args.offer.contactId)
    throw new AppError('FORBIDDEN', 'An offer is answered by the contact whom it was sent to.');
  const offer = move(args.offer, 'accepted', nowMs);
  if (!offer.slots.some((slot) => slot.id === slotId))
    throw new AppError('NOT_FOUND', 'The offer does not have this time.');
  const ours = args.holds.filter((hold) => hold.offerId === offer.id && hold.state === 'held');
  if (!ours.some((hold) => hold.slotId === slotId && nowMs < hold.expiresAtMs))
    throw new AppError('SLOT_TAKEN', 'This time is no longer held for you.', { hint: 'choose another time' });
  return {
    offer,
    holds: ours.map((hold) => ({ ...hold, state: hold.slotId === slotId ? 'booked' : 'released' })),
    acceptance: {
      ...freshBase('acceptance', origin),
      offerId: offer.id,
      slotId,
      contactId,
      acceptedAtMs: nowMs,
      grossCents: offer.total.grossCents,
      currency: offer.total.currency,
    },
  };
};

/** @throws EXPIRED, CONFLICT. */
export const declineOffer = (
  offer: MaintenanceOffer,
  holds: readonly SlotHold[],
  reason: string,
  nowMs: number,
): OfferStep => ({ offer: { ...move(offer, 'declined', nowMs), declineReason: reason }, holds: release(holds) });

/** The owner wants a call: a person takes over, and the times are free again. @throws EXPIRED, CONFLICT. */
export const requestCall = (
  offer: MaintenanceOffer,
  holds: readonly SlotHold[],
  nowMs: number,
  callWish: MaintenanceOffer['callWish'] = 'soon',
): OfferStep => ({ offer: { ...move(offer, 'callRequested', nowMs), callWish }, holds: release(holds) });

/**
 * Other times in place of those of an offer that nobody answered, also when it has ended; its price stays as it was
 * offered. @throws CONFLICT when it was answered; NO_FEASIBLE_SLOT when no slot lies ahead.
 */
export const renewOffer = (
  offer: MaintenanceOffer,
  holds: readonly SlotHold[],
  { slots, validForMs, nowMs }: { slots: readonly Slot[]; validForMs: number; nowMs: number },
): OfferStep => {
  const ahead = slotsAhead(slots, nowMs);
  const renewed = move(offer, 'sent', nowMs);
  return {
    offer: { ...renewed, slots: ahead, validUntilMs: validUntilOf(ahead, validForMs, nowMs) },
    holds: release(holds),
  };
};

/** The planner takes the offer back before the owner hears of it. @throws EXPIRED, CONFLICT */
export const withdrawOffer = (offer: MaintenanceOffer, holds: readonly SlotHold[], nowMs: number): OfferStep => ({
  offer: move(offer, 'withdrawn', nowMs),
  holds: release(holds),
});

/** Ends an offer that nobody answered in time. @throws CONFLICT when it was answered or is still valid; EXPIRED when it has ended before. */
export const expireOffer = (offer: MaintenanceOffer, holds: readonly SlotHold[], nowMs: number): OfferStep => ({
  offer: move(offer, 'expired', nowMs),
  holds: release(holds),
});
