import { AppError, asAppError } from '@kuluma/shared/errors.ts';
import { freshBase, type Id } from '@kuluma/shared/model/base.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import type { Slot } from '@kuluma/shared/model/service.ts';
import type { MessageRules } from '../core/messages/outbox.ts';
import { holdsOf, makeOffer } from '../core/offers/make-offer.ts';
import { planMark } from '../core/offers/plan-mark.ts';
import type { OfferTerms } from '../core/offers/price.ts';
import { askedVisit } from '../core/planning/proposal/asked-visit.ts';
import { proposeSlots } from '../core/planning/proposal/propose-slots.ts';
import { slaOf } from '../core/planning/proposal/service-level.ts';
import type { RecordTransaction } from '../ports.ts';
import { createLookup, type Lookup, needed } from './lookup.ts';
import { approverOf, ownerIdOf, serviceLevelOf, siteOf } from './machine-facts.ts';
import type { PipelineDeps } from './pipeline-deps.ts';
import { coverNow, termsNow } from './prices.ts';
import { queueMessage } from './queue-message.ts';
import { readRegion } from './region.ts';
import { reserveParts } from './reserve-parts.ts';

type Recommendation = RecordOf<'recommendation'>;
type Offer = RecordOf<'offer'>;

export type OfferDeps = Pick<PipelineDeps, 'travel' | 'clock' | 'random'> & {
  /** As configured; what was set on the pages counts before it (`termsNow`). */
  readonly terms: OfferTerms;
  readonly messageRules: MessageRules;
};

/** A named person's decision on a recommendation as they saw it. */
export interface Decision {
  readonly organisationId: Id<'organisation'>;
  readonly recommendationId: Id<'recommendation'>;
  readonly personId: Id<'person'>;
  /** Of the recommendation that the person looked at. */
  readonly seenVersion: number;
}

/** Choices that an owner gets. */
export const slotsPerOffer = 3;

/** @throws NOT_FOUND; CONFLICT when it was changed since it was seen, or is not open. */
export const openRecommendation = async (tx: RecordTransaction, decision: Decision): Promise<Recommendation> => {
  const { organisationId, recommendationId, seenVersion } = decision;
  const recommendation = await tx.get('recommendation', organisationId, recommendationId);
  if (!recommendation) throw new AppError('NOT_FOUND', 'there is no such recommendation');
  if (recommendation.version !== seenVersion || recommendation.state !== 'open')
    throw new AppError('CONFLICT', 'the recommendation was changed since you looked at it', {
      hint: 'read it again, then decide again',
    });
  return recommendation;
};

export const approvalOf = (
  deps: Pick<OfferDeps, 'clock' | 'random'>,
  { organisationId, personId, recommendationId }: Decision,
  decided: Pick<RecordOf<'approval'>, 'decision' | 'overrideReason'>,
): RecordOf<'approval'> => {
  const nowMs = deps.clock.now();
  const createdBy = { kind: 'person', personId } as const;
  return {
    ...freshBase('approval', { organisationId, createdBy, nowMs, random: deps.random }),
    recommendationId,
    personId,
    ...decided,
    decidedAtMs: nowMs,
  };
};

/** Times for the visit as the plan stands now, cheapest first. @throws NOT_FOUND when nobody knows where the machine stands. */
export const slotsFor = async (
  deps: OfferDeps,
  lookup: Lookup,
  recommendation: Recommendation,
  count: number = slotsPerOffer,
) => {
  const nowMs = deps.clock.now();
  const site = await siteOf(lookup, recommendation.machineId, nowMs);
  if (!site) throw new AppError('NOT_FOUND', 'the machine has no site', { hint: 'record where it stands' });
  const form = await readRegion(lookup, recommendation.window.toMs, nowMs);
  const level = await serviceLevelOf(lookup, recommendation.machineId, nowMs);
  return proposeSlots({
    form,
    visit: askedVisit(recommendation, site, slaOf(recommendation, level, form.timeZone)),
    access: site.access,
    travel: deps.travel,
    count,
    random: deps.random,
  });
};

/** Blocks all times of a slot, or none of them; whether it did. */
const occupyAll = async (tx: RecordTransaction, holds: readonly RecordOf<'slotHold'>[]): Promise<boolean> => {
  for (const [i, hold] of holds.entries()) {
    try {
      await tx.occupy(hold);
    } catch (error) {
      if (asAppError(error).code !== 'SLOT_TAKEN') throw error;
      for (const other of holds.slice(0, i)) await tx.vacate(other);
      return false;
    }
  }
  return true;
};

/** Holds every slot in which all who come are still free; the offer has those only. */
export const holdSlots = async (
  tx: RecordTransaction,
  offer: Offer,
  origin: Parameters<typeof holdsOf>[1],
): Promise<Offer> => {
  const taken = new Set<string>();
  for (const [slotId, holds] of Map.groupBy(holdsOf(offer, origin), (hold) => hold.slotId))
    if (await occupyAll(tx, holds)) for (const hold of holds) await tx.insert('slotHold', hold);
    else taken.add(slotId);
  const slots = offer.slots.filter(({ id }) => !taken.has(id));
  if (slots.length === 0)
    throw new AppError('SLOT_TAKEN', 'all times were taken meanwhile', { hint: 'look again, then decide again' });
  return { ...offer, slots };
};

export const noSlot = (
  reasons: readonly { technicianId: string | null; onDay: string | null; code: string }[],
): AppError =>
  new AppError('NO_FEASIBLE_SLOT', 'nobody can make this visit in its window', {
    faults: reasons.map(({ technicianId, onDay, code }) => ({
      path: `/${technicianId ?? 'plan'}/${onDay ?? ''}`,
      message: code,
    })),
  });

/** Times that a person chose for a recommendation. */
interface Chosen {
  readonly recommendation: Recommendation;
  readonly slots: readonly Slot[];
  /** Of the times and the price that the person saw, where they saw a price: no offer leaves with another. */
  readonly seenPlanMark?: string;
  /** Places in `slots` of those to offer; all of them unless given. The price is that of the whole list. */
  readonly offered?: readonly number[] | undefined;
}

/**
 * Sends the offer of a recommendation with the times given: approval, offer, held times and reserved parts come into
 * being in this transaction, or nothing does.
 * @throws CONFLICT; NO_LEGAL_BASIS; SLOT_TAKEN
 */
const sendOffer = async (
  deps: OfferDeps,
  tx: RecordTransaction,
  decision: Decision,
  { recommendation, slots, seenPlanMark, offered }: Chosen,
): Promise<Offer> => {
  const { organisationId, machineId, bom } = recommendation;
  const nowMs = deps.clock.now();
  const lookup = createLookup(tx, organisationId);
  const ownerId = await ownerIdOf(lookup, machineId, nowMs);
  if (!ownerId) throw new AppError('NO_LEGAL_BASIS', 'the machine has no owner to whom an offer could go');
  const contact = await approverOf(lookup, ownerId);
  if (!contact)
    throw new AppError('NO_LEGAL_BASIS', 'the owner has no contact to whom an offer may go', {
      hint: 'add a contact with the role approver',
    });
  const approval = approvalOf(deps, decision, { decision: 'approve', overrideReason: null });
  const origin = { organisationId, createdBy: approval.createdBy, nowMs, random: deps.random };
  const facts = {
    recommendation,
    approval,
    slots,
    owner: needed(await lookup.get('owner', ownerId), 'owner'),
    contact,
    consents: await lookup.by('consent', 'contactId', contact.id),
    parts: await lookup.list('part'),
    ...(await termsNow(lookup, deps.terms)),
    cover: await coverNow(lookup, machineId, nowMs),
    origin,
  };
  const made = makeOffer(facts);
  if (seenPlanMark !== undefined && planMark(made.slots, made.total) !== seenPlanMark)
    throw new AppError('CONFLICT', 'the times or the price changed since you looked', {
      hint: 'read the decision again, then decide again',
    });
  const { lines, total } = made;
  const kept = offered && made.slots.filter((_, place) => offered.includes(place));
  const offer = await holdSlots(tx, kept ? { ...makeOffer({ ...facts, slots: kept }), lines, total } : made, origin);
  await tx.insert('approval', approval);
  await tx.insert('offer', offer);
  await queueMessage(tx, deps.messageRules, origin, { template: 'offer', offer });
  await reserveParts(
    tx,
    { ...origin, causeId: offer.id },
    bom.map(({ partId }) => partId),
    offer.slots.map(({ parts }) => parts),
  );
  await tx.update('recommendation', { ...recommendation, state: 'approved' });
  return offer;
};

/**
 * Approves a recommendation and sends its offer with the best times there are.
 * @param seen mark of the times and the price that the person saw, and which of the times to offer; without it whatever
 *   the plan has
 * @throws NOT_FOUND, CONFLICT; NO_LEGAL_BASIS; NO_FEASIBLE_SLOT with the reasons; SLOT_TAKEN
 */
export const approve = async (
  deps: OfferDeps,
  tx: RecordTransaction,
  decision: Decision,
  seen?: { readonly planMark: string; readonly offeredSlots?: readonly number[] },
): Promise<Offer> => {
  const recommendation = await openRecommendation(tx, decision);
  const { slots, reasons } = await slotsFor(deps, createLookup(tx, decision.organisationId), recommendation);
  if (slots.length === 0) throw noSlot(reasons);
  return sendOffer(deps, tx, decision, {
    recommendation,
    slots,
    ...(seen && { seenPlanMark: seen.planMark }),
    offered: seen?.offeredSlots,
  });
};

/** Approves a recommendation with the one time that the person has chosen. @throws as `approve` */
export const approveAt = async (
  deps: OfferDeps,
  tx: RecordTransaction,
  decision: Decision,
  slot: Slot,
): Promise<Offer> =>
  sendOffer(deps, tx, decision, { recommendation: await openRecommendation(tx, decision), slots: [slot] });

/** A named person's no. @throws NOT_FOUND, CONFLICT */
export const reject = async (
  deps: Pick<OfferDeps, 'clock' | 'random'>,
  tx: RecordTransaction,
  decision: Decision,
  reason: string,
): Promise<void> => {
  const recommendation = await openRecommendation(tx, decision);
  await tx.insert('approval', approvalOf(deps, decision, { decision: 'reject', overrideReason: reason }));
  await tx.update('recommendation', { ...recommendation, state: 'rejected' });
};
