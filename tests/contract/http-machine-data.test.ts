import { apiPaths } from '@kuluma/shared/model/api.ts';
import { columnsOf, type SampleQuality } from '@kuluma/shared/model/sample.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import { isoOf } from '@kuluma/shared/model/views/common.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWorld, type Tenant, type World } from './http-world.ts';

let world: World;
let ours: Tenant;
let soldAtMs: number;

beforeAll(async () => {
  world = await createWorld();
  ours = await world.tenant({ machines: 2, technicians: 1 });
  soldAtMs = world.time.nowMs - 2 * dayMs;
  const [pointId] = ours.pointIds;
  if (!pointId) throw new Error('a point');
  const at = [-3, -2, -1.5, -1].map((days) => world.time.nowMs + days * dayMs);
  const qualities: SampleQuality[] = ['good', 'bad', 'uncertain', 'good'];
  const samples = at.map((sampledAtMs, i) => ({ pointId, sampledAtMs, value: i / 3, quality: qualities[i] ?? 'good' }));
  const key = { gatewayId: 'gwy_00000000000000000000000001', epoch: 1, class: 'live', seq: 1 } as const;
  await world.timeSeries.write([{ organisationId: ours.organisationId, key, samples: columnsOf(samples) }]);
  // The first owner sells the machine to the second.
  await world.records.transact(async (tx) => {
    const [held] = await tx.list('machineOwnership', ours.organisationId, {
      where: { machineId: ours.machineIds[0] ?? '' },
    });
    if (held) await tx.update('machineOwnership', { ...held, period: { ...held.period, toMs: soldAtMs } });
  });
  const fields = { machineId: ours.machineIds[0], ownerId: ours.ownerIds[1], period: { fromMs: soldAtMs, toMs: null } };
  await world.add(ours.organisationId, 'machineOwnership', fields as Parameters<World['add']>[2]);
});
afterAll(() => world.stop());

const ask = (cookie: string, { format = 'json', fromDays = -10, toDays = 1, n = 0 } = {}) => {
  const query = `fromAt=${isoOf(world.time.nowMs + fromDays * dayMs)}&toAt=${isoOf(world.time.nowMs + toDays * dayMs)}`;
  const url = `${apiPaths.machineData(ours.organisationId, ours.machineIds[n] ?? '')}?${query}&format=${format}`;
  return world.app.inject({ url, headers: { cookie } });
};
interface Taken {
  readonly machine: { readonly tag: string };
  readonly points: readonly { readonly unit: string }[];
  readonly samples: readonly { readonly at: string; readonly value: number; readonly quality: string }[];
}
const taken = async (cookie: string, options = {}) => (await ask(cookie, options)).json<Taken>();

describe('the data of a machine', () => {
  it('are all of what was measured, of every quality, with what the points are', async () => {
    const { machine, points, samples } = await taken(ours.planner.cookie);
    expect(machine.tag).toBe('P-0');
    expect(points[0]?.unit).toBe('mm/s');
    expect(samples.map(({ value }) => value)).toEqual([0, 1 / 3, 2 / 3, 1]);
    expect(samples.map(({ quality }) => quality)).toEqual(['good', 'bad', 'uncertain', 'good']);
  });

  it('are of each owner those of the time in which the machine was theirs', async () => {
    const [before, after] = ours.owners;
    expect((await taken(before?.cookie ?? '')).samples.map(({ at }) => Date.parse(at) < soldAtMs)).toEqual([true]);
    const own = (await taken(after?.cookie ?? '')).samples;
    expect(own.map(({ at }) => Date.parse(at) >= soldAtMs)).toEqual([true, true, true]);
    expect((await ask(before?.cookie ?? '', { n: 1 })).statusCode).toBe(404);
    expect((await ask(ours.technician.cookie)).statusCode).toBe(403);
  });

  it('come as CSV too, and as an empty list where nothing was measured', async () => {
    const reply = await ask(ours.planner.cookie, { format: 'csv' });
    expect(reply.headers['content-type']).toContain('text/csv');
    const lines = reply.body.trimEnd().split('\r\n');
    expect(lines).toHaveLength(5);
    expect(lines[1]).toMatch(/^P-0,S0,[^,]*,vibration,pnt_\w+,mm\/s,\d{4}-[^,]+Z,0,good$/);
    expect((await taken(ours.planner.cookie, { n: 1 })).samples).toEqual([]);
    expect((await ask(ours.planner.cookie, { fromDays: -400 })).statusCode).toBe(400);
    expect((await ask(ours.planner.cookie, { fromDays: 2 })).statusCode).toBe(400);
  });
});
