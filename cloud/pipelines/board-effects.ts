import { AppError } from '@kuluma/shared/errors.ts';
import type { Id } from '@kuluma/shared/model/base.ts';
import type { BoardChange } from '@kuluma/shared/model/board.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { busyTimes, type Slot } from '@kuluma/shared/model/service.ts';
import { dayMs, minuteMs } from '@kuluma/shared/model/units.ts';
import { daysOff } from '../core/planning/live/board-changes.ts';
import type { BoardPlan } from '../core/planning/live/board-plan.ts';
import { advanceVisit } from '../core/visits/visit.ts';
import type { RecordTransaction } from '../ports.ts';
import type { BoardEntry, BoardRecords } from './board-records.ts';
import { holdAnew, slotIn } from './board-slots.ts';
import type { StepAuthor } from './board-steps.ts';
import { createLookup, needed } from './lookup.ts';
import { lastForecastOf } from './machine-facts.ts';
import type { OfferDeps } from './make-offers.ts';
import { followVisit } from './part-requests.ts';
import { queueMessage } from './queue-message.ts';
import { reserveParts } from './reserve-parts.ts';

type Visit = RecordOf<'visit'>;
type Hold = RecordOf<'slotHold'>;
type Booked = BoardEntry & { readonly visit: Visit };

/** Who changes which board, into which plan. */
export interface Acting {
  readonly organisationId: Id<'organisation'>;
  readonly by: StepAuthor;
  readonly board: BoardRecords;
  readonly plan: BoardPlan;
}

/** A contact is told of another time no sooner, so that it can be undone before. */
export const holdBackMs = 2 * minuteMs;

/** Who makes records now. */
export const originOf = (deps: OfferDeps, { organisationId, by }: Acting) => ({
  organisationId,
  createdBy: by,
  nowMs: deps.clock.now(),
  random: deps.random,
});

const bookedOf = ({ board }: Acting, visitId: string): Booked => {
  const entry = board.entries.find(({ entryId }) => entryId === visitId);
  if (!entry?.visit) throw new AppError('NOT_FOUND', 'there is no such visit');
  return { ...entry, visit: entry.visit };
};

/** The holds that block the time of a visit: one for each who comes, the first technician's first. */
const holdsOf = async (tx: RecordTransaction, { visit }: Booked): Promise<Hold[]> => {
  const holds = await tx.list('slotHold', visit.organisationId, { where: { offerId: visit.offerId } });
  const own = holds.filter(({ slotId }) => slotId === visit.slot.id);
  const isFirst = ({ technicianId }: Hold) => technicianId === visit.technicianId;
  return [...own.filter(isFirst), ...own.filter((hold) => !isFirst(hold))];
};

const keepParts = (tx: RecordTransaction, deps: OfferDeps, acting: Acting, was: Booked, slot: Slot | undefined) =>
  reserveParts(
    tx,
    { ...originOf(deps, acting), causeId: was.offer.id },
    [...was.slot.parts, ...(slot?.parts ?? [])].map(({ partId }) => partId),
    slot ? [slot.parts] : [],
  );

/** Tells the contact: at once what they did themselves, else when the person has had time to undo it. */
const tell = (
  deps: OfferDeps,
  tx: RecordTransaction,
  acting: Acting,
  { offer, visit }: Booked,
  template: 'changed' | 'cancelled' | 'notNeeded',
): Promise<void> => {
  const origin = originOf(deps, acting);
  const waitMs = acting.by.kind === 'contact' ? 0 : Math.max(holdBackMs, deps.messageRules.collectMs);
  return queueMessage(tx, deps.messageRules, origin, {
    template,
    offer,
    visitId: visit.id,
    notBeforeMs: origin.nowMs + waitMs,
  });
};

/** The visit does not take place; its matter is open again. */
const cancel = async (deps: OfferDeps, tx: RecordTransaction, acting: Acting, visitId: string): Promise<void> => {
  const entry = bookedOf(acting, visitId);
  const { visit, recommendation } = entry;
  const cancelled = await tx.update('visit', advanceVisit(visit, 'cancelled'));
  for (const hold of await holdsOf(tx, entry))
    await tx.vacate(await tx.update('slotHold', { ...hold, state: 'released' }));
  await keepParts(tx, deps, acting, entry, undefined);
  await followVisit(tx, originOf(deps, acting), cancelled, visit);
  if (recommendation.state === 'approved') await tx.update('recommendation', { ...recommendation, state: 'open' });
};

/** Whether the measurements themselves speak against the visit: then the contact is told so. */
const isWellAgain = async (
  deps: OfferDeps,
  tx: RecordTransaction,
  acting: Acting,
  visitId: string,
): Promise<boolean> => {
  const { recommendation } = bookedOf(acting, visitId);
  const forecast = await lastForecastOf(createLookup(tx, acting.organisationId), recommendation.componentId);
  return (
    acting.by.kind === 'person' &&
    forecast?.healthGrade === 'good' &&
    forecast.abstainReason === null &&
    deps.clock.now() - forecast.forecastAtMs < dayMs
  );
};

const isSamePlace = (a: Slot, b: Slot): boolean =>
  a.technicianId === b.technicianId &&
  a.second?.technicianId === b.second?.technicianId &&
  a.startMs === b.startMs &&
  a.endMs === b.endMs;

/** Whether the owner was told an arrival that this start does not keep. */
export const breaksPromise = (told: { fromMs: number; toMs: number } | null, startMs: number): boolean =>
  told !== null && (startMs < told.fromMs || startMs > told.toMs);

/** A booked visit at its new place. An arrival that was told and still holds stays as it was told. */
const moveTo = async (
  deps: OfferDeps,
  tx: RecordTransaction,
  acting: Acting,
  entry: Booked,
  slot: Slot,
): Promise<void> => {
  const { visit, offer } = entry;
  const { arrivalFromMs, arrivalToMs } = visit.slot;
  const isKept = !breaksPromise({ fromMs: arrivalFromMs, toMs: arrivalToMs }, slot.startMs);
  const next = { ...slot, id: visit.slot.id, ...(isKept ? { arrivalFromMs, arrivalToMs } : {}) };
  // What was updated before in this step has another version.
  const found = needed(await tx.get('visit', visit.organisationId, visit.id), 'visit');
  const { secondTechnicianId: _, ...now } = found;
  const second = slot.second ? { secondTechnicianId: slot.second.technicianId } : {};
  const moved = await tx.update('visit', { ...now, technicianId: slot.technicianId, ...second, slot: next });
  await keepParts(tx, deps, acting, entry, next);
  await followVisit(tx, originOf(deps, acting), moved, visit);
  if (isKept) return;
  const letters = await tx.list('message', visit.organisationId, { where: { offerId: offer.id } });
  // Its words are made when it leaves: one that waits will tell the new time.
  if (letters.some(({ template, state }) => (template === 'booked' || template === 'changed') && state === 'waiting'))
    return;
  await tell(deps, tx, acting, entry, 'changed');
};

/** All who come to any of the slots. */
const teamsOf = (...slots: readonly Slot[]): string[] =>
  slots.flatMap((slot) => busyTimes(slot).map(({ technicianId }) => technicianId));

/** Brings every booked visit to where the plan has it, and what blocks the technicians' time with it. */
export const moveVisits = async (
  deps: OfferDeps,
  tx: RecordTransaction,
  acting: Acting,
  changed: ReadonlySet<string>,
): Promise<void> => {
  const { board, plan } = acting;
  const technicians = new Set<string>();
  const stands: { entry: Booked; slot: Slot }[] = [];
  for (const entry of board.entries) {
    const { visit, entryId, site } = entry;
    const at = plan.numberOf(entryId);
    if (!visit || at === undefined || plan.live.state().vehicleOf[at] === -1) continue;
    const slot = slotIn(plan, entryId, site, deps.random);
    stands.push({ entry: { ...entry, visit }, slot });
    if (changed.has(entryId)) for (const one of teamsOf(visit.slot, slot)) technicians.add(one);
  }
  const holds: Hold[] = [];
  for (const { entry, slot } of stands) {
    if (!teamsOf(slot, entry.visit.slot).some((one) => technicians.has(one))) continue;
    if (changed.has(entry.entryId) && !isSamePlace(slot, entry.visit.slot)) await moveTo(deps, tx, acting, entry, slot);
    // What has begun blocks what it blocked: the way to it is driven.
    if (entry.fixedBecause !== null && !changed.has(entry.entryId)) continue;
    const busy = busyTimes(slot);
    for (const [i, hold] of (await holdsOf(tx, entry)).entries()) {
      const { technicianId, busyFromMs, busyToMs } = busy[i] ?? hold;
      const isSame = hold.technicianId === technicianId && hold.busyFromMs === busyFromMs && hold.busyToMs === busyToMs;
      if (!isSame) holds.push(await tx.update('slotHold', { ...hold, technicianId, busyFromMs, busyToMs }));
    }
  }
  await holdAnew(tx, holds);
};

/** What a change does to records beside moving visits. */
export const takeEffect = async (
  deps: OfferDeps,
  tx: RecordTransaction,
  acting: Acting,
  change: BoardChange,
): Promise<void> => {
  const { organisationId } = acting;
  switch (change.kind) {
    case 'away': {
      const technician = needed(await tx.get('technician', organisationId, change.technicianId), 'technician');
      const { working } = technician;
      const closedOn = daysOff(working.closedOn, change.fromOn, change.toOn);
      await tx.update('technician', { ...technician, working: { ...working, closedOn } });
      return;
    }
    case 'pin':
      await tx.update('visit', { ...bookedOf(acting, change.visitId).visit, pinned: change.pinned });
      return;
    case 'cancel':
      await cancel(deps, tx, acting, change.visitId);
      return tell(
        deps,
        tx,
        acting,
        bookedOf(acting, change.visitId),
        (await isWellAgain(deps, tx, acting, change.visitId)) ? 'notNeeded' : 'cancelled',
      );
    case 'notMet':
      return cancel(deps, tx, acting, change.visitId);
    case 'move':
    case 'endsAt':
    case 'partLate':
    case 'place':
    case 'urgent':
      return;
  }
};
