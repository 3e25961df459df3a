import { answersOf } from '@kuluma/shared/model/answered-checks.ts';
import type { Id } from '@kuluma/shared/model/base.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { mergedWork } from '@kuluma/shared/model/merged-work.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import type { MessageRules } from '../core/messages/outbox.ts';
import { closeVisit, type VisitReport } from '../core/outcomes/close-visit.ts';
import type { RecordTransaction } from '../ports.ts';
import { ownVisit, type VisitOfMine } from './advance-visit.ts';
import { openFollowUp } from './follow-ups.ts';
import { createLookup, type Lookup, needed } from './lookup.ts';
import { partsListOf } from './machine-facts.ts';
import type { PipelineDeps } from './pipeline-deps.ts';
import { queueMessage } from './queue-message.ts';
import { settleParts, shortagesOf } from './reserve-parts.ts';
import { statedOf, visitChecklistsOf } from './visit-work.ts';
import { restartBaseline } from './watch-states.ts';

/** How a visit went is asked once the machine has run with it for a while. */
const askAfterMs = dayMs;

/** What a technician reports of a visit of their own, as they saw it. */
export interface Report extends VisitOfMine {
  readonly personId: Id<'person'>;
  readonly report: VisitReport & { readonly unfinished?: string; readonly partsInVan?: readonly Id<'part'>[] };
}

/** What stood in the technician's calendar is free again, the parts that were kept for the visit are used or go back. */
const clearUp = async (
  deps: Pick<PipelineDeps, 'clock' | 'random'>,
  tx: RecordTransaction,
  visit: RecordOf<'visit'>,
  { personId, report }: Report,
): Promise<void> => {
  const { organisationId, offerId } = visit;
  for (const hold of await tx.list('slotHold', organisationId, { where: { offerId } })) await tx.vacate(hold);
  const cause = {
    organisationId,
    causeId: offerId,
    createdBy: { kind: 'person', personId } as const,
    nowMs: deps.clock.now(),
    random: deps.random,
  };
  await settleParts(tx, cause, { used: report.partsUsed, inVan: report.partsInVan ?? [] }, visit);
};

/**
 * A machine that was looked at because of its state, or at which something was put right, is from now on as it should be:
 * what is normal is learnt anew.
 */
const restartAfter = async (
  tx: RecordTransaction,
  origin: Parameters<typeof openFollowUp>[1],
  { machineId, machineStateId }: RecordOf<'recommendation'>,
  { findingVerdict, componentReplaced }: VisitReport,
): Promise<void> => {
  const isAsNew = componentReplaced || findingVerdict === 'confirmed' || findingVerdict === 'otherFault';
  const wasLookedAt = machineStateId !== undefined && findingVerdict !== 'notInspected';
  if (isAsNew || wasLookedAt) await restartBaseline(tx, origin, machineId);
};

/** A ledger below zero is never silent: the planner hears which part and where. */
const tellShortages = async (
  tx: RecordTransaction,
  origin: Parameters<typeof openFollowUp>[1],
  visit: RecordOf<'visit'>,
  { partsUsed }: VisitReport,
): Promise<void> => {
  const lookup = createLookup(tx, visit.organisationId);
  const used = partsUsed.filter(({ quantity }) => quantity > 0).map(({ partId }) => partId);
  for (const { partId, place, quantity } of await shortagesOf(tx, visit.organisationId, used)) {
    const { number } = needed(await lookup.get('part', partId), 'part');
    const depot = place === visit.technicianId ? undefined : await lookup.get('depot', place);
    await openFollowUp(tx, origin, visit, {
      kind: 'stockShort',
      text: [number, depot?.name, String(quantity)].filter((word) => word !== undefined).join(' · '),
    });
  }
};

/** Of a follow-up; a company's question may be longer. */
const mostTold = 2000;

/** What a checklist found wrong is not forgotten with the visit: somebody comes back to it. */
const tellFailedChecks = async (
  tx: RecordTransaction,
  origin: Parameters<typeof openFollowUp>[1],
  visit: RecordOf<'visit'>,
): Promise<void> => {
  const lookup = createLookup(tx, visit.organisationId);
  const work = mergedWork(await statedOf(lookup, visit.id));
  const technician = needed(await lookup.get('technician', visit.technicianId), 'technician');
  const { language } = needed(await lookup.get('person', technician.personId), 'person');
  for (const checklist of await visitChecklistsOf(lookup, visit))
    for (const { item, answer, isFailed } of answersOf(checklist, work)) {
      if (!answer || !isFailed) continue;
      const value = typeof answer.answer === 'number' ? `${answer.answer} ${item.unit}`.trim() : '';
      const text = [item.label[language], value, answer.note].filter((word) => word !== '').join(' · ');
      await openFollowUp(tx, origin, visit, { kind: 'checkFailed', text: text.slice(0, mostTold) });
    }
};

/** Of all who came. */
const teamCostPerHour = async (
  lookup: Lookup,
  { technicianId, secondTechnicianId }: RecordOf<'visit'>,
): Promise<number> => {
  const team = [technicianId, ...(secondTechnicianId === undefined ? [] : [secondTechnicianId])];
  const costs = team.map(async (id) => needed(await lookup.get('technician', id), 'technician').costPerHourCents);
  return (await Promise.all(costs)).reduce((sum, cents) => sum + cents, 0);
};

/**
 * Visit report -> outcome: the label of the forecast, the visit and its recommendation done, a replaced component with
 * its end and its successor, the used parts out of the ledger. Work that could not be finished leaves the component as it
 * is and the recommendation open again.
 * @throws NOT_FOUND for another technician's visit; CONFLICT when it was reported or changed before
 */
export const recordOutcome = async (
  deps: Pick<PipelineDeps, 'clock' | 'random'> & { readonly messageRules: MessageRules },
  tx: RecordTransaction,
  given: Report,
): Promise<void> => {
  const { organisationId, visitId, personId } = given;
  const { unfinished, partsInVan: _, ...report } = given.report;
  const lookup = createLookup(tx, organisationId);
  const visit = await ownVisit(tx, given);
  const recommendation = needed(await lookup.get('recommendation', visit.recommendationId), 'recommendation');
  const createdBy = { kind: 'person', personId } as const;
  const origin = { organisationId, createdBy, nowMs: deps.clock.now(), random: deps.random };
  const closed = closeVisit({
    visit,
    recommendation,
    forecast:
      recommendation.forecastId === null
        ? null
        : needed(await lookup.get('forecast', recommendation.forecastId), 'forecast'),
    component: needed(await lookup.get('component', recommendation.componentId), 'component'),
    report,
    failedAtMs: null,
    parts: await lookup.list('part'),
    partsList: await partsListOf(lookup, recommendation.inputs.componentType),
    costPerHourCents: await teamCostPerHour(lookup, visit),
    origin,
  });
  // First, while the ledger still tells what was kept for the visit and nothing of what was used.
  await clearUp(deps, tx, visit, given);
  await tellShortages(tx, origin, visit, report);
  await tellFailedChecks(tx, origin, visit);
  await tx.insert('outcome', closed.outcome);
  await tx.update('visit', closed.visit);
  if (unfinished !== undefined) {
    // Nothing is done yet that the owner could be told of; what follows is a decision again.
    await openFollowUp(tx, origin, visit, { kind: 'cannotFinish', text: unfinished });
    await tx.update('recommendation', { ...recommendation, state: 'open', openedAtMs: origin.nowMs });
    return;
  }
  const offer = needed(await lookup.get('offer', visit.offerId), 'offer');
  await queueMessage(tx, deps.messageRules, origin, { template: 'done', offer, visitId });
  const askFromMs = origin.nowMs + askAfterMs;
  await queueMessage(tx, deps.messageRules, origin, {
    template: 'satisfaction',
    offer,
    visitId,
    notBeforeMs: askFromMs,
  });
  await tx.update('recommendation', closed.recommendation);
  await restartAfter(tx, origin, recommendation, report);
  if (!closed.replacement) return;
  await tx.update('component', closed.replacement.ended);
  await tx.insert('component', closed.replacement.installed);
};
