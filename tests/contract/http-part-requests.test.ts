import { randomUUID } from 'node:crypto';
import { createSignInLink } from '@kuluma/cloud/http/principal.ts';
import { acceptAs } from '@kuluma/cloud/pipelines/answer-offers.ts';
import { createLookup } from '@kuluma/cloud/pipelines/lookup.ts';
import { emptyRegion } from '@kuluma/cloud/pipelines/region.ts';
import { seededRandom } from '@kuluma/shared/clock.ts';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import { type Id, newId } from '@kuluma/shared/model/base.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import type { AskedPart, DayView, FollowUpView, PartRequestView, VisitView } from '@kuluma/shared/model/views/visit.ts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startMs } from './http-tenant.ts';
import { approveOffer, createWorld, type Tenant, type World } from './http-world.ts';

let world: World;
let tenant: Tenant;
let depotId: Id<'depot'>;
let partId: Id<'part'>;
let number: string;
const random = seededRandom(12);
const text = (fi: string) => ({ fi, sv: fi, en: fi });
const o = () => tenant.organisationId;

beforeAll(async () => {
  world = await createWorld();
  world.time.nowMs = startMs;
  tenant = await world.tenant({ machines: 2, technicians: 2 });
  await approveOffer(tenant);
  await world.records.transact(async (tx) => {
    const [offer] = await tx.list('offer', o(), { where: { state: 'sent' } });
    const slotId = offer?.slots[0]?.id;
    if (!offer || !slotId) throw new Error('no offer was made');
    await acceptAs(world.deps, tx, offer, { slotId, by: { kind: 'contact', contactId: offer.contactId } });
  });
  const technician = await world.records.get('technician', o(), (await visit()).technicianId);
  if (!technician) throw new Error('nobody comes');
  depotId = technician.depotId;
});
afterAll(() => world.stop());
// One visit, and another part for each test.
beforeEach(async () => {
  number = `S-${randomUUID()}`;
  partId = await world.add(o(), 'part', { number, name: text('Tiiviste'), priceCents: 5, supplierLeadTimeDays: 1 });
  await count(depotId, 4);
});

const visit = async () => {
  const [booked] = await world.records.list('visit', o());
  if (!booked) throw new Error('no visit was booked');
  return booked;
};
const count = (place: string, quantity: number, of = partId) =>
  world.add(o(), 'stockMovement', {
    ...{ partId: of, place: place as Id<'depot'>, quantity, reason: 'count', causeId: null, atMs: startMs },
  });
/** What a plan may take, and what lies in a van. */
const shelf = async (place: string = depotId) => {
  const region = await emptyRegion(createLookup(world.records, o()), startMs + dayMs, startMs);
  return region.stock.find((one) => one.part === partId && one.place === place)?.quantity ?? 0;
};
const signedIn = async (technicianId: Id<'technician'>) => {
  const { personId = null } = (await world.records.get('technician', o(), technicianId)) ?? {};
  const who = { organisationId: o(), personId, contactId: null, roles: ['technician' as const] };
  return world.signIn(await createSignInLink(world.deps, who, dayMs));
};
const technicianOf = async () => signedIn((await visit()).technicianId);
const iso = (days: number) => new Date(startMs + days * dayMs).toISOString();
const key = () => ({ idempotencyKey: randomUUID() });
const wish = (quantity: number, asked = number.toLowerCase()) => ({
  ...{ ...key(), kind: 'wanted', partRequestId: newId('partRequest', random) },
  ...{ number: asked, quantity, neededByOn: '2027-03-03', text: 'the old one leaks' },
});
const ask = async (body: object) =>
  (await technicianOf()).post(apiPaths.visitPartRequests(o(), (await visit()).id), body);
const open = async () =>
  ((await tenant.planner.get(apiPaths.partRequests(o()))).body as PartRequestView[]).filter(
    (one) => one.number === number,
  );
const own = (asked: readonly AskedPart[] | undefined) => (asked ?? []).filter((one) => one.number === number);
const first = async () => {
  const [request] = await open();
  if (!request) throw new Error('nothing was asked for');
  return request;
};
const decide = (path: string, version: number, body: object) =>
  tenant.planner.post(path, { ...key(), ...body }, { 'if-match': `"${version}"` });
const handOver = async (quantity: number, from = depotId) => {
  const { partRequestId, version } = await first();
  return decide(apiPaths.partHandOver(o(), partRequestId), version, { quantity, depotId: from });
};
const refuse = async (reason: string) => {
  const { partRequestId, version } = await first();
  return decide(apiPaths.partRefusal(o(), partRequestId), version, { reason });
};
const day = async () => (await (await technicianOf()).get(apiPaths.day(o()))).body as DayView;
const asked = async () => own((await day()).askedParts);

describe('a part that a technician asks for', () => {
  it('is kept at the depot, so that no plan takes it, and waits on the desk', async () => {
    const body = wish(3);
    const { status, body: view } = await ask(body);
    expect(status).toBe(200);
    expect(own((view as VisitView).askedParts)).toMatchObject([{ quantity: 3, reserved: 3, state: 'open' }]);
    expect(await shelf()).toBe(1);
    expect(await open()).toMatchObject([
      { quantity: 3, reserved: 3, text: 'the old one leaks', depots: [{ depotId, quantity: 4 }] },
    ]);
  });

  it('is asked for once, however often the phone sends it', async () => {
    const body = wish(3);
    await ask(body);
    await ask(body);
    await ask({ ...body, ...key() });
    expect(await open()).toHaveLength(1);
    expect(await shelf()).toBe(1);
  });

  it('is handed over in parts: the ledger carries it into the van, what is missing stays kept', async () => {
    await ask(wish(3));
    const { technicianId } = await visit();
    expect((await handOver(2)).status).toBe(200);
    expect([await shelf(), await shelf(technicianId)]).toEqual([1, 2]);
    expect(await first()).toMatchObject({ handedOver: 2, reserved: 1, state: 'open' });
    await handOver(1);
    expect(await open()).toEqual([]);
    expect([await shelf(), await shelf(technicianId)]).toEqual([1, 3]);
    const { van } = await day();
    expect(await asked()).toMatchObject([{ state: 'handedOver', handedOver: 3 }]);
    expect(van).toContainEqual({ partId, number, name: text('Tiiviste'), quantity: 3 });
  });

  it('is handed over once by a command that comes twice, and not by a page that is old', async () => {
    await ask(wish(3));
    const { partRequestId, version } = await first();
    const path = apiPaths.partHandOver(o(), partRequestId);
    const body = { ...key(), quantity: 2, depotId };
    const send = (with_: object) => tenant.planner.post(path, with_, { 'if-match': `"${version}"` });
    expect([(await send(body)).status, (await send(body)).status]).toEqual([200, 200]);
    expect((await send({ ...body, ...key() })).status).toBe(409);
    expect(await shelf((await visit()).technicianId)).toBe(2);
  });

  it('is kept as far as the depot has it; more than that is refused clearly, and another depot helps', async () => {
    await ask(wish(6));
    expect(await first()).toMatchObject({ quantity: 6, reserved: 4 });
    const { status, body } = await handOver(5);
    expect([status, body]).toMatchObject([
      409,
      { code: 'STOCK_SHORT', hint: expect.stringContaining('another depot') },
    ]);
    const other = await world.add(o(), 'depot', {
      ...{ name: 'Other', location: { latitude: 61, longitude: 24 }, timeZone: 'UTC' },
    });
    await count(other, 5);
    expect((await handOver(5, other)).status).toBe(200);
    expect([await shelf(), await shelf(other)]).toEqual([3, 0]);
    expect(await first()).toMatchObject({ handedOver: 5, reserved: 1 });
  });

  it('takes nothing that is kept for a visit', async () => {
    await world.add(o(), 'stockMovement', {
      ...{ partId, place: depotId, quantity: -3, reason: 'reservation', causeId: 'another', atMs: startMs },
    });
    await ask(wish(2));
    expect(await first()).toMatchObject({ reserved: 1 });
    expect((await handOver(2)).body).toMatchObject({ code: 'STOCK_SHORT' });
  });

  it('is refused with a reason that the technician reads, and is free for others', async () => {
    await ask(wish(3));
    expect((await refuse('Comes on Friday by post')).status).toBe(200);
    expect(await shelf()).toBe(4);
    expect(await asked()).toMatchObject([{ state: 'refused', reason: 'Comes on Friday by post' }]);
  });

  it('is withdrawn by who asked for it', async () => {
    const body = wish(3);
    await ask(body);
    const { partRequestId } = body;
    for (let times = 0; times < 2; times++)
      expect((await ask({ ...key(), kind: 'notWanted', partRequestId })).status).toBe(200);
    expect([await shelf(), await open()]).toEqual([4, []]);
  });

  it('of a number that nobody knows reaches the planner in words', async () => {
    expect((await ask(wish(2, 'ZZ-1'))).status).toBe(200);
    expect(await open()).toEqual([]);
    expect((await tenant.planner.get(apiPaths.followUps(o()))).body as FollowUpView[]).toMatchObject([
      { kind: 'partWanted', text: '2 × ZZ-1 · 2027-03-03 · the old one leaks' },
    ]);
  });

  it('is nobody else’s: not of another technician, an owner, or another company', async () => {
    await ask(wish(1));
    const stranger = await world.tenant({ machines: 1, technicians: 1 });
    const { partRequestId, version } = await first();
    const { id: visitId, technicianId } = await visit();
    for (const { id } of await world.records.list('technician', o()))
      if (id !== technicianId)
        expect((await (await signedIn(id)).post(apiPaths.visitPartRequests(o(), visitId), wish(1))).status).toBe(404);
    for (const caller of [...tenant.owners, await technicianOf()])
      expect((await caller.get(apiPaths.partRequests(o()))).status).toBe(403);
    expect((await stranger.planner.get(apiPaths.partRequests(stranger.organisationId))).body).toEqual([]);
    const foreign = await stranger.planner.post(
      apiPaths.partHandOver(stranger.organisationId, partRequestId),
      { ...key(), quantity: 1, depotId },
      { 'if-match': `"${version}"` },
    );
    expect(foreign.status).toBe(404);
  });
});

describe('a visit for which a part was asked', () => {
  const mark = async () =>
    (
      (await tenant.planner.get(`${apiPaths.board(o())}?fromAt=${iso(0)}&toAt=${iso(28)}`)).body as {
        mark: number;
      }
    ).mark;
  const change = async (what: object) =>
    tenant.planner.post(apiPaths.boardSteps(o()), { ...key(), mark: await mark(), change: what, confirmed: true });

  it('releases it when it is cancelled, and has it again when that is undone', async () => {
    await ask(wish(3));
    const cancelled = await change({ kind: 'cancel', visitId: (await visit()).id, reason: 'The line stands' });
    expect(cancelled.status).toBe(200);
    expect([await shelf(), await open()]).toEqual([4, []]);
    const undone = await tenant.planner.post(apiPaths.boardUndo(o()), { ...key(), mark: await mark() });
    expect(undone.status).toBe(200);
    expect(await shelf()).toBe(1);
    expect(await first()).toMatchObject({ reserved: 3 });
  });

  it('takes it along to another technician and another day, out of the depot of theirs', async () => {
    const here = await world.records.get('depot', o(), depotId);
    if (!here) throw new Error('there is no depot');
    const { location, timeZone } = here;
    const other = await world.add(o(), 'depot', { name: 'Other', location, timeZone });
    await count(other, 2);
    await count(other, 9, tenant.partId);
    const { id: visitId, technicianId, slot } = await visit();
    const [next] = (await world.records.list('technician', o())).filter(({ id }) => id !== technicianId);
    if (!next) throw new Error('nobody else is there');
    await world.records.transact(async (tx) => void (await tx.update('technician', { ...next, depotId: other })));
    await ask(wish(3));
    const startAt = new Date(slot.startMs + 7 * dayMs).toISOString();
    const { status, body } = await change({ kind: 'move', visitId, technicianId: next.id, startAt });
    expect(status, JSON.stringify(body)).toBe(200);
    expect([await shelf(), await shelf(other)]).toEqual([4, 0]);
    expect(await first()).toMatchObject({
      reserved: 2,
      neededByOn: startAt.slice(0, 10),
      depots: [{ depotId: other }, {}],
    });
    const undone = await tenant.planner.post(apiPaths.boardUndo(o()), { ...key(), mark: await mark() });
    expect(undone.status).toBe(200);
    expect([await shelf(), await shelf(other)]).toEqual([1, 2]);
  });
});

describe('a part of the van', () => {
  it('goes back to the shelf of the depot, once, and no more than there is', async () => {
    const { technicianId } = await visit();
    await count(technicianId, 2);
    const back = { ...key(), vanReturnId: newId('stockMovement', random), partId, quantity: 2 };
    const giveBack = async (body: object) => (await technicianOf()).post(apiPaths.vanReturns(o()), body);
    expect((await giveBack(back)).body).toEqual({ left: 0 });
    expect((await giveBack({ ...back, ...key() })).body).toEqual({ left: 0 });
    expect([await shelf(), await shelf(technicianId)]).toEqual([6, 0]);
    const more = { ...back, ...key(), vanReturnId: newId('stockMovement', random) };
    expect((await giveBack(more)).body).toMatchObject({ code: 'STOCK_SHORT' });
  });
});
