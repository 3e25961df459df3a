import { AppError } from '@kuluma/shared/errors.ts';
import { freshBase } from '@kuluma/shared/model/base.ts';
import type { Site } from '@kuluma/shared/model/parties.ts';
import type { Acceptance, MaintenanceOffer, ServiceVisit } from '@kuluma/shared/model/service.ts';

type State = ServiceVisit['state'];

/** A visit goes forward only. Steps may be left out: a report closes a visit whose technician told nobody of the way there. */
export const visitTransitions: { readonly [S in State]: readonly State[] } = {
  booked: ['onTheWay', 'working', 'done', 'cancelled'],
  onTheWay: ['working', 'done', 'cancelled'],
  working: ['done'],
  done: [],
  cancelled: [],
};

/** Whether the technician comes to the visit, as the first or the second. */
export const comesTo = (
  { technicianId, secondTechnicianId }: Pick<ServiceVisit, 'technicianId' | 'secondTechnicianId'>,
  technician: string,
): boolean => technicianId === technician || secondTechnicianId === technician;

/** The visit in its next state. @throws CONFLICT when there is no such way. */
export const advanceVisit = (visit: ServiceVisit, to: State): ServiceVisit => {
  if (!visitTransitions[visit.state].includes(to))
    throw new AppError('CONFLICT', `A visit that is ${visit.state} cannot become ${to}.`);
  return { ...visit, state: to };
};

/**
 * The booked visit of an acceptance, in the slot that was accepted.
 * @throws INPUT_INVALID when acceptance and offer do not belong together.
 */
export const visitFromAcceptance = (args: {
  acceptance: Acceptance;
  offer: MaintenanceOffer;
  siteId: Site['id'];
  origin: Parameters<typeof freshBase>[1];
}): ServiceVisit => {
  const { acceptance, offer, siteId, origin } = args;
  const slot = offer.slots.find((candidate) => candidate.id === acceptance.slotId);
  if (!slot || acceptance.offerId !== offer.id)
    throw new AppError('INPUT_INVALID', 'The acceptance is not of this offer.');
  return {
    ...freshBase('visit', origin),
    acceptanceId: acceptance.id,
    offerId: offer.id,
    recommendationId: offer.recommendationId,
    machineId: offer.machineId,
    siteId,
    technicianId: slot.technicianId,
    ...(slot.second ? { secondTechnicianId: slot.second.technicianId } : {}),
    slot,
    state: 'booked',
  };
};
