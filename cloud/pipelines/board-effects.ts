import { AppError } from '@kuluma/shared/errors.ts';
import { freshBase, type Id } from '@kuluma/shared/model/base.ts';
import type { BoardChange } from '@kuluma/shared/model/board.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { busyTimes, type Slot } from '@kuluma/shared/model/service.ts';
import { dayMs, minuteMs } from '@kuluma/shared/model/units.ts';
import { daysOff } from '../core/planning/live/board-changes.ts';
import type { BoardPlan } from '../core/planning/live/board-plan.ts';
import { workNeedsOf } from '../core/recommendations/recommend.ts';
import { advanceVisit } from '../core/visits/visit.ts';
import type { RecordTransaction } from '../ports.ts';
import { acceptAs } from './answer-offers.ts';
import type { BoardEntry, BoardRecords } from './board-records.ts';
import { holdAnew, slotIn } from './board-slots.ts';
import type { StepAuthor } from './board-steps.ts';
import { createLookup, needed } from './lookup.ts';
import { componentTypeOf, lastForecastOf, siteOf } from './machine-facts.ts';
import { approveAt, type OfferDeps } from './make-offers.ts';
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

const originOf = (deps: OfferDeps, { organisationId, by }: Acting) => ({
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
    { ...originOf(deps, acting), offerId: was.offer.id },
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
  await tx.update('visit', advanceVisit(visit, 'cancelled'));
  for (const hold of await holdsOf(tx, entry))
    await tx.vacate(await tx.update('slotHold', { ...hold, state: 'released' }));
  await keepParts(tx, deps, acting, entry, undefined);
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
  await tx.update('visit', { ...now, technicianId: slot.technicianId, ...second, slot: next });
  await keepParts(tx, deps, acting, entry, next);
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

/** Work that has no visit yet, at the place that the plan has for it. */
const book = async (
  deps: OfferDeps,
  tx: RecordTransaction,
  acting: Acting,
  {
    recommendation,
    entryId,
    asOffer,
  }: { recommendation: RecordOf<'recommendation'>; entryId: string; asOffer: boolean },
): Promise<void> => {
  const { organisationId, by, plan } = acting;
  if (by.kind !== 'person') throw new AppError('FORBIDDEN', 'only a member of staff books work');
  const { personId } = by;
  const site = needed(
    await siteOf(createLookup(tx, organisationId), recommendation.machineId, deps.clock.now()),
    'site',
  );
  const slot = slotIn(plan, entryId, site, deps.random);
  const decision = {
    organisationId,
    recommendationId: recommendation.id,
    personId,
    seenVersion: recommendation.version,
  };
  const offer = await approveAt(deps, tx, decision, slot);
  if (!asOffer) await acceptAs(deps, tx, offer, { slotId: slot.id, by });
};

/** A matter that a person brings up: what forecast there is stands with it, whatever it says. */
const urgentRecommendation = async (
  deps: OfferDeps,
  tx: RecordTransaction,
  acting: Acting,
  change: BoardChange & { kind: 'urgent' },
): Promise<RecordOf<'recommendation'>> => {
  const lookup = createLookup(tx, acting.organisationId);
  const { machineId, componentId, action, durationMin, skills, latestAt } = change;
  const forecast = await lastForecastOf(lookup, componentId);
  if (!forecast)
    throw new AppError('NOT_ENOUGH_DATA', 'this component has no forecast yet, and a visit refers to one', {
      hint: 'connect the machine first',
    });
  const componentType = needed(
    await componentTypeOf(lookup, needed(await lookup.get('component', componentId), 'component')),
    'component type',
  );
  const { rulDays, failureProbability, dataQuality, abstainReason, forecastAtMs } = forecast;
  const origin = originOf(deps, acting);
  const { nowMs } = origin;
  const recommendation: RecordOf<'recommendation'> = {
    ...freshBase('recommendation', origin),
    machineId,
    componentId,
    forecastId: forecast.id,
    action,
    failureModeCode: componentType.failureModeCode,
    window: { fromMs: nowMs, bestMs: nowMs, toMs: Math.max(nowMs, Date.parse(latestAt)) },
    bom: action === 'replace' ? componentType.bom : [],
    skills,
    certificates: [],
    ...(action === 'replace' ? workNeedsOf(componentType) : {}),
    durationMin,
    // Who calls says that it cannot wait.
    riskOfWaiting: [{ atMs: nowMs, failureProbability: 1, expectedCostCents: componentType.failureCostCents }],
    drivers: forecast.drivers,
    inputs: {
      forecasts: [{ forecastId: forecast.id, forecastAtMs, dataQuality, abstainReason, rulDays, failureProbability }],
      componentType,
      // No rule decided.
      codeVersion: 'by hand',
    },
    state: 'open',
    openedAtMs: nowMs,
  };
  await tx.insert('recommendation', recommendation);
  return recommendation;
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

/** What a change books, once the times of others are where the plan has them. */
export const bookNew = async (
  deps: OfferDeps,
  tx: RecordTransaction,
  acting: Acting,
  change: BoardChange,
): Promise<void> => {
  if (change.kind === 'urgent') {
    const recommendation = await urgentRecommendation(deps, tx, acting, change);
    return book(deps, tx, acting, { recommendation, entryId: change.machineId, asOffer: false });
  }
  if (change.kind !== 'place') return;
  const work = acting.board.waiting.find(({ recommendation }) => recommendation.id === change.recommendationId);
  if (!work) throw new AppError('CONFLICT', 'this work waits for no decision any more', { hint: 'look again' });
  const { recommendation } = work;
  return book(deps, tx, acting, { recommendation, entryId: recommendation.id, asOffer: change.as === 'offer' });
};
