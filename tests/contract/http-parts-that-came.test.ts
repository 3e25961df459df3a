import { randomUUID } from 'node:crypto';
import { createLookup } from '@kuluma/cloud/pipelines/lookup.ts';
import { emptyRegion } from '@kuluma/cloud/pipelines/region.ts';
import { seededRandom } from '@kuluma/shared/clock.ts';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import { type Id, newId } from '@kuluma/shared/model/base.ts';
import { setUpPaths } from '@kuluma/shared/model/set-up-paths.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import type { ImportView, SetUpRow } from '@kuluma/shared/model/views/set-up.ts';
import type { DayView, PartRequestView } from '@kuluma/shared/model/views/visit.ts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startMs } from './http-tenant.ts';
import { createWorld, type Tenant, type World } from './http-world.ts';
import { bookedOffer, theVisitOf } from './offer-visitor.ts';

let world: World;
let tenant: Tenant;
let partId: Id<'part'>;
let number: string;
const random = seededRandom(21);
const key = () => ({ idempotencyKey: randomUUID() });
const o = () => tenant.organisationId;

beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.stop());
// One visit, and a part of which there is nothing anywhere.
beforeEach(async () => {
  world.time.nowMs = startMs;
  tenant = await world.tenant({ machines: 1, technicians: 1 });
  await bookedOffer(world, tenant);
  number = `S-${randomUUID()}`;
  const name = { fi: 'Tiiviste', sv: 'Tätning', en: 'Seal' };
  partId = await world.add(o(), 'part', { number, name, priceCents: 5, supplierLeadTimeDays: 1 });
});

const ask = async (quantity: number, neededByOn: string, asked = number) => {
  const partRequestId = newId('partRequest', random);
  const body = { ...key(), kind: 'wanted', partRequestId, number: asked, quantity, neededByOn, text: '' };
  const { id } = await theVisitOf(world, tenant);
  expect((await tenant.technician.post(apiPaths.visitPartRequests(o(), id), body)).status).toBe(200);
  world.time.nowMs += 1000;
  return partRequestId;
};
const wanted = async (of = number) =>
  ((await tenant.planner.get(apiPaths.partRequests(o()))).body as PartRequestView[]).filter((one) => one.number === of);
/** Of each request in the order of the planner's list: kept for it. */
const kept = async (of = number) => (await wanted(of)).map(({ reserved }) => reserved);
/** What a plan may take of it at the depot. */
const free = async (of = partId, place: string = tenant.depotId) => {
  const region = await emptyRegion(createLookup(world.records, o()), startMs + dayMs, startMs);
  return region.stock.find((one) => one.part === of && one.place === place)?.quantity ?? 0;
};
const count = (quantity: number, placeId: string = tenant.depotId) =>
  tenant.planner.post(setUpPaths.list(o(), 'stock'), { ...key(), entry: { partId, placeId, quantity } });
const recount = async (quantity: number, of = partId) => {
  const rows = (await tenant.planner.get(setUpPaths.list(o(), 'stock'))).body as SetUpRow[];
  const id = rows.find((row) => row.id.includes(of) && row.id.includes(tenant.depotId))?.id ?? '';
  const { etag } = await tenant.planner.get(setUpPaths.entry(o(), 'stock', id));
  return tenant.planner.post(
    setUpPaths.entry(o(), 'stock', id),
    { ...key(), entry: { partId: of, placeId: tenant.depotId, quantity } },
    { 'if-match': etag ?? '' },
  );
};

describe('a part that comes to a depot', () => {
  it('is kept for those who wait for it, by the day on which they need it, then by when they asked', async () => {
    await ask(2, '2027-03-09');
    await ask(3, '2027-03-05');
    await ask(1, '2027-03-05');
    expect(await kept()).toEqual([0, 0, 0]);
    expect((await count(4)).status).toBe(200);
    expect((await wanted()).map(({ quantity }) => quantity)).toEqual([3, 1, 2]);
    expect(await kept()).toEqual([3, 1, 0]);
    expect(await free()).toBe(0);
    const { askedParts } = (await tenant.technician.get(apiPaths.day(o()))).body as DayView;
    expect(askedParts?.map(({ quantity, reserved }) => [quantity, reserved])).toEqual([
      [2, 0],
      [3, 3],
      [1, 1],
    ]);
  });

  it('is kept once, however often it is counted, and what is more than wanted is free', async () => {
    await ask(2, '2027-03-09');
    await count(3);
    for (let times = 0; times < 2; times++) await recount(3);
    expect([await kept(), await free()]).toEqual([[2], 1]);
    await recount(5);
    expect([await kept(), await free()]).toEqual([[2], 3]);
  });

  it('is kept from an import too', async () => {
    await ask(2, '2027-03-09');
    const csv = (text: string) => Buffer.from(text).toString('base64');
    const files = [
      { name: 'stock.csv', base64: csv(`key,part,depot,technician,quantity\n1,${number},${tenant.depotId},,5\n`) },
    ];
    const send = async (more: object) =>
      (await tenant.planner.post(setUpPaths.import(o()), { system: 'import', files, ...more })).body as ImportView;
    const looked = await send({});
    expect(looked.faults).toEqual([]);
    expect(await kept()).toEqual([0]);
    expect(await send({ mark: looked.mark })).toMatchObject({ written: true });
    expect([await kept(), await free()]).toEqual([[2], 3]);
  });

  it('goes to those who wait when it comes back out of a van, and when another needs it no more', async () => {
    const { technicianId } = await theVisitOf(world, tenant);
    await count(2, technicianId);
    const first = await ask(2, '2027-03-05');
    await ask(2, '2027-03-09');
    const back = { ...key(), vanReturnId: newId('stockMovement', random), partId, quantity: 2 };
    expect((await tenant.technician.post(apiPaths.vanReturns(o()), back)).body).toEqual({ left: 0 });
    expect(await kept()).toEqual([2, 0]);
    const { id } = await theVisitOf(world, tenant);
    const off = { ...key(), kind: 'notWanted', partRequestId: first };
    await tenant.technician.post(apiPaths.visitPartRequests(o(), id), off);
    expect([await kept(), await free()]).toEqual([[2], 0]);
  });

  it('waits for nobody whose visit was cancelled, nor at another depot', async () => {
    await ask(2, '2027-03-09');
    const here = await world.records.get('depot', o(), tenant.depotId);
    if (!here) throw new Error('there is no depot');
    const { location, timeZone } = here;
    const other = await world.add(o(), 'depot', { name: 'Other', location, timeZone });
    await count(4, other);
    expect([await kept(), await free(partId, other)]).toEqual([[0], 4]);
    expect((await wanted())[0]?.depots.map(({ quantity }) => quantity)).toEqual([0, 4]);
    const visit = await theVisitOf(world, tenant);
    await world.records.transact((tx) => tx.update('visit', { ...visit, state: 'cancelled' }));
    await count(4);
    expect(await free()).toBe(4);
  });

  it('comes to a visit that is planned first: what is kept for it stays, and where fewer are counted, requests give back', async () => {
    await world.add(o(), 'stockMovement', {
      ...{ partId, place: tenant.depotId, quantity: -3, reason: 'reservation', causeId: 'another', atMs: startMs },
    });
    await ask(1, '2027-03-05');
    await ask(2, '2027-03-09');
    await count(2);
    expect([await kept(), await free()]).toEqual([[0, 0], 0]);
    await recount(6);
    expect([await kept(), await free()]).toEqual([[1, 2], 0]);
    await recount(4);
    expect([await kept(), await free()]).toEqual([[1, 0], 0]);
  });
});

describe('a part that a visit did not need', () => {
  it('is kept for those who wait once the visit is done, and not what was used', async () => {
    const { id: visitId, version, slot, technicianId } = await theVisitOf(world, tenant);
    const [source] = slot.parts;
    if (!source) throw new Error('the visit takes no part along');
    expect(source).toMatchObject({ from: 'depot', quantity: 2 });
    const part = await world.records.get('part', o(), source.partId);
    // All that the depot has but what the visit has.
    await recount(2, source.partId);
    await ask(2, '2027-03-09', part?.number);
    expect([await kept(part?.number), await free(source.partId)]).toEqual([[0], 0]);
    const report = { findingVerdict: 'confirmed', finding: '', minutes: 20, componentReplaced: false };
    const { status } = await tenant.technician.post(
      apiPaths.visitReport(o(), visitId),
      { ...key(), ...report, partsUsed: [{ partId: source.partId, quantity: 1 }] },
      { 'if-match': `"${version}"` },
    );
    expect(status).toBe(200);
    expect([await kept(part?.number), await free(source.partId)]).toEqual([[1], 0]);
    expect(await free(source.partId, technicianId)).toBe(0);
  });
});
