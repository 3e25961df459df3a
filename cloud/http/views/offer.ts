import { AppError } from '@kuluma/shared/errors.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { isoOf } from '@kuluma/shared/model/views/common.ts';
import type { OfferView } from '@kuluma/shared/model/views/visit.ts';
import { serviceStepsOf } from '../../core/visits/service-steps.ts';
import { ownerChangeUntilMs } from '../../pipelines/change-visit.ts';
import { type Lookup, needed } from '../../pipelines/lookup.ts';
import { forecastSince } from '../../pipelines/machine-facts.ts';
import { toldArrivalMs } from '../../pipelines/message-facts.ts';
import { teamNameOf } from '../../pipelines/technician-names.ts';
import { riskViewOf } from './decision.ts';
import { componentTypeOf, machineHeadOf } from './machine-head.ts';

type Offer = RecordOf<'offer'>;

const slotsOf = async (lookup: Lookup, { slots }: Offer): Promise<OfferView['slots']> =>
  Promise.all(
    slots.map(async (slot) => ({
      slotId: slot.id,
      arrivalFromAt: isoOf(slot.arrivalFromMs),
      arrivalToAt: isoOf(slot.arrivalToMs),
      technicianName: await teamNameOf(lookup, slot),
    })),
  );

const stepsOf = async (
  lookup: Lookup,
  offer: Offer,
  recommendation: RecordOf<'recommendation'>,
  nowMs: number,
): Promise<OfferView['steps']> => {
  const visit = (await lookup.by('visit', 'offerId', offer.id)).at(-1);
  const outcome = visit && (await lookup.by('outcome', 'visitId', visit.id)).at(-1);
  const forecast = await forecastSince(lookup, offer, nowMs);
  return serviceStepsOf({ recommendation, offer, visit, outcome, forecast }).map(({ atMs, ...step }) => ({
    ...step,
    at: atMs === null ? null : isoOf(atMs),
  }));
};

const visitOf = async (lookup: Lookup, { id }: Offer, nowMs: number): Promise<OfferView['visit']> => {
  const visit = (await lookup.by('visit', 'offerId', id)).at(-1);
  const untilMs = visit?.state === 'booked' ? await ownerChangeUntilMs(lookup, visit) : 0;
  const expectedMs = visit && (await toldArrivalMs(lookup, visit));
  return visit
    ? {
        visitId: visit.id,
        version: visit.version,
        state: visit.state,
        changeUntilAt: nowMs < untilMs ? isoOf(untilMs) : null,
        arrivalFromAt: isoOf(visit.slot.arrivalFromMs),
        arrivalToAt: isoOf(visit.slot.arrivalToMs),
        expectedAt: expectedMs === undefined ? null : isoOf(expectedMs),
        technicianName: await teamNameOf(lookup, visit.slot),
      }
    : null;
};

const feedbackOf = async (lookup: Lookup, { id }: Offer): Promise<OfferView['feedback']> => {
  const visit = (await lookup.by('visit', 'offerId', id)).at(-1);
  const [said] = visit ? await lookup.by('visitFeedback', 'visitId', visit.id) : [];
  return said ? { satisfaction: said.satisfaction, ease: said.ease } : null;
};

const partsOf = async (lookup: Lookup, { lines }: Offer): Promise<OfferView['parts']> => {
  const numbers = new Set(lines.filter(({ kind }) => kind === 'part').map(({ code }) => code));
  const parts = numbers.size > 0 ? await lookup.list('part') : [];
  return parts.filter(({ number }) => numbers.has(number)).map(({ number, name }) => ({ number, name }));
};

/** The owner's page of one offer; the machine as it stood when it was made, since later owners are no matter of this one's. @throws NOT_FOUND when it was withdrawn */
export const offerViewOf = async (lookup: Lookup, offer: Offer, nowMs: number): Promise<OfferView> => {
  const { state } = offer;
  if (state === 'withdrawn') throw new AppError('NOT_FOUND', 'the offer was taken back before its owner heard of it');
  const recommendation = needed(await lookup.get('recommendation', offer.recommendationId), 'recommendation');
  const approval = needed(await lookup.get('approval', offer.approvalId), 'approval');
  const { name, phone, email } = needed(await lookup.get('person', approval.personId), 'person');
  return {
    offerId: offer.id,
    version: offer.version,
    state,
    machine: await machineHeadOf(lookup, offer.machineId, offer.createdAtMs),
    componentName: (await componentTypeOf(lookup, recommendation.componentId)).name,
    action: recommendation.action,
    failureModeCode: recommendation.failureModeCode,
    drivers: recommendation.drivers,
    riskOfWaiting: riskViewOf(recommendation),
    durationMin: recommendation.durationMin,
    lines: offer.lines,
    total: offer.total,
    parts: await partsOf(lookup, offer),
    slots: await slotsOf(lookup, offer),
    validUntilAt: isoOf(offer.validUntilMs),
    callWish: offer.callWish ?? null,
    steps: await stepsOf(lookup, offer, recommendation, nowMs),
    serviceCompany: needed(await lookup.get('organisation', offer.organisationId), 'organisation').name,
    person: { name, phone, email },
    feedback: await feedbackOf(lookup, offer),
    visit: await visitOf(lookup, offer, nowMs),
  };
};
