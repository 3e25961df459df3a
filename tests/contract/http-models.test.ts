import { standardCriteria } from '@kuluma/cloud/core/model-life/pilot.ts';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import { type Id, newId } from '@kuluma/shared/model/base.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import type { ComponentReliabilityView, ModelRow, ModelView } from '@kuluma/shared/model/views/models.ts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startMs } from './http-tenant.ts';
import { createWorld, type Tenant, type World } from './http-world.ts';

let world: World;
let tenant: Tenant;
let present: RecordOf<'forecastModel'>;
let shadowId: Id<'forecastModel'>;
let keys = 0;

beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.stop());

const key = () => ({ idempotencyKey: `key-${String(keys++).padStart(8, '0')}` });
const view = async () =>
  (await tenant.planner.get(apiPaths.model(tenant.organisationId, present.machineModelId))).body as ModelView;
const decide = (decision: string, caller = tenant.planner) =>
  caller.post(apiPaths.decideModel(tenant.organisationId, present.machineModelId), {
    ...key(),
    forecastModelId: shadowId,
    decision,
  });

beforeEach(async () => {
  tenant = await world.tenant({ machines: 1, technicians: 1 });
  const { organisationId } = tenant;
  const [first] = await world.records.list('forecastModel', organisationId);
  if (!first) throw new Error('no model');
  present = first;
  const { machineModelId } = present;
  const step = { machineModelId, reason: 'trained', personId: null } as const;
  await world.add(organisationId, 'modelStep', { ...step, forecastModelId: present.id, stage: 'inService' });
  shadowId = await world.add(organisationId, 'forecastModel', {
    ...{ machineModelId, modelVersion: 'pump-2', modelHash: 'h', codeVersion: 'test', file: 'none.json', card: {} },
  });
  await world.add(organisationId, 'modelStep', { ...step, forecastModelId: shadowId, stage: 'shadow' });
});

describe('the models of a company', () => {
  it('show which version is acted on and which is being tried', async () => {
    const rows = (await tenant.planner.get(apiPaths.models(tenant.organisationId))).body as ModelRow[];
    expect(rows).toMatchObject([{ present: { forecastModelId: present.id }, shadow: { modelVersion: 'pump-2' } }]);
    expect(await view()).toMatchObject({
      judgement: { kind: 'beside', verdict: 'open', lives: 0 },
      training: null,
      versions: [{ stage: 'shadow' }, { stage: 'inService' }],
    });
  });

  it('change by a named person’s decision only', async () => {
    expect((await decide('putInService', tenant.technician)).status).toBe(403);
    const { status, body } = await decide('putInService');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      present: { forecastModelId: shadowId, by: expect.stringMatching(/\w/), reason: 'decided' },
      shadow: null,
    });
    expect((await decide('putInService')).status).toBe(200);
    expect((await decide('endShadow')).status).toBe(409);
  });

  it('are theirs to try no longer once a person ends that', async () => {
    expect((await decide('endShadow')).body).toMatchObject({
      present: { forecastModelId: present.id },
      shadow: null,
      versions: [{ stage: 'retired' }, { stage: 'inService' }],
    });
  });

  it('follow what a person lays down, under their name', async () => {
    const until = new Date(startMs + 30 * dayMs).toISOString();
    const policy = { criteria: standardCriteria, recommendationsPerWeek: 3, approvedAheadUntilAt: until };
    const url = apiPaths.modelPolicy(tenant.organisationId, present.machineModelId);
    expect((await tenant.planner.post(url, { ...key(), ...policy, recommendationsPerWeek: 0 })).status).toBe(400);
    await tenant.planner.post(url, { ...key(), ...policy });
    expect((await view()).policy).toMatchObject({ ...policy, by: expect.stringMatching(/\w/) });
  });
});

describe('the reliability of a machine’s forecasts', () => {
  it('is what its model’s forecasts came to on all machines', async () => {
    const bins = [{ forecasts: 4, sum: 0.2, failures: 1 }];
    await world.add(tenant.organisationId, 'forecastScore', {
      machineModelId: present.machineModelId,
      machineId: newId('machine', world.deps.random),
      componentId: newId('component', world.deps.random),
      componentCode: 'bearing',
      forecastModelId: present.id,
      horizons: [{ horizonDays: 28, bins }],
      scoredUntilMs: startMs,
      life: null,
    });
    const url = apiPaths.reliability(tenant.organisationId, tenant.machineIds[0] ?? '');
    for (const caller of [tenant.planner, tenant.owners[0]])
      expect((await caller?.get(url))?.body as ComponentReliabilityView[]).toMatchObject([
        {
          componentCode: 'bearing',
          release: 'unmeasured',
          heldOut: null,
          live: {
            unit: 'd',
            machines: 1,
            horizons: [{ horizon: 28, bins: [{ said: 0.05, forecasts: 4, happened: { value: 0.25, n: 1 } }] }],
          },
        },
      ]);
  });
});
