import { apiPaths } from '@kuluma/shared/model/api.ts';
import { dayMs, hourMs } from '@kuluma/shared/model/units.ts';
import type { BoardStepView } from '@kuluma/shared/model/views/board.ts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startMs } from './http-tenant.ts';
import { approveOffer, createWorld, type Tenant, type World } from './http-world.ts';
import { bookedOffer, openOffer, theVisitOf } from './offer-visitor.ts';

let world: World;
let tenant: Tenant;
let secret: string;

beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.stop());

const theVisit = () => theVisitOf(world, tenant);
const kept = async () => {
  const movements = await world.records.list('stockMovement', tenant.organisationId);
  return movements.reduce((sum, { quantity }) => sum + quantity, 0);
};
const letters = (template: string) =>
  world.records
    .list('message', tenant.organisationId)
    .then((messages) => messages.filter((message) => message.template === template));

beforeEach(async () => {
  world.time.nowMs = startMs;
  tenant = await world.tenant({ machines: 2, technicians: 2 });
  secret = await bookedOffer(world, tenant, true);
});

describe('a booked visit', () => {
  it('moves to one of the other times at the same price, with the same entry in the calendar', async () => {
    const before = await theVisit();
    // One that waits would tell the new time itself.
    const [letter] = await letters('booked');
    await world.records.transact(async (tx) => {
      if (letter) await tx.update('message', { ...letter, state: 'sent' });
    });
    const page = await openOffer(world, secret, '?show=times');
    expect(await theVisit()).toEqual(before);
    const place = page.places[0] ?? '';
    expect((await page.submit('moveVisit', { place })).status).toBe(303);
    const after = await theVisit();
    expect(`${after.technicianId}@${new Date(after.slot.startMs).toISOString()}`).toBe(place);
    expect(after).toMatchObject({ id: before.id, state: 'booked', version: before.version + 1 });
    const holds = await world.records.list('slotHold', tenant.organisationId, { where: { state: 'booked' } });
    expect(holds).toMatchObject([{ technicianId: after.technicianId, busyFromMs: after.slot.busyFromMs }]);
    expect(await letters('changed')).toHaveLength(1);
    const { body } = await world.app.inject({ method: 'GET', url: `/offer/${secret}/visit.ics` });
    expect(body).toContain(`UID:${before.id}`);
    expect(body).toContain(`SEQUENCE:${after.version}`);
    const steps = (await tenant.planner.get(apiPaths.boardSteps(tenant.organisationId))).body as BoardStepView[];
    expect(steps[0]).toMatchObject({ act: 'change', personName: 'First Contact', changes: [{ kind: 'move' }] });
  });

  it('is cancelled: its time and its parts are free, the planner has the matter back, the calendar loses it', async () => {
    const before = await kept();
    const page = await openOffer(world, secret);
    expect((await page.submit('cancelVisit', { reason: 'The line stands still all spring' })).status).toBe(303);
    expect((await page.submit('cancelVisit', { reason: 'The line stands still all spring' })).status).toBe(303);
    expect(await theVisit()).toMatchObject({ state: 'cancelled' });
    expect(await kept()).toBe(before + 2);
    const recommendationId = tenant.recommendationIds[0] ?? '';
    const recommendation = await world.records.get('recommendation', tenant.organisationId, recommendationId);
    expect(recommendation?.state).toBe('open');
    const [step] = (await tenant.planner.get(apiPaths.boardSteps(tenant.organisationId))).body as BoardStepView[];
    expect(step?.changes).toMatchObject([{ kind: 'cancel', reason: 'The line stands still all spring' }]);
    expect(await letters('cancelled')).toHaveLength(1);
    const after = await openOffer(world, secret, '?lang=en');
    expect(after.html).toContain('The visit was cancelled.');
    expect(after.html).not.toContain('name="answer"');
    const { body } = await world.app.inject({ method: 'GET', url: `/offer/${secret}/visit.ics` });
    expect(body).toContain('METHOD:CANCEL');
    await approveOffer(tenant);
  });

  it('is kept as it is by a version that is too old, by a time that nobody offered and by another contact', async () => {
    const before = await theVisit();
    const page = await openOffer(world, secret, '?show=times');
    const [place = ''] = page.places;
    expect((await page.submit('moveVisit', { place, version: '7' })).status).toBe(409);
    for (const other of ['', 'nonsense', `tec_${'0'.repeat(26)}@2027-03-05T08:00:00.000Z`])
      expect([400, 404]).toContain((await page.submit('moveVisit', { place: other })).status);
    const late = `${before.technicianId}@${new Date(startMs + 300 * dayMs).toISOString()}`;
    expect((await page.submit('moveVisit', { place: late })).status).toBe(400);
    const early = `${before.technicianId}@${new Date(startMs - 300 * dayMs).toISOString()}`;
    expect((await page.submit('moveVisit', { place: early })).status).toBe(400);
    const night = `${before.technicianId}@${new Date(startMs + dayMs + 16 * hourMs).toISOString()}`;
    const refused = await page.submit('moveVisit', { place: night });
    expect(refused.status).toBe(409);
    expect(refused.html).toContain('name="place"');
    expect(await theVisit()).toEqual(before);
  });

  it('is changed by phone after the cut-off, as the page says', async () => {
    const page = await openOffer(world, secret, '?show=times');
    const { slot } = await theVisit();
    world.time.nowMs = slot.arrivalFromMs - hourMs;
    expect((await page.submit('moveVisit', { place: page.places[0] ?? '' })).status).toBe(409);
    const reply = await page.submit('cancelVisit', { reason: '' });
    expect(reply.status).toBe(409);
    expect(reply.html).toContain('soittakaa');
    expect(await theVisit()).toMatchObject({ state: 'booked' });
    expect((await openOffer(world, secret, '?show=times&lang=en')).html).toContain('cancelled by phone');
  });
});
