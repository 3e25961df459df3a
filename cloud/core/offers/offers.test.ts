import { AppError, type ErrorCode } from '@kuluma/shared/errors.ts';
import { freshBase } from '@kuluma/shared/model/base.ts';
import type { Consent, Contact, LegalBasis, Owner } from '@kuluma/shared/model/parties.ts';
import {
  Acceptance,
  type Approval,
  MaintenanceOffer,
  offerStates,
  type Slot,
  SlotHold,
} from '@kuluma/shared/model/service.ts';
import { dayMs, hourMs } from '@kuluma/shared/model/units.ts';
import { faultsOf } from '@kuluma/shared/model/validate.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { componentTypeOf, forecastsInARow, idFor, nowMs, origin, partOf } from '../planning/fixtures/records.ts';
import { recommend } from '../recommendations/recommend.ts';
import { acceptOffer, declineOffer, expireOffer, offerTransitions, requestCall, withdrawOffer } from './answers.ts';
import { holdsOf, makeOffer } from './make-offer.ts';
import { noCover } from './price.ts';

const part = partOf();
const recommendation = recommend({
  forecasts: forecastsInARow(2),
  componentType: componentTypeOf({ bom: [{ partId: part.id, quantity: 2, useProbability: 0.8 }] }),
  codeVersion: '0.1.0',
  origin,
});
if (!recommendation) throw new Error('expected a recommendation');

const personId = idFor('person');
const approval: Approval = {
  ...freshBase('approval', { ...origin, createdBy: { kind: 'person', personId } }),
  recommendationId: recommendation.id,
  personId,
  decision: 'approve',
  overrideReason: null,
  decidedAtMs: nowMs,
};
const owner: Owner = { ...freshBase('owner', origin), name: 'Mill Oy', language: 'fi' };
const contact: Contact = {
  ...freshBase('contact', origin),
  ownerId: owner.id,
  name: 'Aino',
  email: 'aino@example.com',
  phone: '',
  language: 'fi',
  contactRoles: ['approver'],
};
const consentOf = (legalBasis: LegalBasis, changes: Partial<Consent> = {}): Consent => ({
  ...freshBase('consent', origin),
  contactId: contact.id,
  messageClass: 'serviceNotice',
  legalBasis,
  period: { fromMs: nowMs - dayMs, toMs: null },
  ...changes,
});
const slotOf = (days: number): Slot => ({
  id: idFor('slot'),
  technicianId: idFor('technician'),
  startMs: nowMs + days * dayMs + hourMs,
  endMs: nowMs + days * dayMs + 3 * hourMs,
  busyFromMs: nowMs + days * dayMs,
  busyToMs: nowMs + days * dayMs + 3 * hourMs,
  arrivalFromMs: nowMs + days * dayMs + hourMs,
  arrivalToMs: nowMs + days * dayMs + 2 * hourMs,
  travelKm: 40.4,
  travelMin: 60,
  viaDepotId: null,
  parts: [],
  costTerms: {},
  costCents: 0,
});
const makeFrom = (changes: Partial<Parameters<typeof makeOffer>[0]> = {}) =>
  makeOffer({
    recommendation,
    approval,
    slots: [slotOf(2), slotOf(3), slotOf(4)],
    owner,
    contact,
    consents: [consentOf('contract')],
    parts: [part],
    prices: { labourCentsPerHour: 9500, travelCentsPerKm: 85, callOutCents: 0, vatRatePermille: 255 },
    cover: noCover,
    validForMs: 3 * dayMs,
    origin,
    ...changes,
  });
const codeOf = (act: () => unknown): ErrorCode | 'none' => {
  try {
    act();
    return 'none';
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
};

describe('an offer', () => {
  it('is a valid record with a line for labour, travel and each part, in whole cents with its VAT', () => {
    const offer = makeFrom();
    expect(faultsOf(MaintenanceOffer, offer)).toEqual([]);
    expect(offer.lines.map(({ kind, quantity, netCents }) => [kind, quantity, netCents])).toEqual([
      ['labour', 90, 14_250],
      ['travel', 40, 3_400],
      ['part', 2, 24_000],
    ]);
    expect(offer.total).toEqual({ netCents: 41_650, vatCents: 10_621, grossCents: 52_271, currency: 'EUR' });
    expect(offer).toMatchObject({ messageClass: 'serviceNotice', legalBasis: 'contract', state: 'sent' });
  });

  it('has a line for coming where that has a price', () => {
    const offer = makeFrom({
      prices: { labourCentsPerHour: 9500, travelCentsPerKm: 85, callOutCents: 6_500, vatRatePermille: 255 },
    });
    expect(offer.lines.map(({ kind, netCents }) => [kind, netCents])).toContainEqual(['callOut', 6_500]);
    expect(offer.total.netCents).toBe(41_650 + 6_500);
  });

  it('has no line for a way that costs nothing', () => {
    const offer = makeFrom({ slots: [{ ...slotOf(2), travelKm: 0 }] });
    expect(offer.lines.map((line) => line.kind)).toEqual(['labour', 'part']);
  });

  it('does not leave without the approval of a named person for this recommendation', () => {
    const refused: (Approval | undefined)[] = [
      undefined,
      { ...approval, decision: 'reject' },
      { ...approval, recommendationId: idFor('recommendation') },
      { ...approval, createdBy: { kind: 'policy', name: 'auto-approve' } },
      { ...approval, createdBy: { kind: 'person', personId: idFor('person') } },
    ];
    expect(refused.map((given) => codeOf(() => makeFrom({ approval: given })))).toEqual(refused.map(() => 'FORBIDDEN'));
  });

  it('does not leave for a contact of another owner, nor for a recommendation that is over', () => {
    expect(codeOf(() => makeFrom({ contact: { ...contact, ownerId: idFor('owner') } }))).toBe('FORBIDDEN');
    expect(codeOf(() => makeFrom({ recommendation: { ...recommendation, state: 'withdrawn' } }))).toBe('CONFLICT');
  });

  it('does not leave without a contract or consent in force for this contact and class', () => {
    const refused: Consent[][] = [
      [],
      [consentOf('legitimateInterest')],
      [consentOf('contract', { contactId: idFor('contact') })],
      [consentOf('consent', { messageClass: 'marketingOffer' })],
      [consentOf('contract', { period: { fromMs: nowMs - dayMs, toMs: nowMs } })],
      [consentOf('contract', { period: { fromMs: nowMs + 1, toMs: null } })],
    ];
    expect(refused.map((consents) => codeOf(() => makeFrom({ consents })))).toEqual(
      refused.map(() => 'NO_LEGAL_BASIS'),
    );
    expect(makeFrom({ consents: [consentOf('consent')] }).legalBasis).toBe('consent');
  });

  it('does not leave without a time still ahead, nor without a price for a part', () => {
    expect(codeOf(() => makeFrom({ slots: [slotOf(-1)] }))).toBe('NO_FEASIBLE_SLOT');
    expect(codeOf(() => makeFrom({ parts: [] }))).toBe('NOT_FOUND');
  });

  it('is valid no longer than its last time, and holds each time until it comes', () => {
    expect(makeFrom().validUntilMs).toBe(nowMs + 3 * dayMs);
    const offer = makeFrom({ slots: [slotOf(1), slotOf(2)] });
    expect(offer.validUntilMs).toBe(nowMs + 2 * dayMs);
    const holds = holdsOf(offer, origin);
    expect(holds.flatMap((hold) => faultsOf(SlotHold, hold))).toEqual([]);
    expect(holds.map((hold) => hold.expiresAtMs)).toEqual([nowMs + dayMs, nowMs + 2 * dayMs]);
  });
});

describe('an answer', () => {
  const offer = makeFrom();
  const holds = holdsOf(offer, origin);
  const [first, second, third] = offer.slots;
  if (!first || !second || !third) throw new Error('three slots');
  const accept = (changes: Partial<Parameters<typeof acceptOffer>[0]> = {}) =>
    acceptOffer({ offer, holds, slotId: second.id, contactId: contact.id, origin, ...changes });

  it('of yes books its time, frees the others and keeps the price', () => {
    const answer = accept();
    expect(faultsOf(Acceptance, answer.acceptance)).toEqual([]);
    expect(answer.offer).toMatchObject({ state: 'accepted', answeredAtMs: nowMs, version: offer.version });
    expect(answer.holds.map((hold) => hold.state)).toEqual(['released', 'booked', 'released']);
    expect(answer.acceptance).toMatchObject({ slotId: second.id, grossCents: offer.total.grossCents });
  });

  it('of yes is refused for a time that is not offered or no longer held, and to other people', () => {
    expect(codeOf(() => accept({ slotId: idFor('slot') }))).toBe('NOT_FOUND');
    const gone = holds.map((hold) => ({ ...hold, state: 'released' as const }));
    expect(codeOf(() => accept({ holds: gone }))).toBe('SLOT_TAKEN');
    expect(codeOf(() => accept({ slotId: first.id, origin: { ...origin, nowMs: first.busyFromMs } }))).toBe(
      'SLOT_TAKEN',
    );
    expect(codeOf(() => accept({ contactId: idFor('contact') }))).toBe('FORBIDDEN');
  });

  it('of no keeps the reason, and "call me" and no answer free the times too', () => {
    const no = declineOffer(offer, holds, 'too dear', nowMs);
    expect(no.offer).toMatchObject({ state: 'declined', declineReason: 'too dear' });
    const call = requestCall(offer, holds, nowMs);
    expect(call.offer.state).toBe('callRequested');
    const none = expireOffer(offer, holds, offer.validUntilMs);
    expect(none.offer).toMatchObject({ state: 'expired', answeredAtMs: null });
    for (const step of [no, call, none]) expect(step.holds.every((hold) => hold.state === 'released')).toBe(true);
  });

  it('is given once, in time, and a step ends the offer or changes nothing', () => {
    const acts = {
      accepted: (given: MaintenanceOffer, atMs: number) =>
        accept({ offer: given, origin: { ...origin, nowMs: atMs }, slotId: third.id }).offer,
      declined: (given: MaintenanceOffer, atMs: number) => declineOffer(given, holds, '', atMs).offer,
      callRequested: (given: MaintenanceOffer, atMs: number) => requestCall(given, holds, atMs).offer,
      expired: (given: MaintenanceOffer, atMs: number) => expireOffer(given, holds, atMs).offer,
      withdrawn: (given: MaintenanceOffer, atMs: number) => withdrawOffer(given, holds, atMs).offer,
    } as const;
    const step = fc.record({
      act: fc.constantFrom(...(Object.keys(acts) as (keyof typeof acts)[])),
      waitMs: fc.integer({ min: 0, max: 2 * dayMs }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 6 }), (steps) => {
        let now = nowMs;
        let current: MaintenanceOffer = offer;
        for (const { act, waitMs } of steps) {
          now += waitMs;
          const due = now >= offer.validUntilMs;
          const before = current;
          const code = codeOf(() => {
            current = acts[act](current, now);
          });
          const late = before.state === 'expired' || (before.state === 'sent' && due && act !== 'expired');
          const possible = offerTransitions[before.state].includes(act) && (act !== 'expired' || due);
          expect(code).toBe(late ? 'EXPIRED' : possible ? 'none' : 'CONFLICT');
          expect(current.state).toBe(code === 'none' ? act : before.state);
        }
      }),
    );
  });

  it('knows every state', () => {
    expect(Object.keys(offerTransitions).sort()).toEqual([...offerStates].sort());
  });
});
