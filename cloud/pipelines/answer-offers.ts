import { AppError } from '@kuluma/shared/errors.ts';
import type { Actor, Id } from '@kuluma/shared/model/base.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import type { OfferAnswerCommand } from '@kuluma/shared/model/views/commands.ts';
import type { MessageRules } from '../core/messages/outbox.ts';
import { acceptOffer, declineOffer, expireOffer, type OfferStep, requestCall } from '../core/offers/answers.ts';
import { visitFromAcceptance } from '../core/visits/visit.ts';
import type { RecordTransaction } from '../ports.ts';
import { createLookup, needed } from './lookup.ts';
import { ownerIdOf, siteOf } from './machine-facts.ts';
import type { PipelineDeps } from './pipeline-deps.ts';
import { queueMessage } from './queue-message.ts';
import { reserveParts } from './reserve-parts.ts';

type Offer = RecordOf<'offer'>;
type Deps = Pick<PipelineDeps, 'clock' | 'random'>;
type AnswerDeps = Deps & { readonly messageRules: MessageRules };

/** The answer of the contact whom the offer was sent to, to the offer as they saw it. */
export interface Answer {
  readonly organisationId: Id<'organisation'>;
  readonly offerId: Id<'offer'>;
  readonly contactId: Id<'contact'>;
  readonly seenVersion: number;
  readonly command: OfferAnswerCommand;
}

export const originOf = (deps: Deps, { organisationId }: Offer, createdBy: Actor) => ({
  organisationId,
  createdBy,
  nowMs: deps.clock.now(),
  random: deps.random,
});

export const holdsOfOffer = (tx: RecordTransaction, { organisationId, id }: Offer): Promise<RecordOf<'slotHold'>[]> =>
  tx.list('slotHold', organisationId, { where: { offerId: id } });

/** Writes what became of the offer and its holds: a released time is free again, the parts for it go back. */
export const settle = async (
  deps: Deps,
  tx: RecordTransaction,
  step: OfferStep,
  by: Actor,
  kept: readonly Offer['slots'][number][] = [],
) => {
  const { offer } = step;
  await tx.update('offer', offer);
  for (const hold of step.holds) {
    await tx.update('slotHold', hold);
    if (hold.state === 'released') await tx.vacate(hold);
  }
  await reserveParts(
    tx,
    { ...originOf(deps, offer, by), causeId: offer.id },
    offer.slots.flatMap(({ parts }) => parts.map(({ partId }) => partId)),
    kept.map(({ parts }) => parts),
  );
};

export const setRecommendation = async (
  tx: RecordTransaction,
  { organisationId, recommendationId }: Offer,
  state: RecordOf<'recommendation'>['state'],
): Promise<void> => {
  const recommendation = needed(await tx.get('recommendation', organisationId, recommendationId), 'recommendation');
  await tx.update('recommendation', { ...recommendation, state });
};

/**
 * Books one of the times of an offer.
 * @param by who said yes: the contact, or a member of staff to whom the contact said it by phone
 */
export const acceptAs = async (
  deps: AnswerDeps,
  tx: RecordTransaction,
  offer: Offer,
  { slotId, by }: { readonly slotId: Id<'slot'>; readonly by: Actor },
): Promise<RecordOf<'visit'>> => {
  const origin = originOf(deps, offer, by);
  const { contactId } = offer;
  const step = acceptOffer({ offer, holds: await holdsOfOffer(tx, offer), slotId, contactId, origin });
  const lookup = createLookup(tx, offer.organisationId);
  const site = needed(await siteOf(lookup, offer.machineId, offer.createdAtMs), 'site');
  if ((await siteOf(lookup, offer.machineId, origin.nowMs))?.id !== site.id)
    throw new AppError('CONFLICT', 'the machine stands elsewhere now', { hint: 'ask for a call' });
  await tx.insert('acceptance', step.acceptance);
  const visit = visitFromAcceptance({ acceptance: step.acceptance, offer, siteId: site.id, origin });
  await tx.insert('visit', visit);
  await settle(deps, tx, step, by, [visit.slot]);
  await queueMessage(tx, deps.messageRules, origin, { template: 'booked', offer, visitId: visit.id });
  return visit;
};

/**
 * The offer as its contact saw it.
 * @throws NOT_FOUND; CONFLICT when it was changed since, or the machine was sold; FORBIDDEN for another contact
 */
export const offerToAnswer = async (
  deps: Deps,
  tx: RecordTransaction,
  { organisationId, offerId, contactId, seenVersion }: Omit<Answer, 'command'>,
): Promise<Offer> => {
  const offer = await tx.get('offer', organisationId, offerId);
  if (!offer) throw new AppError('NOT_FOUND', 'there is no such offer');
  if (contactId !== offer.contactId)
    throw new AppError('FORBIDDEN', 'an offer is answered by the contact whom it was sent to');
  if (offer.version !== seenVersion)
    throw new AppError('CONFLICT', 'the offer was changed since you looked at it', { hint: 'look at it again' });
  if ((await ownerIdOf(createLookup(tx, organisationId), offer.machineId, deps.clock.now())) !== offer.ownerId)
    throw new AppError('CONFLICT', 'the machine belongs to somebody else now');
  return offer;
};

/**
 * The owner's answer: a yes books the visit and frees the other times; a no ends the matter; a wish for a call, like
 * silence, gives it back to the planner. All of it in this transaction.
 * @throws NOT_FOUND; EXPIRED; CONFLICT when it was answered or changed before; SLOT_TAKEN; FORBIDDEN for another contact
 */
export const answerOffer = async (deps: AnswerDeps, tx: RecordTransaction, answer: Answer): Promise<void> => {
  const { contactId, command } = answer;
  const offer = await offerToAnswer(deps, tx, answer);
  const nowMs = deps.clock.now();
  const by: Actor = { kind: 'contact', contactId };
  if (command.answer === 'accept') {
    await acceptAs(deps, tx, offer, { slotId: command.slotId, by });
    return;
  }
  const holds = await holdsOfOffer(tx, offer);
  if (command.answer === 'decline') {
    await settle(deps, tx, declineOffer(offer, holds, command.reason, nowMs), by);
    await setRecommendation(tx, offer, 'rejected');
    return;
  }
  await settle(deps, tx, requestCall(offer, holds, nowMs, command.when), by);
  await setRecommendation(tx, offer, 'open');
};

/**
 * Ends the offers that nobody answered in time (product time); the planner gets the matter back.
 * @returns how many ended.
 */
export const expireOffers = async (
  deps: Deps & Pick<PipelineDeps, 'records'>,
  organisationId: Id<'organisation'>,
): Promise<number> => {
  const sent = await deps.records.list('offer', organisationId, { where: { state: 'sent' } });
  const due = sent.filter(({ validUntilMs }) => validUntilMs <= deps.clock.now());
  for (const { id } of due)
    await deps.records.transact(async (tx) => {
      const offer = await tx.get('offer', organisationId, id);
      if (offer?.state !== 'sent') return;
      await settle(deps, tx, expireOffer(offer, await holdsOfOffer(tx, offer), deps.clock.now()), {
        kind: 'policy',
        name: 'offer-expiry',
      });
      await setRecommendation(tx, offer, 'open');
    });
  return due.length;
};
