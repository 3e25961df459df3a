import { isDeepStrictEqual } from 'node:util';
import { AppError } from '@kuluma/shared/errors.ts';
import type { Id } from '@kuluma/shared/model/base.ts';
import type { BoardEdit } from '@kuluma/shared/model/board.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import type { PartSource } from '@kuluma/shared/model/service.ts';
import { factsOf } from '../core/planning/live/board-facts.ts';
import { openBoard } from '../core/planning/live/board-plan.ts';
import type { RecordTransaction } from '../ports.ts';
import { type BoardCommand, type BoardCommitted, refuseStale, writeStep } from './board-commit.ts';
import { holdBackMs } from './board-effects.ts';
import { planOf } from './board-known.ts';
import { readBoard } from './board-records.ts';
import { holdAnew } from './board-slots.ts';
import { nextOf, type Step } from './board-steps.ts';
import { createLookup, needed } from './lookup.ts';
import type { OfferDeps } from './make-offers.ts';
import { noteEdits } from './noted-edits.ts';
import { followVisit } from './part-requests.ts';
import { reserveParts } from './reserve-parts.ts';

type Kind = BoardEdit['kind'];
type Body = RecordOf<Kind>;

/** What becomes of a record that a step has made when the step is undone: nothing is ever removed. */
const retiredState = {
  visit: 'cancelled',
  slotHold: 'released',
  offer: 'withdrawn',
  recommendation: 'withdrawn',
  message: 'cancelled',
} as const;

const retired = (kind: Kind, body: Body): Body =>
  kind === 'technician' ? body : ({ ...body, state: retiredState[kind] } as Body);

/** The record as it shall be. */
const wanted = ({ kind, before, after }: BoardEdit, act: 'undo' | 'redo'): Body => {
  if (act === 'redo') return after as Body;
  return before === null ? retired(kind, after as Body) : (before as Body);
};

const unversioned = ({ version: _, ...body }: Body) => body;
const isSame = (a: Body, b: Body): boolean => isDeepStrictEqual(unversioned(a), unversioned(b));

const changedSince = (what: string) =>
  new AppError('CONFLICT', `${what} since, so that this cannot be undone or done again`, { hint: 'make a new change' });

/** A letter that has not left is held back, or let go again. */
const letterAs = (
  now: RecordOf<'message'>,
  edit: BoardEdit,
  act: 'undo' | 'redo',
  nowMs: number,
): RecordOf<'message'> => {
  if (now.state !== 'waiting' && now.state !== 'cancelled') throw changedSince('an owner was told');
  if (act === 'redo') return { ...(edit.after as RecordOf<'message'>), notBeforeMs: nowMs + holdBackMs };
  return { ...now, state: 'cancelled', reason: 'undone' };
};

/** Puts one record where it shall be. @throws CONFLICT when something else became of it */
const putBack = async (
  tx: RecordTransaction,
  organisationId: string,
  edit: BoardEdit,
  act: 'undo' | 'redo',
  nowMs: number,
): Promise<Body> => {
  const now = needed(await tx.get(edit.kind, organisationId, edit.id), edit.kind) as Body;
  if (edit.kind === 'message') {
    const letter = letterAs(now as RecordOf<'message'>, edit, act, nowMs);
    return tx.update('message', { ...letter, version: now.version });
  }
  const expected = act === 'undo' ? (edit.after as Body) : wanted(edit, 'undo');
  if (!isSame(now, expected)) throw changedSince(`the ${edit.kind} was changed`);
  return tx.update(edit.kind, { ...wanted(edit, act), version: now.version } as RecordOf<typeof edit.kind>);
};

type Kept = { readonly offerId: RecordOf<'offer'>['id']; readonly parts: readonly (readonly PartSource[])[] };

/** What an offer keeps on the shelves as a record now stands. */
const keptBy = (kind: Kind, body: Body): Kept | undefined => {
  if (kind === 'visit') {
    const { offerId, slot, state } = body as RecordOf<'visit'>;
    return { offerId, parts: state === 'cancelled' ? [] : [slot.parts] };
  }
  if (kind !== 'offer') return undefined;
  const { id: offerId, slots, state } = body as RecordOf<'offer'>;
  if (state === 'accepted') return undefined;
  return { offerId, parts: state === 'sent' ? slots.map(({ parts }) => parts) : [] };
};

const restore = async (
  deps: OfferDeps,
  tx: RecordTransaction,
  { organisationId, by }: Pick<BoardCommand, 'organisationId' | 'by'>,
  { edits }: Step,
  act: 'undo' | 'redo',
): Promise<void> => {
  const nowMs = deps.clock.now();
  const holds: RecordOf<'slotHold'>[] = [];
  const origin = { organisationId, createdBy: by, nowMs, random: deps.random };
  for (const edit of act === 'undo' ? edits.toReversed() : edits) {
    const body = await putBack(tx, organisationId, edit, act, nowMs);
    if (edit.kind === 'slotHold') holds.push(body as RecordOf<'slotHold'>);
    const kept = keptBy(edit.kind, body);
    if (!kept) continue;
    const ever = [edit.before, edit.after].flatMap((one) => keptBy(edit.kind, (one ?? body) as Body)?.parts ?? []);
    const partIds = [...ever, ...kept.parts].flat().map(({ partId }) => partId);
    await reserveParts(tx, { ...origin, causeId: kept.offerId }, partIds, kept.parts);
    const was = act === 'undo' ? edit.after : edit.before;
    if (edit.kind === 'visit' && was)
      await followVisit(tx, origin, body as RecordOf<'visit'>, was as RecordOf<'visit'>);
  }
  await holdAnew(tx, holds);
};

/**
 * Undoes the person's last change, or does again what they undid last.
 * @throws CONFLICT when there is none, when somebody else built on it, or when an owner was told; SLOT_TAKEN
 */
export const undoBoard = async (
  deps: OfferDeps,
  outer: RecordTransaction,
  { organisationId, personId }: { readonly organisationId: Id<'organisation'>; readonly personId: Id<'person'> },
  act: 'undo' | 'redo',
): Promise<BoardCommitted> => {
  const { tx, edits } = noteEdits(outer);
  const by = { kind: 'person', personId } as const;
  const before = await readBoard(createLookup(tx, organisationId), deps.clock.now());
  const origin = nextOf(before.steps, personId)[act];
  if (!origin) throw new AppError('CONFLICT', `you have nothing to ${act}`);
  const others = before.steps.filter((step) => step.personId !== personId);
  await refuseStale(createLookup(tx, organisationId), others, origin.number, origin.touches);
  await restore(deps, tx, { organisationId, by }, origin, act);
  const { changes, touches } = origin;
  const step = await writeStep(deps, tx, { organisationId, by }, before.steps, {
    act,
    ofStepId: origin.id,
    changes,
    edits: edits(),
    touches,
  });
  const after = await readBoard(createLookup(tx, organisationId), deps.clock.now());
  const open = async ({ source }: typeof after) => planOf(await openBoard(factsOf(source), deps.travel, deps.random));
  const [planBefore, planAfter] = [await open(before), await open(after)];
  return { step, before: planBefore, after: planAfter, sourceBefore: before.source, sourceAfter: after.source };
};
