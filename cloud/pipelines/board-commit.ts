import { AppError } from '@kuluma/shared/errors.ts';
import { freshBase, type Id } from '@kuluma/shared/model/base.ts';
import type { BoardChange, BoardEdit } from '@kuluma/shared/model/board.ts';
import { changedSource, touchesAt, touchesOf } from '../core/planning/live/board-changes.ts';
import { type BoardSource, type BoardWork, factsOf } from '../core/planning/live/board-facts.ts';
import { bestPlaces } from '../core/planning/live/board-places.ts';
import { type BoardPlan, openBoard } from '../core/planning/live/board-plan.ts';
import { instantAt } from '../core/planning/region/time-axis.ts';
import type { RecordTransaction } from '../ports.ts';
import { bookNew } from './board-bookings.ts';
import type { BoardCopy } from './board-copies.ts';
import { type Acting, breaksPromise, moveVisits, takeEffect } from './board-effects.ts';
import { knownChange, planOf, refuseFirstDisplaced } from './board-known.ts';
import { type BoardRecords, readBoard } from './board-records.ts';
import { authorNameOf, markOf, type Step, type StepAuthor, touchedSince } from './board-steps.ts';
import { createLookup, type Lookup } from './lookup.ts';
import type { OfferDeps } from './make-offers.ts';
import { noteEdits } from './noted-edits.ts';

/** A change of the plan by somebody who saw it at a mark: a member of staff, or a contact for a visit of their own. */
export interface BoardCommand {
  readonly organisationId: Id<'organisation'>;
  readonly by: StepAuthor;
  readonly mark: number;
  readonly changes: readonly BoardChange[];
  /** Owners who were told otherwise shall be told again. */
  readonly confirmed: boolean;
  /** The copy in which it was made, if in any. */
  readonly copy?: BoardCopy;
}

/** A board before and after. */
export interface BoardDifference {
  readonly before: BoardPlan;
  readonly after: BoardPlan;
  readonly sourceBefore: BoardSource;
  readonly sourceAfter: BoardSource;
}
export type BoardCommitted = BoardDifference & { readonly step: Step };

const stepMin = 15;

const isSame = (a: BoardWork | undefined, b: BoardWork): boolean =>
  a?.place?.technicianId === b.place?.technicianId &&
  a?.place?.secondTechnicianId === b.place?.secondTechnicianId &&
  a?.place?.startMs === b.place?.startMs &&
  a?.asked.durationMin === b.asked.durationMin;

/** Works that stand elsewhere, or for another time, than in another source; new ones too. */
export const changedWorks = (from: BoardSource, to: BoardSource): BoardWork[] => {
  const before = new Map(from.works.map((work) => [work.id, work]));
  return to.works.filter((work) => !isSame(before.get(work.id), work));
};

/** The board as the copy has it, on the board as it is now. @throws CONFLICT where somebody moved what the copy moves */
const asInCopy = (source: BoardSource, { base, source: final }: BoardCopy): BoardSource => {
  const moved = new Map(changedWorks(base.source, final).map((work) => [work.id, work]));
  const then = new Map(base.source.works.map((work) => [work.id, work]));
  const works = source.works.map((work): BoardWork => {
    const to = moved.get(work.id);
    if (!to?.place) return work;
    const was = then.get(work.id);
    if (was && !isSame(was, { ...work, asked: was.asked }))
      throw new AppError('CONFLICT', 'a visit of the copy was moved since', {
        faults: [{ path: `/${work.id}`, message: 'was moved since the copy was made' }],
        hint: 'make the copy again',
      });
    return { ...work, place: to.place, mode: 'movable', isFirst: true };
  });
  return { ...source, works };
};

/** Gives work that looks for a place the cheapest that takes nobody else's. @throws CONFLICT where there is none */
const withPlaces = async (deps: OfferDeps, source: BoardSource): Promise<BoardSource> => {
  let placed = source;
  for (const { id } of source.works.filter(({ mode }) => mode === 'sought')) {
    const plan = planOf(await openBoard(factsOf(placed), deps.travel, deps.random));
    const [best] = bestPlaces(plan, plan.numberOf(id) ?? -1, 1, stepMin);
    const technicianId = plan.compiled.shifts[best?.vehicle ?? -1]?.technician.id;
    if (!best || technicianId === undefined)
      throw new AppError('CONFLICT', 'there is no room for it as the plan stands', {
        hint: 'look for room in a copy, with a repair',
      });
    const place = { technicianId, startMs: instantAt(plan.compiled.axis, best.start) };
    const put = (work: BoardWork): BoardWork =>
      work.id === id ? { ...work, place, mode: 'movable', isFirst: true } : work;
    placed = { ...placed, works: placed.works.map(put) };
  }
  return placed;
};

const targetOf = async (
  deps: OfferDeps,
  lookup: Lookup,
  { source, nowMs }: BoardRecords,
  { changes, copy }: BoardCommand,
): Promise<BoardSource> => {
  let target = source;
  for (const change of changes) target = changedSource(target, await knownChange(lookup, target, change, nowMs));
  return withPlaces(deps, copy ? asInCopy(target, copy) : target);
};

/** @throws CONFLICT that says who changed what since the mark */
export const refuseStale = async (
  lookup: Lookup,
  steps: readonly Step[],
  mark: number,
  touches: readonly string[],
): Promise<void> => {
  const since = touchedSince(steps, mark, touches);
  if (since.length === 0) return;
  const own = new Set(touches);
  const faults = await Promise.all(
    since.map(async (step) => {
      const { changes, act, touches: theirs, atMs } = step;
      const name = await authorNameOf(lookup, step);
      const what = changes.map(({ kind }) => kind).join(', ');
      return {
        path: `/${theirs.find((one) => own.has(one)) ?? ''}`,
        message: `${name}: ${act} (${what}) at ${new Date(atMs).toISOString()}`,
      };
    }),
  );
  throw new AppError('CONFLICT', 'somebody changed this since you looked', {
    faults,
    hint: 'look again, then decide again',
  });
};

/** @throws CONFLICT with the visits that would lose their place; those of a copy were seen there */
const refuseUprooted = (before: BoardPlan, after: BoardPlan, command: BoardCommand): void => {
  refuseFirstDisplaced(after);
  const known = new Set([...before.displaced, ...(command.copy?.plan.displaced ?? [])]);
  const uprooted = after.displaced.filter((visit) => !known.has(visit));
  if (uprooted.length === 0) return;
  throw new AppError('CONFLICT', `${uprooted.length} visit(s) would lose their place`, {
    faults: uprooted.map((visit) => ({ path: `/${visit}`, message: 'has no place beside this change' })),
    hint: 'make the change in a copy, with a repair, and take that',
  });
};

/** @throws PRECONDITION_REQUIRED with the visits whose owners were told another time */
const refuseUntold = (changed: readonly BoardWork[], { confirmed }: BoardCommand): void => {
  const broken = changed.filter(({ told, place }) => place && breaksPromise(told, place.startMs));
  if (confirmed || broken.length === 0) return;
  throw new AppError('PRECONDITION_REQUIRED', 'an owner was told another time', {
    faults: broken.map(({ id }) => ({ path: `/${id}`, message: 'its owner would be told the new time' })),
    hint: 'confirm that they shall be told',
  });
};

export const writeStep = async (
  deps: Pick<OfferDeps, 'clock' | 'random'>,
  tx: RecordTransaction,
  { organisationId, by }: Pick<BoardCommand, 'organisationId' | 'by'>,
  steps: readonly Step[],
  step: Pick<Step, 'act' | 'ofStepId' | 'touches'> & { changes: readonly BoardChange[]; edits: BoardEdit[] },
): Promise<Step> => {
  const nowMs = deps.clock.now();
  const written: Step = {
    ...freshBase('boardStep', { organisationId, createdBy: by, nowMs, random: deps.random }),
    ...step,
    changes: [...step.changes],
    number: markOf(steps) + 1,
    personId: by.kind === 'person' ? by.personId : null,
    atMs: nowMs,
  };
  await tx.insert('boardStep', written);
  return written;
};

/**
 * Changes the plan: visits, holds, stock, messages and the step itself in this transaction, or nothing.
 * @throws NOT_FOUND; CONFLICT, with who changed what since or what would lose its place; PRECONDITION_REQUIRED where
 * owners would have to be told; SLOT_TAKEN, NO_LEGAL_BASIS, NO_FEASIBLE_SLOT
 */
export const commitBoard = async (
  deps: OfferDeps,
  outer: RecordTransaction,
  command: BoardCommand,
): Promise<BoardCommitted> => {
  const { organisationId, by, changes, mark } = command;
  const { tx, edits } = noteEdits(outer);
  const lookup = createLookup(tx, organisationId);
  const board = await readBoard(lookup, deps.clock.now());
  const sourceBefore = board.source;
  const direct = changes.flatMap((change) => touchesOf(sourceBefore, change));
  await refuseStale(lookup, board.steps, mark, direct);
  const sourceAfter = await targetOf(deps, lookup, board, command);
  const changed = changedWorks(sourceBefore, sourceAfter);
  const touches = [...new Set([...direct, ...changed.flatMap(({ id, place }) => touchesAt(sourceBefore, id, place))])];
  await refuseStale(lookup, board.steps, mark, touches);
  const open = async (source: BoardSource) => planOf(await openBoard(factsOf(source), deps.travel, deps.random));
  const [before, after] = [await open(sourceBefore), await open(sourceAfter)];
  refuseUprooted(before, after, command);
  refuseUntold(changed, command);
  const acting: Acting = { organisationId, by, board, plan: after };
  for (const change of changes) await takeEffect(deps, tx, acting, change);
  await moveVisits(deps, tx, acting, new Set(changed.map(({ id }) => id)));
  for (const change of changes) await bookNew(deps, tx, acting, change);
  const step = await writeStep(deps, tx, command, board.steps, {
    act: 'change',
    ofStepId: null,
    changes,
    edits: edits(),
    touches,
  });
  return { step, before, after, sourceBefore, sourceAfter };
};
