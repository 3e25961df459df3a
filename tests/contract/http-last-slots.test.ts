import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import type { Id } from '@kuluma/shared/model/base.ts';
import { freshBase, newId } from '@kuluma/shared/model/base.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import type { Slot } from '@kuluma/shared/model/service.ts';
import { dayMs, hourMs } from '@kuluma/shared/model/units.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startMs } from './http-tenant.ts';
import { createWorld, type Tenant, type World } from './http-world.ts';

const owners = 50;

import { linksTo } from './offer-visitor.ts';

let world: World;
let tenant: Tenant;
let base: string;
let links: string[];

const createdBy = { kind: 'policy', name: 'test' } as const;

/** The n-th visit: each technician has three a day from the tenth day on, so that the days before are free. */
const slotOf = (technicians: readonly RecordOf<'technician'>[], n: number): Slot => {
  const technicianId = (technicians[n % technicians.length] as RecordOf<'technician'>).id;
  const turn = Math.floor(n / technicians.length);
  const start = startMs + (10 + Math.floor(turn / 3)) * dayMs + (turn % 3) * 2.5 * hourMs;
  const [busyFromMs, busyToMs] = [start - 0.2 * hourMs, start + 2.2 * hourMs];
  return {
    id: newId('slot', world.deps.random),
    ...{ technicianId, startMs: start, endMs: start + 2 * hourMs, busyFromMs, busyToMs },
    ...{ arrivalFromMs: start, arrivalToMs: start + hourMs, travelKm: 5, travelMin: 10, viaDepotId: null },
    ...{ parts: [], costTerms: {}, costCents: 0 },
  };
};

/** A booked visit of the n-th machine, as an approval and a yes have made it; the secret of its page. */
const book = async (technicians: readonly RecordOf<'technician'>[], n: number): Promise<string> => {
  const { organisationId, contactIds, ownerIds, machineIds, recommendationIds } = tenant;
  const { random } = world.deps;
  const origin = { organisationId, createdBy, nowMs: startMs, random };
  const machineId = machineIds[n] as Id<'machine'>;
  const [contactId, ownerId] = [contactIds[n % 2] as Id<'contact'>, ownerIds[n % 2] as Id<'owner'>];
  const [placement] = await world.records.list('machinePlacement', organisationId, { where: { machineId } });
  const [planner] = await world.records.list('person', organisationId);
  const recommendation = await world.records.get('recommendation', organisationId, recommendationIds[n] ?? '');
  if (!placement || !planner || !recommendation) throw new Error('the tenant is not whole');
  const slot = slotOf(technicians, n);
  const recommendationId = recommendation.id;
  const total = { netCents: 10_000, vatCents: 2_550, grossCents: 12_550, currency: 'EUR' } as const;
  const approval: RecordOf<'approval'> = {
    ...freshBase('approval', origin),
    ...{ recommendationId, personId: planner.id, decision: 'approve', overrideReason: null, decidedAtMs: startMs },
  };
  const offer: RecordOf<'offer'> = {
    ...freshBase('offer', origin),
    ...{ recommendationId, approvalId: approval.id, machineId, ownerId, contactId, slots: [slot], lines: [], total },
    ...{ messageClass: 'serviceNotice', legalBasis: 'contract', validUntilMs: startMs + 3 * dayMs, state: 'accepted' },
    ...{ declineReason: null, answeredAtMs: startMs },
  };
  const { technicianId, busyFromMs, busyToMs } = slot;
  const hold: RecordOf<'slotHold'> = {
    ...freshBase('slotHold', origin),
    ...{ offerId: offer.id, slotId: slot.id, technicianId, busyFromMs, busyToMs },
    ...{ expiresAtMs: busyFromMs, state: 'booked' },
  };
  const acceptance: RecordOf<'acceptance'> = {
    ...freshBase('acceptance', origin),
    ...{ offerId: offer.id, slotId: slot.id, contactId, acceptedAtMs: startMs, grossCents: 12_550, currency: 'EUR' },
  };
  await world.records.transact(async (tx) => {
    await tx.update('recommendation', { ...recommendation, state: 'approved' });
    await tx.insert('approval', approval);
    await tx.insert('offer', offer);
    await tx.occupy(hold);
    await tx.insert('slotHold', hold);
    await tx.insert('acceptance', acceptance);
    await tx.insert('visit', {
      ...freshBase('visit', origin),
      ...{ acceptanceId: acceptance.id, offerId: offer.id, recommendationId, machineId, siteId: placement.siteId },
      ...{ technicianId, slot, state: 'booked' },
    });
  });
  return (await linksTo(world, offer)).open;
};

beforeAll(async () => {
  world = await createWorld();
  tenant = await world.tenant({ machines: owners, technicians: 4 });
  const technicians = await world.records.list('technician', tenant.organisationId);
  links = [];
  for (let n = 0; n < owners; n++) links.push(await book(technicians, n));
  await world.app.listen({ port: 0, host: '127.0.0.1' });
  base = `http://127.0.0.1:${(world.app.server.address() as AddressInfo).port}`;
}, 120_000);
afterAll(() => world.stop());

const placesIn = (html: string): string[] =>
  [...html.matchAll(/name="place" value="([^"]*)"/g)].map(([, at]) => at ?? '');
const overlaps = (holds: readonly RecordOf<'slotHold'>[]) =>
  holds.flatMap((a, i) =>
    holds
      .slice(i + 1)
      .filter((b) => a.technicianId === b.technicianId && a.busyFromMs < b.busyToMs && b.busyFromMs < a.busyToMs),
  );

describe('fifty owners at once', () => {
  it('get the last three times once each, nobody two, and all others new times in the same answer', async () => {
    const places = placesIn(await (await fetch(`${base}/offer/${links[0]}?show=times`)).text());
    expect(places).toHaveLength(3);
    const replies = await Promise.all(
      links.map(async (link, n) => {
        const form = { answer: 'moveVisit', version: '1', idempotencyKey: randomUUID(), place: places[n % 3] ?? '' };
        const reply = await fetch(`${base}/offer/${link}`, {
          method: 'POST',
          body: new URLSearchParams(form),
          redirect: 'manual',
        });
        return { status: reply.status, html: await reply.text() };
      }),
    );
    const late = replies.filter(({ status }) => status === 409);
    expect(replies.filter(({ status }) => status === 303)).toHaveLength(3);
    expect(late).toHaveLength(owners - 3);
    for (const { html } of late) {
      expect(html).toContain('role="alert"');
      expect(placesIn(html).length).toBeGreaterThan(0);
      expect(placesIn(html).filter((place) => places.includes(place))).toEqual([]);
    }
    const visits = await world.records.list('visit', tenant.organisationId);
    const moved = visits.filter(({ version }) => version === 2);
    const startOf = ({ technicianId, slot }: RecordOf<'visit'>) =>
      `${technicianId}@${new Date(slot.startMs).toISOString()}`;
    expect(moved.map(startOf).sort()).toEqual(places.toSorted());
    expect(visits.every(({ state }) => state === 'booked')).toBe(true);
    const holds = await world.records.list('slotHold', tenant.organisationId, { where: { state: 'booked' } });
    expect(holds).toHaveLength(owners);
    expect(overlaps(holds)).toEqual([]);
  }, 240_000);
});
