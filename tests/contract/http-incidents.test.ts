import { randomUUID } from 'node:crypto';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import { newId } from '@kuluma/shared/model/base.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import type { ProblemView } from '@kuluma/shared/model/views/common.ts';
import type { IncidentDecidedView, IncidentView } from '@kuluma/shared/model/views/incident.ts';
import type { TodayView } from '@kuluma/shared/model/views/today.ts';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createWorld, type Tenant, type World } from './http-world.ts';

let world: World;
let tenant: Tenant;
beforeAll(async () => {
  world = await createWorld();
});
beforeEach(async () => {
  tenant = await world.tenant({ machines: 4, technicians: 2 });
});
afterAll(() => world.stop());

const incidents = async (): Promise<IncidentView[]> =>
  (await tenant.planner.get(apiPaths.incidents(tenant.organisationId))).body as IncidentView[];
const today = async (): Promise<TodayView> =>
  (await tenant.planner.get(apiPaths.today(tenant.organisationId))).body as TodayView;
const decide = (body: object) =>
  tenant.planner.post(apiPaths.decideIncident(tenant.organisationId), { idempotencyKey: randomUUID(), ...body });
const seen = async () =>
  (await incidents()).flatMap(({ members }) =>
    members.map(({ recommendationId, version }) => ({ recommendationId, version })),
  );
const recorded = () => world.records.list('fleetIncident', tenant.organisationId);

it('makes one matter of what came up on many machines for one cause', async () => {
  expect(await incidents()).toMatchObject([
    { machines: 4, failureModeCode: 'VIB', members: Array(4).fill({ price: { netCents: 29_000 } }) },
  ]);
  expect(await today()).toMatchObject({
    incidents: [{ machines: 4 }],
    decisions: { count: 4, inIncidents: 4, items: [] },
  });
});

it('makes one matter of parts of one batch across models, which is decided as one and told with its batch', async () => {
  const { organisationId } = tenant;
  await world.records.transact(async (tx) => {
    const [model] = await tx.list('machineModel', organisationId);
    if (!model) throw new Error('no model');
    const other = newId('machineModel', world.deps.random);
    await tx.insert('machineModel', { ...model, id: other, code: 'fan' });
    const machines = await tx.list('machine', organisationId);
    for (const machine of machines.slice(0, 2)) await tx.update('machine', { ...machine, machineModelId: other });
    const ofBatch = new Set<string>(machines.slice(0, 3).map(({ id }) => id));
    for (const component of await tx.list('component', organisationId))
      if (ofBatch.has(component.machineId)) await tx.update('component', { ...component, batch: '6309-2451' });
  });
  expect(await incidents()).toMatchObject([{ machines: 3, modelName: null, batch: '6309-2451' }]);
  expect((await today()).decisions).toMatchObject({ count: 4, inIncidents: 3 });
  expect((await decide({ answer: 'approve', members: await seen() })).status).toBe(200);
  expect(await recorded()).toMatchObject([{ batch: '6309-2451', machineModelId: null, componentCode: 'bearing' }]);
});

it('has no cause for machines that are only no longer as they were', async () => {
  const members = await seen();
  await world.records.transact(async (tx) => {
    for (const look of (await tx.list('recommendation', tenant.organisationId)).slice(0, 2))
      await tx.update('recommendation', { ...look, forecastId: null });
  });
  expect(await incidents()).toEqual([]);
  const now = await world.records.list('recommendation', tenant.organisationId);
  const asNow = members.map(({ recommendationId }) => ({
    recommendationId,
    version: now.find(({ id }) => id === recommendationId)?.version,
  }));
  expect(await decide({ answer: 'approve', members: asNow })).toMatchObject({ status: 400 });
});

it('offers all of them with one yes, recorded for each and as one', async () => {
  const { status, body } = await decide({ answer: 'approve', members: await seen() });
  expect(status).toBe(200);
  expect((body as IncidentDecidedView).map(({ outcome }) => outcome)).toEqual(Array(4).fill('offered'));
  expect(await world.records.list('offer', tenant.organisationId)).toHaveLength(4);
  expect(await world.records.list('approval', tenant.organisationId)).toHaveLength(4);
  expect(await recorded()).toMatchObject([{ answer: 'approve', componentCode: 'bearing', members: body }]);
  expect(await incidents()).toEqual([]);
  expect((await today()).incidents).toEqual([]);
});

it('offers the others where one machine stands nowhere, and leaves that one open', async () => {
  const members = await seen();
  const { organisationId } = tenant;
  const machineId = tenant.machineIds[1] ?? '';
  await world.records.transact(async (tx) => {
    for (const placement of await tx.list('machinePlacement', organisationId, { where: { machineId } }))
      await tx.update('machinePlacement', {
        ...placement,
        period: { ...placement.period, toMs: world.time.nowMs - dayMs },
      });
  });
  const { status, body } = await decide({ answer: 'approve', members });
  expect(status).toBe(200);
  const outcomes = (body as IncidentDecidedView).map(({ outcome }) => outcome).sort();
  expect(outcomes).toEqual(['noSlot', 'offered', 'offered', 'offered']);
  expect(await world.records.list('offer', organisationId)).toHaveLength(3);
});

it('looks at the most urgent first while the others wait', async () => {
  const { body } = await decide({ answer: 'inspectFirst', members: await seen() });
  expect((body as IncidentDecidedView).map(({ outcome }) => outcome)).toEqual([
    'offered',
    'postponed',
    'postponed',
    'postponed',
  ]);
  expect((await today()).decisions.count).toBe(0);
});

it('puts all of them off, or says no to all, with the reason kept', async () => {
  const [first, second, ...rest] = await seen();
  const untilAt = new Date(world.time.nowMs + 2 * dayMs).toISOString();
  await decide({ answer: 'postpone', untilAt, reason: 'the maker looks into it', members: [first, second, rest[0]] });
  expect(await recorded()).toMatchObject([{ answer: 'postpone', reason: 'the maker looks into it' }]);
  tenant = await world.tenant({ machines: 3, technicians: 1 });
  const { body } = await decide({ answer: 'reject', reason: 'a wrong sensor batch', members: await seen() });
  expect((body as IncidentDecidedView).map(({ outcome }) => outcome)).toEqual(Array(3).fill('rejected'));
});

it('decides nothing where one of them was changed meanwhile, or they are no incident', async () => {
  const members = await seen();
  const [first, ...others] = members;
  const old = [{ ...first, version: 7 }, ...others];
  expect(((await decide({ answer: 'approve', members: old })).body as ProblemView).code).toBe('CONFLICT');
  const two = await decide({ answer: 'approve', members: members.slice(0, 2) });
  expect((two.body as ProblemView).code).toBe('INPUT_INVALID');
  expect(await world.records.list('approval', tenant.organisationId)).toEqual([]);
  expect(await recorded()).toEqual([]);
});
