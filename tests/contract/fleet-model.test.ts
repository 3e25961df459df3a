import { FleetMemory } from '@kuluma/cloud/http/views/fleet-memory.ts';
import { FleetModel } from '@kuluma/cloud/http/views/fleet-model.ts';
import { todayViewOf } from '@kuluma/cloud/http/views/today.ts';
import type { RecordTransaction } from '@kuluma/cloud/ports.ts';
import { seededRandom } from '@kuluma/shared/clock.ts';
import { freshBase, newId } from '@kuluma/shared/model/base.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { approveOffer, createWorld, type Tenant, type World } from './http-world.ts';

let world: World;
let tenant: Tenant;
beforeAll(async () => {
  world = await createWorld();
  tenant = await world.tenant({ machines: 6, technicians: 2 });
});
afterAll(() => world.stop());

const openModel = async (): Promise<FleetModel> => {
  const model = new FleetModel(world.records, tenant.organisationId);
  await model.load(world.time.nowMs);
  return model;
};

const shownBy = async (model: FleetModel) => {
  const { nowMs } = world.time;
  const entries = await model.entries(nowMs);
  return { entries, today: await todayViewOf(model, { jobs: [], gateways: [], timeZone: 'Europe/Helsinki', nowMs }) };
};

const random = seededRandom(6);
const some = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;

/** Anything that any part of the service may write, right or wrong: the model must show it. */
const writes: readonly ((tx: RecordTransaction) => Promise<unknown>)[] = [
  async (tx) => {
    const last = some(await tx.list('forecast', tenant.organisationId));
    const grade = some(['good', 'watch', 'act', 'critical'] as const);
    const { nowMs } = world.time;
    const base = freshBase('forecast', {
      organisationId: tenant.organisationId,
      createdBy: last.createdBy,
      nowMs,
      random,
    });
    await tx.insert('forecast', { ...last, ...base, forecastAtMs: nowMs, healthGrade: grade });
  },
  async (tx) => {
    const one = some(await tx.list('recommendation', tenant.organisationId));
    const state = some(['open', 'waiting', 'postponed', 'approved', 'rejected', 'done'] as const);
    await tx.update('recommendation', { ...one, state });
  },
  async (tx) => {
    const offer = some(await tx.list('offer', tenant.organisationId));
    const state = some(['sent', 'declined', 'callRequested', 'withdrawn'] as const);
    await tx.update('offer', { ...offer, state, answeredAtMs: world.time.nowMs });
  },
  async (tx) => {
    const message = some(await tx.list('message', tenant.organisationId));
    await tx.update('message', { ...message, state: some(['failed', 'sent'] as const) });
  },
  async (tx) => {
    const offer = some(await tx.list('offer', tenant.organisationId));
    const { machineId, recommendationId, slots } = offer;
    const [slot] = slots;
    if (!slot) return;
    const ids = { organisationId: tenant.organisationId, createdBy: offer.createdBy, nowMs: world.time.nowMs, random };
    const visit: RecordOf<'visit'> = {
      ...freshBase('visit', ids),
      acceptanceId: newId('acceptance', random),
      offerId: offer.id,
      siteId: newId('site', random),
      machineId,
      recommendationId,
      technicianId: slot.technicianId,
      slot,
      state: some(['booked', 'cancelled', 'done'] as const),
    };
    await tx.insert('visit', visit);
  },
  async (tx) => {
    const site = some(await tx.list('site', tenant.organisationId));
    await tx.update('site', { ...site, name: `Site ${Math.floor(random() * 100)}` });
  },
  async (tx) => {
    const machine = some(await tx.list('machine', tenant.organisationId));
    const { endedAtMs: _, ...standing } = machine;
    await tx.update('machine', random() < 0.5 ? standing : { ...machine, endedAtMs: world.time.nowMs });
  },
  async (tx) => {
    const placement = some(await tx.list('machinePlacement', tenant.organisationId));
    const toMs = world.time.nowMs + Math.floor(random() * 3) * dayMs;
    await tx.update('machinePlacement', { ...placement, period: { ...placement.period, toMs } });
  },
];

it('shows after any writing what one would show that reads everything anew', async () => {
  for (const n of [0, 1, 2]) await approveOffer(tenant, n);
  const kept = await openModel();
  const stop = world.records.watch((written) => kept.take(written));
  for (let n = 0; n < 120; n++) {
    // Several at a time: what one transaction wrote belongs together.
    await world.records.transact(async (tx) => {
      for (let m = 0; m <= n % 3; m++) await some(writes)(tx);
    });
    if (n % 10 === 0) world.time.nowMs += dayMs / 2;
    if (n % 2 === 0) continue;
    expect(await shownBy(kept), `after ${n + 1} transactions`).toEqual(await shownBy(await openModel()));
  }
  stop();
});

it('has what was written while it was read', async () => {
  const model = new FleetModel(world.records, tenant.organisationId);
  const stop = world.records.watch((written) => model.take(written));
  const loading = model.load(world.time.nowMs);
  for (let n = 0; n < 20; n++) await world.records.transact((tx) => some(writes)(tx));
  await loading;
  stop();
  expect(await shownBy(model)).toEqual(await shownBy(await openModel()));
});

it('gives nobody an answer from before their own change', async () => {
  const model = await openModel();
  const stop = world.records.watch((written) => model.take(written));
  const early = model.entries(world.time.nowMs);
  await world.records.transact(async (tx) => {
    for (const site of await tx.list('site', tenant.organisationId)) await tx.update('site', { ...site, name: 'Last' });
  });
  const [late, again] = await Promise.all([model.entries(world.time.nowMs), model.entries(world.time.nowMs)]);
  await early;
  stop();
  for (const entries of [late, again])
    expect(new Set(entries.flatMap(({ facts }) => facts.machine.site?.name ?? []))).toEqual(new Set(['Last']));
});

it('answers nobody before it knows what came of a matter that was opened again', async () => {
  const model = await openModel();
  const stop = world.records.watch((written) => model.take(written));
  const [offer] = await world.records.list('offer', tenant.organisationId);
  const id = offer?.recommendationId ?? '';
  for (const state of ['rejected', 'open'] as const)
    await world.records.transact(async (tx) => {
      const one = await tx.get('recommendation', tenant.organisationId, id);
      if (one) await tx.update('recommendation', { ...one, state });
    });
  stop();
  const first = model.matters.settle();
  await model.matters.settle();
  expect(model.matters.offers(id)).not.toEqual([]);
  await first;
});

it('sees within a minute what another process wrote', async () => {
  const { records } = world;
  const wall = { ms: 0 };
  const memory = new FleetMemory({
    // Of the writes of others nothing tells.
    records: { ...records, watch: () => () => undefined },
    clock: { now: () => world.time.nowMs, rate: 1 },
    wallNow: () => wall.ms,
    sharesRecords: true,
    onFailure: (error) => expect.fail(String(error)),
  });
  const sites = async () => {
    const entries = await (await memory.of(tenant.organisationId)).entries(world.time.nowMs);
    return new Set(entries.flatMap(({ facts }) => facts.machine.site?.name ?? []));
  };
  await sites();
  await records.transact(async (tx) => {
    for (const site of await tx.list('site', tenant.organisationId))
      await tx.update('site', { ...site, name: 'Other' });
  });
  expect(await sites()).not.toContain('Other');
  wall.ms = 60_000;
  await sites();
  await expect.poll(sites).toEqual(new Set(['Other']));
  memory.stop();
});
