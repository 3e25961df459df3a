import { AppError } from '@kuluma/shared/errors.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { cancelled } from '../core/messages/outbox.ts';
import { withdrawOffer } from '../core/offers/answers.ts';
import type { RecordTransaction } from '../ports.ts';
import { holdsOfOffer, settle } from './answer-offers.ts';
import { createLookup, type Lookup } from './lookup.ts';
import { lastForecastOf } from './machine-facts.ts';
import { approvalOf, type Decision, openRecommendation } from './make-offers.ts';
import type { PipelineDeps } from './pipeline-deps.ts';

type Recommendation = RecordOf<'recommendation'>;
type Deps = Pick<PipelineDeps, 'clock' | 'random'>;

/**
 * Puts a recommendation off until a day, or until the machine is worse than now.
 * @throws NOT_FOUND, CONFLICT; INPUT_INVALID for a time that is past or after the end of the window
 */
export const postpone = async (
  deps: Deps,
  tx: RecordTransaction,
  decision: Decision,
  { untilMs, reason }: { readonly untilMs: number; readonly reason: string },
): Promise<void> => {
  const recommendation = await openRecommendation(tx, decision);
  if (untilMs <= deps.clock.now() || untilMs > recommendation.window.toMs)
    throw new AppError('INPUT_INVALID', 'a recommendation waits at the latest until its window ends', {
      faults: [{ path: '/body/untilAt', message: 'must lie ahead and within the service window' }],
    });
  const forecast = await lastForecastOf(createLookup(tx, decision.organisationId), recommendation.componentId);
  const overrideReason = reason === '' ? null : reason;
  await tx.insert('approval', approvalOf(deps, decision, { decision: 'postpone', overrideReason }));
  await tx.update('recommendation', {
    ...recommendation,
    state: 'postponed',
    postponed: { untilMs, healthGrade: forecast?.healthGrade ?? 'unknown' },
  });
};

/** The letter that tells of an offer. */
const letterOf = async (
  lookup: Pick<Lookup, 'by'>,
  offerId: RecordOf<'offer'>['id'],
): Promise<RecordOf<'message'> | undefined> =>
  (await lookup.by('message', 'offerId', offerId)).find(({ template }) => template === 'offer');

/** The last decision that stands: one that was taken back does not. */
export const standingDecision = async (
  lookup: Pick<Lookup, 'by'>,
  recommendationId: string,
): Promise<RecordOf<'approval'> | undefined> => {
  const last = (await lookup.by('approval', 'recommendationId', recommendationId)).at(-1);
  return last?.decision === 'undo' ? undefined : last;
};

/** Whether nothing has left because of a decision: no letter was tried, no owner has answered. */
export const canUndo = async (
  lookup: Pick<Lookup, 'by'>,
  { id, state, window, componentId }: Recommendation,
  nowMs: number,
): Promise<boolean> => {
  const decision = await standingDecision(lookup, id);
  if (!decision) return false;
  if (state === 'postponed') return true;
  const newest = (await lookup.by('recommendation', 'componentId', componentId)).at(-1);
  if (state === 'rejected') return decision.decision === 'reject' && newest?.id === id && nowMs <= window.toMs;
  if (state !== 'approved') return false;
  const offer = (await lookup.by('offer', 'recommendationId', id)).at(-1);
  if (offer?.state !== 'sent' || nowMs >= offer.validUntilMs) return false;
  const letter = await letterOf(lookup, offer.id);
  return letter?.state === 'waiting' && letter.attempts === 0;
};

/**
 * Takes the last decision back: the matter is open again, held times and parts are free, the letter never leaves. Who
 * took it back is recorded like every decision.
 * @throws NOT_FOUND; CONFLICT when it was changed since it was seen, or something has left because of it
 */
export const undoDecision = async (deps: Deps, tx: RecordTransaction, decision: Decision): Promise<void> => {
  const { organisationId, recommendationId, seenVersion } = decision;
  const recommendation = await tx.get('recommendation', organisationId, recommendationId);
  if (!recommendation) throw new AppError('NOT_FOUND', 'there is no such recommendation');
  const lookup = createLookup(tx, organisationId);
  const nowMs = deps.clock.now();
  if (recommendation.version !== seenVersion || !(await canUndo(lookup, recommendation, nowMs)))
    throw new AppError('CONFLICT', 'the decision was changed since you looked at it, or something has left already', {
      hint: 'read it again; call the owner if the offer has left',
    });
  const undo = approvalOf(deps, decision, { decision: 'undo', overrideReason: null });
  const offer = (await lookup.by('offer', 'recommendationId', recommendationId)).at(-1);
  if (recommendation.state === 'approved' && offer) {
    const step = withdrawOffer(offer, await holdsOfOffer(tx, offer), nowMs);
    await settle(deps, tx, step, undo.createdBy);
    const letter = await letterOf(lookup, offer.id);
    if (letter) await tx.update('message', cancelled(letter, 'undone'));
  }
  await tx.insert('approval', undo);
  await tx.update('recommendation', { ...recommendation, state: 'open', postponed: null });
};
