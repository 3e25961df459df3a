import { apiPaths } from '@kuluma/shared/model/api.ts';
import type { Id } from '@kuluma/shared/model/base.ts';
import { columnsOf } from '@kuluma/shared/model/sample.ts';
import { dayMs, hourMs } from '@kuluma/shared/model/units.ts';
import type { MachineServiceView, PeersView } from '@kuluma/shared/model/views/machine-service.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startMs } from './http-tenant.ts';
import { createWorld, type Tenant, type World } from './http-world.ts';

let world: World;
let tenant: Tenant;
const at = (ms: number) => new Date(ms).toISOString();

beforeAll(async () => {
  world = await createWorld();
  tenant = await world.tenant({ machines: 6, technicians: 1 });
  const { organisationId, pointIds } = tenant;
  // Machine n reads n all day.
  const samples = pointIds.flatMap((pointId, n) =>
    Array.from({ length: 24 }, (_, hour) => {
      return { pointId, sampledAtMs: startMs - dayMs + hour * hourMs, value: n, quality: 'good' as const };
    }),
  );
  const key = { gatewayId: 'gwy_1', epoch: 1, class: 'live', seq: 0 } as const;
  await world.timeSeries.write([{ organisationId, key, samples: columnsOf(samples) }]);
});
afterAll(() => world.stop());

const peers = async (chosen: readonly Id<'machine'>[] = []): Promise<PeersView> => {
  const { organisationId: o, machineIds, pointIds, planner } = tenant;
  const range = `fromAt=${at(startMs - dayMs)}&toAt=${at(startMs)}&buckets=12`;
  const query = `pointId=${pointIds[0]}&${range}&chosen=${chosen.join()}`;
  return (await planner.get(`${apiPaths.peers(o, machineIds[0] ?? '')}?${query}`)).body as PeersView;
};

describe('a machine beside its peers', () => {
  it('is compared with those of its own owner while no contract lets others serve for it', async () => {
    const view = await peers();
    expect(view.others.map(({ machineId }) => machineId)).toEqual([tenant.machineIds[2], tenant.machineIds[4]]);
    expect(view).toMatchObject({ machines: 2, index: [], p50: [] });
  });

  it('is compared with all of its model that may be, in whole hours', async () => {
    const { organisationId, ownerIds } = tenant;
    const period = { fromMs: startMs - dayMs, toMs: null };
    const ownerId = ownerIds[1] as Id<'owner'>;
    await world.add(organisationId, 'dataLicence', { ownerId, purposes: ['fleetTraining'], period });
    const view = await peers([tenant.machineIds[3] as Id<'machine'>]);
    expect(view.bucketMs % hourMs).toBe(0);
    expect(view.machines).toBe(5);
    expect(view.index.length).toBeGreaterThan(10);
    expect(new Set(view.p50)).toEqual(new Set([3]));
    expect(view.p10[0]).toBeCloseTo(1.4);
    expect(view.p90[0]).toBeCloseTo(4.6);
    expect(view.chosen.map(({ machineId, mean }) => [machineId, mean[0]])).toEqual([[tenant.machineIds[3], 3]]);
  });
});

describe('service of a machine', () => {
  it('tells the planner its owner, whom to call, what may be sent, and its parts with stock', async () => {
    const { organisationId: o, machineIds, ownerIds, contactIds, partId, planner } = tenant;
    const { status, body } = await planner.get(apiPaths.machineService(o, machineIds[1] ?? ''));
    const view = body as MachineServiceView;
    expect(status).toBe(200);
    expect(view.owners).toMatchObject([{ ownerId: ownerIds[1], name: 'Second', toAt: null }]);
    expect(view.contacts).toMatchObject([
      { contactId: contactIds[1], phone: '2', allows: [{ messageClass: 'serviceNotice', legalBasis: 'contract' }] },
    ]);
    expect(view.parts).toMatchObject([{ componentCode: 'bearing', needs: [{ partId, quantity: 2, inDepots: 200 }] }]);
    expect(view).toMatchObject({ visits: [], dataLicence: { purposes: ['fleetTraining'], toAt: null } });
  });

  it('is not told to owners and technicians', async () => {
    const { organisationId: o, machineIds, owners, technician } = tenant;
    const path = apiPaths.machineService(o, machineIds[0] ?? '');
    for (const caller of [owners[0], technician]) expect((await caller?.get(path))?.status).toBe(403);
  });
});
