import { AppError } from '@kuluma/shared/errors.ts';
import { freshBase, type Id } from '@kuluma/shared/model/base.ts';
import { fits } from '@kuluma/shared/model/checklists.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { mergedWork } from '@kuluma/shared/model/merged-work.ts';
import { minuteMs } from '@kuluma/shared/model/units.ts';
import type { VisitChecklist } from '@kuluma/shared/model/views/visit.ts';
import type { VisitEntry, WorkEntry, WorkValue } from '@kuluma/shared/model/visit-work.ts';
import { failureModeSaid } from '../core/recommendations/inspect-change.ts';
import { checklistsOf } from '../core/visits/visit-checklists.ts';
import type { Clock, Random, RecordTransaction } from '../ports.ts';
import { ownVisit, type VisitOfMine, visitOfMine } from './advance-visit.ts';
import { commitBoard } from './board-commit.ts';
import { markOf, stepsOf } from './board-steps.ts';
import { openFollowUp } from './follow-ups.ts';
import { createLookup, type Lookup, needed } from './lookup.ts';
import { machineModelOf } from './machine-facts.ts';
import type { OfferDeps } from './make-offers.ts';

type Visit = RecordOf<'visit'>;

interface Deps {
  readonly clock: Clock;
  readonly random: Random;
}
interface Person {
  readonly personId: Id<'person'>;
}

/** A phone that states more than that of one visit went wrong; a long day makes a tenth of it. */
const mostStatements = 1000;

const originOf = (deps: Deps, { organisationId, personId }: Person & Pick<VisitOfMine, 'organisationId'>) => ({
  organisationId,
  createdBy: { kind: 'person', personId } as const,
  nowMs: deps.clock.now(),
  random: deps.random,
});

/** All that was stated of the work of a visit. */
export const statedOf = async (lookup: Lookup, visitId: Id<'visit'>): Promise<WorkEntry[]> =>
  (await lookup.by('visitEntry', 'visitId', visitId)).map(({ id, value, replaces }) => ({
    entryId: id,
    value,
    replaces,
  }));

/** What is asked at the machine of a visit, as the answers so far froze it. */
export const visitChecklistsOf = async (
  lookup: Lookup,
  { id, machineId, recommendationId }: Pick<Visit, 'id' | 'machineId' | 'recommendationId'>,
): Promise<VisitChecklist[]> => {
  const checklists = await lookup.list('checklist');
  if (checklists.length === 0) return [];
  const { id: machineModelId } = await machineModelOf(lookup, machineId);
  const recommendation = needed(await lookup.get('recommendation', recommendationId), 'recommendation');
  const editions = await lookup.list('checklistEdition');
  const work = mergedWork(await statedOf(lookup, id));
  return checklistsOf(checklists, editions, { machineModelId, failureModeCode: failureModeSaid(recommendation) }, work);
};

/** @throws INPUT_INVALID for an answer to what nobody asks */
const checkAnswer = async (tx: RecordTransaction, organisationId: Id<'organisation'>, value: WorkValue) => {
  if (value.kind !== 'check') return;
  const edition = await tx.get('checklistEdition', organisationId, value.editionId);
  const item = edition?.items[value.item];
  if (!item || !fits(item, value.answer)) throw new AppError('INPUT_INVALID', 'no checklist asks for such an answer');
};

/**
 * Keeps what the technician stated, whatever else was stated meanwhile: phones never overwrite each other. A statement
 * that stands already is left as it is; one that is late, because the phone had no signal, is taken after the report too.
 * @throws NOT_FOUND for another technician's visit; CONFLICT when it was cancelled, an id is another visit's, or too much was
 * stated
 */
export const stateWork = async (
  deps: Deps,
  tx: RecordTransaction,
  mine: Omit<VisitOfMine, 'seenVersion'> & Person,
  {
    actedAtMs,
    isTimeDoubtful,
    entries,
  }: Pick<VisitEntry, 'actedAtMs' | 'isTimeDoubtful'> & { readonly entries: readonly WorkEntry[] },
): Promise<void> => {
  const visit = await visitOfMine(tx, mine);
  if (visit.state === 'cancelled')
    throw new AppError('CONFLICT', 'the visit was cancelled', { hint: 'call the planner' });
  const origin = originOf(deps, mine);
  const stated = await tx.count('visitEntry', mine.organisationId, { where: { visitId: visit.id } });
  if (stated + entries.length > mostStatements)
    throw new AppError('CONFLICT', `a visit holds at most ${mostStatements} statements`, { hint: 'call the planner' });
  for (const { entryId, value, replaces } of entries) {
    const before = await tx.get('visitEntry', mine.organisationId, entryId);
    if (before && before.visitId !== visit.id) throw new AppError('CONFLICT', 'the statement is of another visit');
    if (before) continue;
    await checkAnswer(tx, mine.organisationId, value);
    await tx.insert('visitEntry', {
      ...freshBase('visitEntry', origin),
      id: entryId,
      visitId: visit.id,
      value,
      replaces,
      // A phone's clock may be ahead; nobody acted in the future.
      actedAtMs: Math.min(actedAtMs, origin.nowMs),
      ...(isTimeDoubtful ? { isTimeDoubtful } : {}),
    });
  }
};

/** The technician needs somebody's help, or a part that is not there. @throws NOT_FOUND, CONFLICT */
export const askPlanner = async (
  deps: Deps,
  tx: RecordTransaction,
  mine: VisitOfMine & Person,
  { kind, text }: { readonly kind: 'help' | 'partWanted'; readonly text: string },
): Promise<void> => openFollowUp(tx, originOf(deps, mine), await ownVisit(tx, mine), { kind, text });

/**
 * The work takes longer: the plan is changed so that it ends later, and the planner sees why.
 * @param isPlanned false leaves the plan to the planner, who finds the wish among the open ones.
 * @throws what `commitBoard` throws when the rest of the day does not bear it
 */
export const askForTime = async (
  deps: OfferDeps,
  tx: RecordTransaction,
  mine: VisitOfMine & Person,
  { minutes, text, isPlanned }: { minutes: number; text: string; isPlanned: boolean },
): Promise<void> => {
  const { organisationId, personId } = mine;
  const visit = await ownVisit(tx, mine);
  const told = { kind: 'moreTime', text: text === '' ? `+${minutes} min` : `+${minutes} min: ${text}` } as const;
  if (!isPlanned) return openFollowUp(tx, originOf(deps, mine), visit, told);
  const steps = await stepsOf(createLookup(tx, organisationId), deps.clock.now());
  const endAt = new Date(visit.slot.endMs + minutes * minuteMs).toISOString();
  await commitBoard(deps, tx, {
    organisationId,
    by: { kind: 'person', personId },
    mark: markOf(steps),
    changes: [{ kind: 'endsAt', visitId: visit.id, endAt }],
    confirmed: false,
  });
  await openFollowUp(tx, originOf(deps, mine), visit, { ...told, state: 'handled' });
};
