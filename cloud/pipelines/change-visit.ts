import { AppError, asAppError } from '@kuluma/shared/errors.ts';
import type { Id } from '@kuluma/shared/model/base.ts';
import type { BoardChange } from '@kuluma/shared/model/board.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import type { Slot } from '@kuluma/shared/model/service.ts';
import type { VisitChangeCommand } from '@kuluma/shared/model/views/commands.ts';
import { changeUntilMs } from '../core/visits/cut-off.ts';
import type { RecordTransaction } from '../ports.ts';
import { commitBoard } from './board-commit.ts';
import { markOf, stepsOf } from './board-steps.ts';
import { createLookup, type Lookup, needed } from './lookup.ts';
import { type OfferDeps, slotsFor, slotsPerOffer } from './make-offers.ts';

type Visit = RecordOf<'visit'>;

/** Until when the owner of a visit changes it alone; epoch ms. */
export const ownerChangeUntilMs = async (lookup: Lookup, { siteId, slot }: Visit): Promise<number> => {
  const { changeCutOff } = needed(await lookup.get('organisation', lookup.organisationId), 'organisation');
  const site = needed(await lookup.get('site', siteId), 'site');
  return changeUntilMs(slot.arrivalFromMs, site.access.timeZone, changeCutOff);
};

const requireChangeable = async (lookup: Lookup, visit: Visit, nowMs: number): Promise<void> => {
  if (visit.state !== 'booked') throw new AppError('CONFLICT', `a visit that is ${visit.state} cannot be changed`);
  if (nowMs >= (await ownerChangeUntilMs(lookup, visit)))
    throw new AppError('TOO_LATE', 'the visit is too close to be changed here', { hint: 'call us' });
};

/**
 * Other times for a booked visit, as the plan stands now, cheapest first; at the price that was agreed. They are not
 * held: one is taken the moment that it is chosen.
 * @throws CONFLICT for a visit that is not booked any more; TOO_LATE after the cut-off
 */
export const otherTimesFor = async (deps: OfferDeps, lookup: Lookup, visit: Visit): Promise<Slot[]> => {
  await requireChangeable(lookup, visit, deps.clock.now());
  const recommendation = needed(await lookup.get('recommendation', visit.recommendationId), 'recommendation');
  const { slots } = await slotsFor(deps, lookup, recommendation, slotsPerOffer + 1);
  const isSame = ({ technicianId, startMs }: Slot) =>
    technicianId === visit.technicianId && startMs === visit.slot.startMs;
  return slots.filter((slot) => !isSame(slot)).slice(0, slotsPerOffer);
};

/** What the contact of an offer does to its visit, as they saw it. */
export interface VisitChange {
  readonly organisationId: Id<'organisation'>;
  readonly offerId: Id<'offer'>;
  readonly contactId: Id<'contact'>;
  /** Of the visit. */
  readonly seenVersion: number;
  readonly command: VisitChangeCommand;
}

const stepOf = (
  { id, recommendationId }: Visit,
  command: VisitChangeCommand,
  window: { fromMs: number; toMs: number },
): BoardChange => {
  if (command.answer === 'cancelVisit') {
    const reason = command.reason.trim();
    return { kind: 'cancel', visitId: id, reason: reason.length < 3 ? null : reason };
  }
  const startMs = Date.parse(command.startAt);
  if (startMs < window.fromMs || startMs > window.toMs)
    throw new AppError('INPUT_INVALID', `the work of ${recommendationId} stays within its window here`);
  return { kind: 'move', visitId: id, technicianId: command.technicianId, startAt: command.startAt };
};

/**
 * The owner moves or cancels their visit: a step of the plan like that of a planner, in this transaction.
 * @throws NOT_FOUND; FORBIDDEN for another contact; CONFLICT when it was changed since; TOO_LATE after the cut-off;
 * SLOT_TAKEN when the time is not free any more
 */
export const changeVisit = async (deps: OfferDeps, tx: RecordTransaction, change: VisitChange): Promise<void> => {
  const { organisationId, offerId, contactId, seenVersion, command } = change;
  const lookup = createLookup(tx, organisationId);
  const nowMs = deps.clock.now();
  const visit = (await lookup.by('visit', 'offerId', offerId)).at(-1);
  const offer = await lookup.get('offer', offerId);
  if (!visit || !offer) throw new AppError('NOT_FOUND', 'there is no such visit');
  if (offer.contactId !== contactId) throw new AppError('FORBIDDEN', 'a visit is changed by the contact who booked it');
  if (visit.version !== seenVersion)
    throw new AppError('CONFLICT', 'the visit was changed since you looked at it', { hint: 'look at it again' });
  await requireChangeable(lookup, visit, nowMs);
  const { window } = needed(await lookup.get('recommendation', visit.recommendationId), 'recommendation');
  const step = stepOf(visit, command, window);
  try {
    await commitBoard(deps, tx, {
      organisationId,
      by: { kind: 'contact', contactId },
      mark: markOf(await stepsOf(lookup, nowMs)),
      changes: [step],
      confirmed: true,
    });
  } catch (error) {
    // Nobody else may lose a place for it: what the plan refuses is taken.
    if (step.kind === 'move' && asAppError(error).code === 'CONFLICT')
      throw new AppError('SLOT_TAKEN', 'this time is not free any more', { cause: error, hint: 'choose another time' });
    throw error;
  }
};
