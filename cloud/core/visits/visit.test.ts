import { freshBase } from '@kuluma/shared/model/base.ts';
import { ServiceVisit, visitStates } from '@kuluma/shared/model/service.ts';
import { hourMs } from '@kuluma/shared/model/units.ts';
import { faultsOf } from '@kuluma/shared/model/validate.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { idFor, nowMs, origin } from '../planning/fixtures/records.ts';
import { advanceVisit, visitFromAcceptance, visitTransitions } from './visit.ts';

const slot = {
  id: idFor('slot'),
  technicianId: idFor('technician'),
  startMs: nowMs + hourMs,
  endMs: nowMs + 2 * hourMs,
  busyFromMs: nowMs,
  busyToMs: nowMs + 2 * hourMs,
  arrivalFromMs: nowMs,
  arrivalToMs: nowMs + hourMs,
  travelKm: 10,
  travelMin: 20,
  viaDepotId: null,
  parts: [],
  costTerms: {},
  costCents: 0,
};
const offer = {
  ...freshBase('offer', origin),
  recommendationId: idFor('recommendation'),
  approvalId: idFor('approval'),
  machineId: idFor('machine'),
  ownerId: idFor('owner'),
  contactId: idFor('contact'),
  messageClass: 'serviceNotice',
  legalBasis: 'contract',
  slots: [slot],
  lines: [],
  total: { netCents: 0, vatCents: 0, grossCents: 0, currency: 'EUR' },
  validUntilMs: nowMs + hourMs,
  state: 'accepted',
  declineReason: null,
  answeredAtMs: nowMs,
} as const;
const acceptance = {
  ...freshBase('acceptance', origin),
  offerId: offer.id,
  slotId: slot.id,
  contactId: offer.contactId,
  acceptedAtMs: nowMs,
  grossCents: 0,
  currency: 'EUR',
} as const;
const visitOf = (changes: Partial<typeof acceptance> = {}) =>
  visitFromAcceptance({
    acceptance: { ...acceptance, ...changes },
    offer: { ...offer, slots: [slot], lines: [] },
    siteId: idFor('site'),
    origin,
  });

describe('a visit', () => {
  it('stands in the slot that was accepted, and is a valid record', () => {
    const visit = visitOf();
    expect(faultsOf(ServiceVisit, visit)).toEqual([]);
    expect(visit).toMatchObject({
      state: 'booked',
      technicianId: slot.technicianId,
      slot,
      acceptanceId: acceptance.id,
    });
  });

  it('is not made of an acceptance of another offer or slot', () => {
    expect(() => visitOf({ offerId: idFor('offer') })).toThrow('not of this offer');
    expect(() => visitOf({ slotId: idFor('slot') })).toThrow('not of this offer');
  });

  it('goes only forward, and never on from done or cancelled', () => {
    const order = visitStates.indexOf.bind(visitStates);
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...visitStates), { maxLength: 8 }), (steps) => {
        let visit = visitOf();
        for (const to of steps) {
          const from = visit.state;
          const ended = from === 'done' || from === 'cancelled';
          const allowed = !ended && order(to) > order(from) && !(from === 'working' && to === 'cancelled');
          if (allowed) visit = advanceVisit(visit, to);
          else expect(() => advanceVisit(visit, to)).toThrow('cannot become');
          expect(visit.state).toBe(allowed ? to : from);
        }
      }),
    );
    expect(Object.keys(visitTransitions)).toEqual([...visitStates]);
  });
});
