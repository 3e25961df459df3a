import { apiPaths } from '@kuluma/shared/model/api.ts';
import type { Id } from '@kuluma/shared/model/base.ts';
import type { WaveformHead, WaveformView } from '@kuluma/shared/model/views/waveform.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startMs } from './http-tenant.ts';
import { createWorld, type Tenant, type World } from './http-world.ts';

let world: World;
let tenant: Tenant;
let gatewayId: Id<'gateway'>;
const values = Buffer.alloc(12);
for (const [i, value] of [0.5, -1, 2].entries()) values.writeFloatLE(value, 4 * i);

beforeAll(async () => {
  world = await createWorld();
  tenant = await world.tenant({ machines: 2, technicians: 1 });
  const site = await world.records.list('site', tenant.organisationId);
  const [siteId] = site.map(({ id }) => id);
  const [pointId] = tenant.pointIds;
  if (!siteId || !pointId) throw new Error('no site or point');
  const { add } = world;
  gatewayId = await add(tenant.organisationId, 'gateway', { siteId, name: 'gw', tokenHash: '0'.repeat(64) });
  const period = { fromMs: startMs - 1000, toMs: null };
  await add(tenant.organisationId, 'pointAssignment', { pointId, gatewayId, source: 'bus/device/point', period });
  const about = { gatewayId, pointId, sampleRateHz: 25_600, unit: 'g' as const, trigger: 'alarm' as const };
  for (const sampledAtMs of [startMs - 2000, startMs - 1000])
    await add(tenant.organisationId, 'waveform', { ...about, sampledAtMs, valuesBase64: values.toString('base64') });
});
afterAll(() => world.stop());

const urlOf = (machine: number) => apiPaths.waveforms(tenant.organisationId, tenant.machineIds[machine] ?? '');

describe('raw signals', () => {
  it('are listed newest first without their values, and given one by one with them', async () => {
    const heads = (await tenant.planner.get(urlOf(0))).body as WaveformHead[];
    expect(heads.map(({ sampledAt }) => sampledAt)).toEqual(
      [startMs - 1000, startMs - 2000].map((ms) => new Date(ms).toISOString()),
    );
    expect(heads[0]).toMatchObject({ pointId: tenant.pointIds[0], sampleRateHz: 25_600, trigger: 'alarm', count: 3 });
    const one = (await tenant.planner.get(`${urlOf(0)}/${heads[0]?.waveformId}`)).body as WaveformView;
    expect(Buffer.from(one.valuesBase64, 'base64')).toEqual(values);
    expect((await tenant.planner.get(urlOf(1))).body).toEqual([]);
    expect((await tenant.planner.get(`${urlOf(1)}/${heads[0]?.waveformId}`)).status).toBe(404);
  });

  it('are asked for at the gateway that feeds the point, by a planner', async () => {
    const [pointId, other] = tenant.pointIds;
    expect((await tenant.planner.post(urlOf(0), { pointId })).status).toBe(202);
    expect(world.snapshots).toEqual([[gatewayId, pointId]]);
    expect((await tenant.planner.post(urlOf(0), { pointId: other })).status).toBe(404);
    expect((await tenant.planner.post(urlOf(1), { pointId: other })).status).toBe(404);
    expect((await tenant.owners[0]?.post(urlOf(0), { pointId }))?.status).toBe(403);
    expect(world.snapshots.length).toBe(1);
  });
});
