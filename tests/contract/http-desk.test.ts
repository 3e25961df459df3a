import { apiPaths } from '@kuluma/shared/model/api.ts';
import { dayMs, hourMs } from '@kuluma/shared/model/units.ts';
import type { FleetPageView, FleetSitesView } from '@kuluma/shared/model/views/fleet.ts';
import type { SearchHitView } from '@kuluma/shared/model/views/search.ts';
import type { TodayView } from '@kuluma/shared/model/views/today.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWorld, type Tenant, type World } from './http-world.ts';

let world: World;
let ours: Tenant;
beforeAll(async () => {
  world = await createWorld();
  ours = await world.tenant({ machines: 5, technicians: 1 });
  await world.tenant({ machines: 3, technicians: 1 });
});
afterAll(() => world.stop());

const read = async <View>(path: string): Promise<View> => {
  const { status, body } = await ours.planner.get(path);
  expect(status).toBe(200);
  return body as View;
};
const pageOf = (query: string) => read<FleetPageView>(`${apiPaths.fleet(ours.organisationId)}?${query}`);

describe('the fleet, a page at a time', () => {
  it('has the own machines in pages that meet, and counts them all', async () => {
    const whole = await pageOf('');
    expect(whole.total).toBe(5);
    expect(Object.values(whole.grades).reduce((sum, count) => sum + count, 0)).toBe(5);
    const pages = [await pageOf('limit=3'), await pageOf('limit=3&offset=3')];
    expect(pages.flatMap(({ rows }) => rows)).toEqual(whole.rows);
    const sites = await read<FleetSitesView>(apiPaths.fleetSites(ours.organisationId));
    expect(sites.reduce((sum, { machines }) => sum + machines, 0)).toBe(5);
  });

  it('leaves what a filter asks for, and counts the rest on', async () => {
    const [row] = (await pageOf('')).rows;
    const found = await pageOf(`text=${encodeURIComponent(row?.machine.serialNumber.toLowerCase() ?? '')}`);
    expect(found.rows.map(({ machine }) => machine.machineId)).toEqual([row?.machine.machineId]);
    expect(Object.values(found.grades).reduce((sum, count) => sum + count, 0)).toBe(5);
    expect((await pageOf('grade=unknown')).rows.every(({ healthGrade }) => healthGrade === 'unknown')).toBe(true);
    expect((await pageOf('matter=decide')).rows.length).toBe(5);
    expect((await pageOf('matter=booked')).rows).toEqual([]);
  });

  it('refuses a filter that it does not know', async () => {
    const { status } = await ours.planner.get(`${apiPaths.fleet(ours.organisationId)}?grade=bad`);
    expect(status).toBe(400);
  });
});

describe('search', () => {
  it('finds machines by owner, for the own organisation only', async () => {
    const [row] = (await pageOf('')).rows;
    const owner = row?.machine.owner?.name ?? '';
    const hits = await read<SearchHitView[]>(
      `${apiPaths.search(ours.organisationId)}?text=${encodeURIComponent(owner)}`,
    );
    expect(hits.map(({ machine }) => machine.machineId)).toContain(row?.machine.machineId);
    expect(hits.length).toBeLessThanOrEqual(5);
    expect(new Set(hits.map(({ by, text }) => `${by} ${text}`))).toEqual(new Set([`owner ${owner}`]));
  });
});

describe('today', () => {
  const today = () => read<TodayView>(apiPaths.today(ours.organisationId));

  it('counts the open decisions and shows the most pressing ones', async () => {
    expect((await today()).decisions).toMatchObject({ count: 5, inIncidents: 5 });
    const few = await world.tenant({ machines: 2, technicians: 1 });
    const { body } = await few.planner.get(apiPaths.today(few.organisationId));
    expect(body).toMatchObject({
      incidents: [],
      decisions: { count: 2, inIncidents: 0, items: [{}, {}] },
      promises: { count: 0, items: [] },
    });
  });

  it('has a machine at risk on the day on which its failure would surprise nobody', async () => {
    expect((await today()).risks.count).toBe(0);
    world.time.nowMs += 8 * dayMs;
    const { risks } = await today();
    expect(risks.items.map(({ kind, visitStartAt }) => [kind, visitStartAt])).toEqual(Array(5).fill(['mayFail', null]));
    world.time.nowMs -= 8 * dayMs;
  });

  it('has the last day of any open matter of a machine, not only of its newest', async () => {
    const some = await world.tenant({ machines: 1, technicians: 1 });
    const { organisationId } = some;
    const [older] = await world.records.list('recommendation', organisationId);
    if (!older) throw new Error('the tenant has no recommendation');
    const { nowMs } = world.time;
    await world.records.transact(async (tx) => {
      await tx.update('recommendation', { ...older, window: { ...older.window, toMs: nowMs + hourMs } });
    });
    const { id: _, version: __, ...fields } = older;
    await world.add(organisationId, 'recommendation', { ...fields, createdAtMs: nowMs + 1 } as never);
    const { body } = await some.planner.get(apiPaths.today(organisationId));
    expect((body as TodayView).risks).toMatchObject({
      count: 1,
      items: [{ kind: 'windowEnds', recommendationId: older.id, visitStartAt: null }],
    });
  });

  it('has no budget where none was laid down', async () => {
    expect((await today()).alertBudget).toBeNull();
  });
});
