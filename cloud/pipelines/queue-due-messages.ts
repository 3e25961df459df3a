import type { Id } from '@kuluma/shared/model/base.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import type { MessageTemplate } from '@kuluma/shared/model/messages.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import { dueBeforeVisit, isReminderDue, mostAheadMs } from '../core/messages/due.ts';
import type { MessageRules } from '../core/messages/outbox.ts';
import { isWellSince } from '../core/visits/service-steps.ts';
import { createLookup, type Lookup, needed } from './lookup.ts';
import { forecastSince } from './machine-facts.ts';
import type { PipelineDeps } from './pipeline-deps.ts';
import { queueMessage } from './queue-message.ts';

type Deps = Pick<PipelineDeps, 'records' | 'clock' | 'random'> & { readonly rules: MessageRules };
type Offer = RecordOf<'offer'>;
type Visit = RecordOf<'visit'>;
type Due = (
  lookup: Lookup,
  letters: readonly RecordOf<'message'>[],
  nowMs: number,
) => Promise<MessageTemplate | undefined>;

const createdBy = { kind: 'policy', name: 'due-messages' } as const;
/** Who heard nothing of a visit for so long is left in peace. */
const afterwardsMs = 30 * dayMs;

/** Decides anew inside the transaction, so that two processes make one message. */
const queueIfDue = (
  deps: Deps,
  offer: Pick<Offer, 'organisationId' | 'id'>,
  visitId: Visit['id'] | undefined,
  due: Due,
) =>
  deps.records.transact(async (tx) => {
    const { organisationId } = offer;
    const nowMs = deps.clock.now();
    const lookup = createLookup(tx, organisationId);
    const template = await due(lookup, await lookup.by('message', 'offerId', offer.id), nowMs);
    if (!template) return 0;
    const origin = { organisationId, createdBy, nowMs, random: deps.random };
    const about = { template, offer: needed(await lookup.get('offer', offer.id), 'offer') };
    await queueMessage(tx, deps.rules, origin, visitId ? { ...about, visitId } : about);
    return 1;
  });

const wellDue =
  (visit: Visit): Due =>
  async (lookup, letters, nowMs) => {
    if (letters.some(({ template, visitId }) => template === 'allIsWell' && visitId === visit.id)) return undefined;
    const outcome = (await lookup.by('outcome', 'visitId', visit.id)).at(-1);
    if (!outcome || nowMs > outcome.closedAtMs + afterwardsMs) return undefined;
    return isWellSince(outcome, await forecastSince(lookup, visit, nowMs)) ? 'allIsWell' : undefined;
  };

const visitDue =
  (visitId: Visit['id']): Due =>
  async (lookup, letters, nowMs) =>
    dueBeforeVisit(needed(await lookup.get('visit', visitId), 'visit'), letters, nowMs);

const offerDue =
  (offerId: Offer['id']): Due =>
  async (lookup, letters, nowMs) =>
    isReminderDue(needed(await lookup.get('offer', offerId), 'offer'), letters, nowMs) ? 'offerReminder' : undefined;

/** Asks first what reads alone can tell, so that an idle minute writes nothing. */
const queueWhereDue = async (
  deps: Deps,
  lookup: Lookup,
  matters: readonly {
    readonly offer: Pick<Offer, 'organisationId' | 'id'>;
    readonly visitId?: Visit['id'];
    readonly due: Due;
  }[],
): Promise<number> => {
  let queued = 0;
  for (const { offer, visitId, due } of matters)
    if (await due(lookup, await lookup.by('message', 'offerId', offer.id), deps.clock.now()))
      queued += await queueIfDue(deps, offer, visitId, due);
  return queued;
};

const offerOf = ({ organisationId, offerId }: Visit) => ({ organisationId, id: offerId });

/**
 * Puts into the outbox what falls due by the clock: reminders of visits and of an open offer, and that a technician is on
 * the way.
 * @returns how many
 */
export const queueDueMessages = async (deps: Deps, organisationId: Id<'organisation'>): Promise<number> => {
  const lookup = createLookup(deps.records, organisationId);
  const nowMs = deps.clock.now();
  const booked = await lookup.list('visit', { where: { state: 'booked' } });
  const soon = booked.filter(({ slot }) => slot.arrivalFromMs > nowMs && slot.arrivalFromMs <= nowMs + mostAheadMs);
  const visits = [...soon, ...(await lookup.list('visit', { where: { state: 'onTheWay' } }))];
  const offers = await lookup.list('offer', { where: { state: 'sent' } });
  return queueWhereDue(deps, lookup, [
    ...visits.map((visit) => ({ offer: offerOf(visit), visitId: visit.id, due: visitDue(visit.id) })),
    ...offers.map((offer) => ({ offer, due: offerDue(offer.id) })),
  ]);
};

/** Puts into the outbox that machines are well since their visit. @returns how many */
export const queueGoodNews = async (deps: Deps, organisationId: Id<'organisation'>): Promise<number> => {
  const lookup = createLookup(deps.records, organisationId);
  const outcomes = await lookup.list('outcome', { createdFromMs: deps.clock.now() - afterwardsMs });
  const visits = await Promise.all(
    outcomes.map(async ({ visitId }) => needed(await lookup.get('visit', visitId), 'visit')),
  );
  return queueWhereDue(
    deps,
    lookup,
    visits.map((visit) => ({ offer: offerOf(visit), visitId: visit.id, due: wellDue(visit) })),
  );
};
