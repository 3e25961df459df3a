import { buildApp } from '@kuluma/cloud/http/app.ts';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import type { Id } from '@kuluma/shared/model/base.ts';
import { columnsOf } from '@kuluma/shared/model/sample.ts';
import { setUpPaths } from '@kuluma/shared/model/set-up-paths.ts';
import { minuteMs } from '@kuluma/shared/model/units.ts';
import type { ConfigCheckView, GatewayDetailView } from '@kuluma/shared/model/views/gateway.ts';
import type { InventoryView } from '@kuluma/shared/model/views/inventory.ts';
import type { GatewayState } from '@kuluma/shared/wire/gateway-state.ts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createWorld, type Tenant, type World } from './http-world.ts';

let world: World;
let ours: Tenant;
let gatewayId: Id<'gateway'>;
let pointId: Id<'measurementPoint'>;

beforeAll(async () => {
  world = await createWorld();
  ours = await world.tenant({ machines: 2, technicians: 1 });
  const { organisationId } = ours;
  const [site] = await world.records.list('site', organisationId);
  if (!site) throw new Error('the tenant has no site');
  gatewayId = await world.add(organisationId, 'gateway', {
    siteId: site.id,
    name: 'Hall 1',
    tokenHash: '0'.repeat(64),
  });
  pointId = ours.pointIds[0] as typeof pointId;
  const fromMs = world.time.nowMs - 60 * minuteMs;
  const assigned = { gatewayId, source: 'hall/pump 1/vibration' };
  await world.add(organisationId, 'pointAssignment', { ...assigned, pointId, period: { fromMs, toMs: null } });
  await world.add(organisationId, 'pointAssignment', {
    ...assigned,
    pointId: ours.pointIds[1] as typeof pointId,
    period: { fromMs, toMs: world.time.nowMs },
  });
  await world.timeSeries.write([
    {
      organisationId,
      key: { gatewayId, epoch: 1, class: 'live', seq: 1 },
      samples: columnsOf([{ pointId, sampledAtMs: fromMs, value: 2.5, quality: 'good' }]),
    },
  ]);
});
afterAll(() => world?.stop());

const detail = async () => (await ours.planner.get(apiPaths.gateway(ours.organisationId, gatewayId))).body;

it('tells the points that the gateway feeds now with their newest value, and nothing of an agent that was not heard', async () => {
  expect(await detail()).toMatchObject({
    name: 'Hall 1',
    online: false,
    agent: null,
    points: [{ pointId, machineTag: 'P-0', value: 2.5, source: 'hall/pump 1/vibration' }],
  } satisfies Partial<Record<keyof GatewayDetailView, unknown>>);
});

it('tells what the agent said of its devices, its outbox and its clock', async () => {
  const state: GatewayState = {
    ...{ v: 1, gatewayId, online: true, agentVersion: '1.2.3', epoch: 7, reportedAtMs: world.time.nowMs },
    outbox: {
      queues: { live: { records: 3, bytes: 99, lagMs: 1500 }, alarm: { records: 0, bytes: 0, lagMs: 0 } } as never,
      dropped: { restart: 0, outboxFull: 12 } as never,
    },
    clock: { state: 'provisional', aheadMs: 0 },
    scanLateness: { p50Ms: 1, p99Ms: 20 },
    devices: [
      {
        ...{ name: 'pump 1', quality: 'stale', lastReadAtMs: null, read: 1, timeouts: 2, errors: 0, notFinite: 0 },
        ...{ rowsRefused: 0, linesDropped: 0, refusedPoints: 0, skippedScans: 0, writes: 0 },
      },
    ],
  };
  const heard = { gatewayId, online: true, lastSeenMs: world.time.nowMs, outboxDepth: 3, state };
  const app = await buildApp({ ...world.deps, health: () => ({ ...world.deps.health(), gateways: [heard] }) });
  const reply = await app.inject({
    url: apiPaths.gateway(ours.organisationId, gatewayId),
    headers: { cookie: ours.planner.cookie },
  });
  await app.close();
  expect(reply.json()).toMatchObject({
    online: true,
    outboxDepth: 3,
    agent: {
      version: '1.2.3',
      starts: 7,
      running: null,
      lost: [{ reason: 'outboxFull', samples: 12 }],
      devices: [{ name: 'pump 1', quality: 'stale', lastReadAt: null, timeouts: 2 }],
    },
  });
});

it('says before anything is sent what no gateway would take, and which points a configuration forgets or mistakes', async () => {
  const check = async (yaml: string) =>
    (await ours.planner.post(apiPaths.gatewayConfigCheck(ours.organisationId, gatewayId), { yaml }))
      .body as ConfigCheckView;
  expect((await check('uplink: { token: x }')).faults).toMatchObject([{ path: '/uplink' }]);
  expect((await check('buses: [')).faults[0]?.path).toMatch(/:\d+:\d+$/);
  const foreign = ours.pointIds[1];
  expect(await check(`buses: [{ devices: [{ points: { a: ${foreign} } }] }]`)).toMatchObject({
    faults: [],
    strangers: [foreign],
    leftOut: [{ pointId, machineTag: 'P-0' }],
  });
  expect(await check(`buses: [{ devices: [{ points: { a: ${pointId} } }] }]`)).toEqual({
    faults: [],
    strangers: [],
    leftOut: [],
  });
  expect((await check('alarms: { snapshotEveryMs: 60000 }')).leftOut).toEqual([]);
  expect(await world.records.list('gatewayConfig', ours.organisationId)).toEqual([]);
});

it('tells since when and how often each point of a machine is measured, and what it lacks', async () => {
  const inventory = async (machineId: string) =>
    (await ours.planner.get(setUpPaths.inventory(ours.organisationId, machineId))).body as InventoryView;
  const [measured = '', silent = ''] = ours.machineIds;
  expect(await inventory(measured)).toMatchObject({
    tag: 'P-0',
    points: [{ pointId, held: { samples: 1, emptyDays: 0, longestGap: null }, score: null }],
    missing: [],
  });
  expect(await inventory(silent)).toMatchObject({ points: [{ held: null }], missing: ['noGateway'] });
});
