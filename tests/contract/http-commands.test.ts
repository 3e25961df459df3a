import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pgliteDatabase } from '@kuluma/cloud/adapters/records-postgres/pglite-database.ts';
import { expireOffers } from '@kuluma/cloud/pipelines/answer-offers.ts';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import { newId } from '@kuluma/shared/model/base.ts';
import { type RecordKind, recordKinds } from '@kuluma/shared/model/kinds.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import type { ProblemView } from '@kuluma/shared/model/views/common.ts';
import type { DecisionView } from '@kuluma/shared/model/views/decision.ts';
import type { DayView, OfferView, VisitView } from '@kuluma/shared/model/views/visit.ts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startMs } from './http-tenant.ts';
import { type Caller, createWorld, type Tenant, type World } from './http-world.ts';

let world: World;
let tenant: Tenant;

beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.stop());
beforeEach(async () => {
  world.time.nowMs = startMs;
  tenant = await world.tenant({ machines: 2, technicians: 2 });
});

const key = () => ({ idempotencyKey: randomUUID() });
const seen = (version: number) => ({ 'if-match': `"${version}"` });
const codeOf = (body: unknown) => (body as ProblemView).code;

const decisionOf = async (n = 0): Promise<DecisionView> =>
  (await tenant.planner.get(apiPaths.decision(tenant.organisationId, tenant.recommendationIds[n] ?? '')))
    .body as DecisionView;

const approve = async (n = 0, body: object = key(), version?: number) => {
  const url = apiPaths.approve(tenant.organisationId, tenant.recommendationIds[n] ?? '');
  const decision = await decisionOf(n);
  return tenant.planner.post(url, { planMark: decision.planMark ?? '', ...body }, seen(version ?? decision.version));
};

const owner = (n = 0): Caller => {
  const caller = tenant.owners[n];
  if (!caller) throw new Error('no such owner');
  return caller;
};

const offersOf = async (n = 0): Promise<OfferView[]> =>
  (await owner(n).get(apiPaths.offers(tenant.organisationId))).body as OfferView[];

const offered = async (n = 0): Promise<OfferView> => {
  expect((await approve(n)).status).toBe(200);
  const [offer] = await offersOf(n);
  if (!offer) throw new Error('no offer');
  return offer;
};

const answer = (offer: OfferView, body: object, n = 0, version = offer.version) =>
  owner(n).post(apiPaths.offerAnswer(tenant.organisationId, offer.offerId), body, seen(version));

const accept = (offer: OfferView, slot = 0, n = 0) =>
  answer(offer, { ...key(), answer: 'accept', slotId: offer.slots[slot]?.slotId }, n);

const day = async (): Promise<DayView> =>
  (await tenant.technician.get(apiPaths.day(tenant.organisationId))).body as DayView;

/** Every record of the tenant, as stored. */
const everything = async () => {
  const all: Record<string, unknown> = {};
  for (const kind of Object.keys(recordKinds) as RecordKind[])
    all[kind] = await world.records.list(kind, tenant.organisationId);
  return all;
};

const stockAt = async (place: string): Promise<number> =>
  (await world.records.list('stockMovement', tenant.organisationId, { where: { place } })).reduce(
    (sum, { quantity }) => sum + quantity,
    0,
  );

describe('a command', () => {
  it('is refused without the version that it was decided on', async () => {
    const url = apiPaths.approve(tenant.organisationId, tenant.recommendationIds[0] ?? '');
    const { status, body } = await tenant.planner.post(url, { ...key(), planMark: '' });
    expect([status, codeOf(body)]).toEqual([428, 'PRECONDITION_REQUIRED']);
  });

  it('is refused on a version that is no longer the last', async () => {
    const { status, body } = await approve(0, key(), 7);
    expect([status, codeOf(body)]).toEqual([409, 'CONFLICT']);
  });

  it('gets the version from the tag of the answer', async () => {
    const url = apiPaths.decision(tenant.organisationId, tenant.recommendationIds[0] ?? '');
    const { etag, body } = await tenant.planner.get(url);
    expect(etag).toBe(`"${(body as DecisionView).version}"`);
  });

  it('gets its first answer when it is repeated, and does nothing twice', async () => {
    const body = { ...key(), planMark: (await decisionOf()).planMark };
    const first = await approve(0, body, 1);
    const stored = await everything();
    const second = await approve(0, body, 1);
    expect(first.status).toBe(200);
    expect(second.body).toEqual(first.body);
    expect(await everything()).toEqual(stored);
  });

  it('cannot take the key of another command', async () => {
    const offer = await offered();
    const body = key();
    await answer(offer, { ...body, answer: 'accept', slotId: offer.slots[0]?.slotId });
    const other = await answer(offer, { ...body, answer: 'callMe' });
    expect([other.status, codeOf(other.body)]).toEqual([409, 'CONFLICT']);
  });
});

it('reads change nothing in the store', async () => {
  const offer = await offered(1);
  const { organisationId: o, machineIds, recommendationIds } = tenant;
  const before = await everything();
  for (const url of [
    apiPaths.fleet(o),
    apiPaths.status(o),
    apiPaths.machine(o, machineIds[0] ?? ''),
    apiPaths.forecasts(o, machineIds[0] ?? ''),
    apiPaths.decisions(o),
    apiPaths.decision(o, recommendationIds[0] ?? ''),
    apiPaths.decision(o, recommendationIds[1] ?? ''),
    apiPaths.offers(o),
    apiPaths.offer(o, offer.offerId),
    apiPaths.me(),
  ])
    expect((await tenant.planner.get(url)).status, url).toBe(200);
  await day();
  expect(await everything()).toEqual(before);
});

describe('a decision', () => {
  it('comes with times, parts, price and contact', async () => {
    const decision = await decisionOf();
    expect(decision.slots).toHaveLength(3);
    expect(decision.parts).toMatchObject([{ number: 'K-1', quantity: 2, inDepots: 200, inVans: 0 }]);
    expect(decision.lines.map(({ kind }) => kind)).toEqual(['labour', 'travel', 'part']);
    expect(decision.total?.grossCents).toBeGreaterThan(decision.total?.netCents ?? 0);
    expect(decision.contactName).toBe('First Contact');
    expect(decision.forecast?.modelVersion).toBe('pump-1');
  });

  it('becomes an offer with the name of the person who approved it', async () => {
    const offer = await offered();
    expect(offer).toMatchObject({ state: 'sent', person: { name: 'Paula Planner' }, visit: null });
    expect(offer.slots).toHaveLength(3);
    expect(await decisionOf()).toMatchObject({ state: 'approved', offer: { state: 'sent' } });
  });

  it('is not sent with other times or another price than the person saw', async () => {
    const { planMark } = await decisionOf();
    const first = (await decisionOf()).slots[0];
    expect((await approve(1)).status).toBe(200);
    const { status, body } = await approve(0, { ...key(), planMark });
    expect([status, codeOf(body)]).toEqual([409, 'CONFLICT']);
    expect(await offersOf()).toEqual([]);
    expect((await decisionOf()).slots[0]).not.toMatchObject({ startAt: first?.startAt });
    expect((await approve()).status).toBe(200);
  });

  it('makes no offer without a legal basis for the message', async () => {
    for (const consent of await world.records.list('consent', tenant.organisationId))
      await world.records.transact((tx) =>
        tx.update('consent', { ...consent, period: { ...consent.period, toMs: startMs - 1 } }),
      );
    const { status, body } = await approve();
    expect([status, codeOf(body)]).toEqual([403, 'NO_LEGAL_BASIS']);
    expect(await offersOf()).toEqual([]);
    expect((await decisionOf()).state).toBe('open');
  });

  it('tells why nobody can come, and makes no offer', async () => {
    for (const technician of await world.records.list('technician', tenant.organisationId))
      await world.records.transact((tx) => tx.update('technician', { ...technician, skills: [] }));
    const { status, body } = await approve();
    expect([status, codeOf(body)]).toEqual([422, 'NO_FEASIBLE_SLOT']);
    const { reasons, slots } = await decisionOf();
    expect(slots).toEqual([]);
    expect(reasons).toContainEqual({
      technicianName: 'Technician 0',
      onDay: null,
      code: 'skill',
      facts: { skill: 'rotatingMachines', level: 2 },
    });
  });

  it('can be a no, with the reason kept', async () => {
    const url = apiPaths.reject(tenant.organisationId, tenant.recommendationIds[0] ?? '');
    const reply = await tenant.planner.post(url, { ...key(), reason: 'will be scrapped' }, seen(1));
    expect((reply.body as DecisionView).state).toBe('rejected');
    const [approval] = await world.records.list('approval', tenant.organisationId);
    expect(approval).toMatchObject({ decision: 'reject', overrideReason: 'will be scrapped' });
  });
});

it('a text that no store can keep is the fault of the request, not of the service', async () => {
  const url = apiPaths.reject(tenant.organisationId, tenant.recommendationIds[0] ?? '');
  const { status, body } = await tenant.planner.post(url, { ...key(), reason: 'scrap\u0000ped' }, seen(1));
  expect([status, codeOf(body)]).toEqual([400, 'INPUT_INVALID']);
});

describe('an offer', () => {
  it('is seen by its own owner only', async () => {
    const offer = await offered(0);
    expect(await offersOf(1)).toEqual([]);
    expect((await owner(1).get(apiPaths.offer(tenant.organisationId, offer.offerId))).status).toBe(404);
    expect((await accept(offer, 0, 1)).status).toBe(404);
  });

  it('is not answered by who sold the machine since', async () => {
    const offer = await offered();
    const machineId = offer.machine.machineId;
    const where = { machineId };
    for (const ownership of await world.records.list('machineOwnership', tenant.organisationId, { where }))
      await world.records.transact((tx) =>
        tx.update('machineOwnership', { ...ownership, period: { ...ownership.period, toMs: startMs + 1 } }),
      );
    world.time.nowMs += 1;
    const { status, body } = await accept(offer);
    expect([status, codeOf(body)]).toEqual([409, 'CONFLICT']);
    expect(await world.records.list('visit', tenant.organisationId)).toEqual([]);
  });

  it('books no visit to a machine that was moved since', async () => {
    const offer = await offered();
    const { machineId } = offer.machine;
    const sites = await world.records.list('site', tenant.organisationId);
    const placements = await world.records.list('machinePlacement', tenant.organisationId, { where: { machineId } });
    world.time.nowMs += 1;
    for (const placement of placements) {
      const siteId = sites.find(({ id }) => id !== placement.siteId)?.id ?? placement.siteId;
      await world.records.transact(async (tx) => {
        const ended = { ...placement.period, toMs: world.time.nowMs };
        await tx.update('machinePlacement', { ...placement, period: ended });
      });
      const period = { fromMs: world.time.nowMs, toMs: null };
      await world.add(tenant.organisationId, 'machinePlacement', { machineId, siteId, period });
    }
    const { status, body } = await accept(offer);
    expect([status, codeOf(body)]).toEqual([409, 'CONFLICT']);
  });

  it('becomes a visit on the technician’s day when it is accepted', async () => {
    const offer = await offered();
    const reply = await accept(offer, 1);
    expect(reply.status).toBe(200);
    expect(reply.body).toMatchObject({ state: 'accepted', visit: { state: 'booked' } });
    const chosen = offer.slots[1];
    const visits = await world.records.list('visit', tenant.organisationId);
    expect(visits.map(({ slot }) => slot.id)).toEqual([chosen?.slotId]);
    const holds = await world.records.list('slotHold', tenant.organisationId);
    expect(holds.map(({ state }) => state).sort()).toEqual(['booked', 'released', 'released']);
    expect(await stockAt(tenant.depotId)).toBe(198);
  });

  it('keeps who answered it: the contact, or for silence the policy', async () => {
    const byContact = { kind: 'contact', contactId: tenant.contactIds[0] };
    const lastMovement = async () => (await world.records.list('stockMovement', tenant.organisationId)).at(-1);
    const silent = await offered();
    world.time.nowMs = Date.parse(silent.validUntilAt);
    await expireOffers(world.deps, tenant.organisationId);
    expect((await lastMovement())?.createdBy).toEqual({ kind: 'policy', name: 'offer-expiry' });
    await answer(await offered(), { ...key(), answer: 'callMe' });
    expect((await lastMovement())?.createdBy).toEqual(byContact);
    await accept(await offered());
    for (const kind of ['acceptance', 'visit'] as const)
      expect(await world.records.list(kind, tenant.organisationId)).toMatchObject([{ createdBy: byContact }]);
  });

  it('is accepted once: the same command gets the same answer, another one a conflict', async () => {
    const offer = await offered();
    const body = { ...key(), answer: 'accept', slotId: offer.slots[0]?.slotId };
    const first = await answer(offer, body);
    expect((await answer(offer, body)).body).toEqual(first.body);
    const again = await accept(offer, 1);
    expect([again.status, codeOf(again.body)]).toEqual([409, 'CONFLICT']);
    const fresh = (await offersOf())[0];
    expect((await answer(offer, { ...body, ...key() }, 0, fresh?.version)).status).toBe(409);
    expect(await world.records.list('visit', tenant.organisationId)).toHaveLength(1);
  });

  it('frees times and parts when it is declined, and ends the matter', async () => {
    const offer = await offered();
    expect(await stockAt(tenant.depotId)).toBe(198);
    await answer(offer, { ...key(), answer: 'decline', reason: 'not now' });
    expect((await offersOf())[0]?.state).toBe('declined');
    expect(await stockAt(tenant.depotId)).toBe(200);
    expect((await decisionOf()).state).toBe('rejected');
  });

  it('goes back to the planner when the owner wants a call', async () => {
    const offer = await offered();
    await answer(offer, { ...key(), answer: 'callMe' });
    expect(await decisionOf()).toMatchObject({ state: 'open', offer: { state: 'callRequested' } });
    expect((await approve()).status).toBe(200);
    expect((await offersOf()).map(({ state }) => state)).toEqual(['sent', 'callRequested']);
  });

  it('ends by product time, and its times are free again', async () => {
    const offer = await offered();
    world.time.nowMs = Date.parse(offer.validUntilAt);
    const late = await accept(offer);
    expect([late.status, codeOf(late.body)]).toEqual([410, 'EXPIRED']);
    expect(await expireOffers(world.deps, tenant.organisationId)).toBe(1);
    expect(await expireOffers(world.deps, tenant.organisationId)).toBe(0);
    expect((await offersOf())[0]?.state).toBe('expired');
    expect(await decisionOf()).toMatchObject({ state: 'open', offer: { state: 'expired' } });
    expect(await stockAt(tenant.depotId)).toBe(200);
  });
});

it('a restart loses neither sessions nor holds, and offers still end by product time', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'kuluma-restart-'));
  const first = await createWorld(pgliteDatabase(dir));
  const { planner, organisationId, recommendationIds } = await first.tenant({ machines: 1, technicians: 1 });
  const url = apiPaths.approve(organisationId, recommendationIds[0] ?? '');
  const { planMark } = (await planner.get(apiPaths.decision(organisationId, recommendationIds[0] ?? '')))
    .body as DecisionView;
  expect((await planner.post(url, { ...key(), planMark }, seen(1))).status).toBe(200);
  const holds = await first.records.list('slotHold', organisationId);
  await first.stop();

  const second = await createWorld(pgliteDatabase(dir));
  const me = await second.app.inject({ method: 'GET', url: apiPaths.me(), headers: { cookie: planner.cookie } });
  expect(me.statusCode).toBe(200);
  const again = (hold: (typeof holds)[number]) =>
    second.records.transact((tx) => tx.occupy({ ...hold, id: newId('slotHold', second.deps.random) }));
  expect(holds).toHaveLength(3);
  for (const hold of holds) await expect(again(hold)).rejects.toMatchObject({ code: 'SLOT_TAKEN' });
  second.time.nowMs += 4 * dayMs;
  expect(await expireOffers(second.deps, organisationId)).toBe(1);
  for (const hold of holds) await again(hold);
  await second.stop();
  await rm(dir, { recursive: true, force: true });
});

describe('a visit', () => {
  const booked = async (): Promise<{ visit: VisitView; by: Caller }> => {
    // The only technician, so that the visit is theirs.
    tenant = await world.tenant({ machines: 1, technicians: 1 });
    await accept(await offered());
    const [visit] = (await day()).visits;
    if (!visit) throw new Error('no visit');
    return { visit, by: tenant.technician };
  };
  const report = { findingVerdict: 'confirmed', finding: 'inner race', minutes: 110, componentReplaced: true };

  it('is on the day of its technician, with parts and contact', async () => {
    const { visit } = await booked();
    expect(visit.parts).toMatchObject([{ number: 'K-1', quantity: 2, from: 'depot' }]);
    expect(visit.contact).toEqual({ name: 'First Contact', phone: '2' });
    const machine = apiPaths.machine(tenant.organisationId, visit.machine.machineId);
    expect((await tenant.technician.get(machine)).status).toBe(200);
  });

  it('is closed by its report: outcome, new component, parts used', async () => {
    const { visit, by } = await booked();
    world.time.nowMs = Date.parse(visit.endAt);
    const url = apiPaths.visitReport(tenant.organisationId, visit.visitId);
    const partsUsed = [{ partId: tenant.partId, quantity: 1, batch: '6309-2451' }];
    const body = { ...key(), ...report, partsUsed };
    const reply = await by.post(url, body, seen(visit.version));
    expect(reply.body).toMatchObject({ state: 'done' });
    expect((await by.post(url, body, seen(visit.version))).body).toEqual(reply.body);

    const [outcome] = await world.records.list('outcome', tenant.organisationId);
    expect(outcome).toMatchObject({ findingVerdict: 'confirmed', minutes: 110, costCents: 7_333 + 5_000 });
    expect(outcome?.counterfactual.basis).toBe('forecastMedian');
    const components = await world.records.list('component', tenant.organisationId);
    expect(components.map(({ endedBy, period }) => [endedBy, period.toMs])).toEqual([
      ['replacement', world.time.nowMs],
      [null, null],
    ]);
    expect(components.map(({ batch }) => batch)).toEqual([undefined, '6309-2451']);
    const moved = await world.records.list('stockMovement', tenant.organisationId);
    expect(moved.filter(({ batch }) => batch === '6309-2451')).toMatchObject([{ reason: 'use', quantity: -1 }]);
    expect(await stockAt(tenant.depotId)).toBe(199);
    expect((await decisionOf()).state).toBe('done');
  });

  it('is reported by its own technician only, on its last version', async () => {
    const { visit, by } = await booked();
    const url = apiPaths.visitReport(tenant.organisationId, visit.visitId);
    const body = { ...report, partsUsed: [] };
    expect((await by.post(url, { ...key(), ...body }, seen(9))).status).toBe(409);
    expect((await tenant.planner.post(url, { ...key(), ...body }, seen(visit.version))).status).toBe(403);
  });
});
