import { randomUUID } from 'node:crypto';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import type { DeskViewsView } from '@kuluma/shared/model/views/desk-views.ts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createWorld, type Tenant, type World } from './http-world.ts';

let world: World;
let tenant: Tenant;
beforeAll(async () => {
  world = await createWorld();
  tenant = await world.tenant({ machines: 1, technicians: 1 });
});
afterAll(() => world.stop());

const url = () => apiPaths.deskViews(tenant.organisationId);
const views = async () => (await tenant.planner.get(url())).body as DeskViewsView;
const keep = (list: object[], version: number) =>
  tenant.planner.post(url(), { idempotencyKey: randomUUID(), views: list }, { 'if-match': `"${version}"` });

it('keeps the views of a person, whatever device they sit at, and overwrites none unseen', async () => {
  expect(await views()).toEqual({ version: 0, views: [] });
  const worst = { name: 'Worst', search: { grade: 'critical' as const } };
  const pumps = { name: 'Pumps', search: { text: 'pump', order: 'life' as const } };
  expect((await keep([worst], 0)).body).toEqual({ version: 1, views: [worst] });
  expect((await keep([pumps], 0)).status).toBe(409);
  expect((await keep([worst, pumps], 1)).body).toEqual({ version: 2, views: [worst, pumps] });
  expect(await views()).toEqual({ version: 2, views: [worst, pumps] });
  expect((await keep([], 2)).body).toEqual({ version: 3, views: [] });
});

it('takes no filter that the fleet does not know, and shows nobody those of another', async () => {
  const { version } = await views();
  expect((await keep([{ name: 'Bad', search: { grade: 'rusty' } }], version)).status).toBe(400);
  const other = await world.tenant({ machines: 1, technicians: 1 });
  expect((await other.planner.get(url())).status).toBe(404);
  expect((await tenant.technician.get(url())).status).toBe(403);
});
