import { randomUUID } from 'node:crypto';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import { setUpPaths } from '@kuluma/shared/model/set-up-paths.ts';
import type { ProblemView } from '@kuluma/shared/model/views/common.ts';
import type { DecisionView } from '@kuluma/shared/model/views/decision.ts';
import type { PricesView } from '@kuluma/shared/model/views/prices.ts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createWorld, type Tenant, type World } from './http-world.ts';

let world: World;
let ours: Tenant;
let theirs: Tenant;
beforeAll(async () => {
  world = await createWorld();
  ours = await world.tenant({ machines: 1, technicians: 1 });
  theirs = await world.tenant({ machines: 1, technicians: 1 });
});
afterAll(() => world?.stop());

const pricesOf = async ({ planner, organisationId }: Tenant) =>
  (await planner.get(setUpPaths.prices(organisationId))).body as PricesView;
const set = ({ planner, organisationId }: Tenant, version: number, entry: object) =>
  planner.post(
    setUpPaths.prices(organisationId),
    { idempotencyKey: randomUUID(), entry },
    { 'if-match': `"${version}"` },
  );
const linesOf = async ({ planner, organisationId, recommendationIds: [id] }: Tenant) =>
  ((await planner.get(apiPaths.decision(organisationId, id ?? ''))).body as DecisionView).lines;

it('charges what was configured until somebody sets prices, and those from then on, in one company only', async () => {
  const { version, prices } = await pricesOf(ours);
  expect({ version, prices }).toEqual({
    version: 0,
    prices: {
      ...{ labourCentsPerHour: 9_500, travelCentsPerKm: 120, callOutCents: 0, vatRatePermille: 255 },
      offerValidHours: 72,
    },
  });
  const wanted = { ...prices, labourCentsPerHour: 10_000, callOutCents: 6_000, vatRatePermille: 140 };
  const { status, body } = await set(ours, version, wanted);
  expect(status).toBe(200);
  expect(body).toMatchObject({
    version: 1,
    prices: wanted,
    changes: [
      {
        byName: 'Paula Planner',
        fields: [
          { name: 'labourCentsPerHour', from: 9_500, to: 10_000 },
          { name: 'callOutCents', from: 0, to: 6_000 },
          { name: 'vatRatePermille', from: 255, to: 140 },
        ],
      },
    ],
  });
  const lines = await linesOf(ours);
  expect(lines).toContainEqual(expect.objectContaining({ kind: 'labour', netCents: 20_000, vatRatePermille: 140 }));
  expect(lines).toContainEqual(expect.objectContaining({ kind: 'callOut', netCents: 6_000 }));
  expect((await pricesOf(theirs)).version).toBe(0);
  expect(await linesOf(theirs)).toContainEqual(expect.objectContaining({ kind: 'labour', netCents: 19_000 }));
});

it('refuses prices that were thought out against others, and those that are none', async () => {
  const { version, prices } = await pricesOf(ours);
  expect(((await set(ours, version + 1, prices)).body as ProblemView).code).toBe('CONFLICT');
  const { status, body } = await set(ours, version, { ...prices, travelCentsPerKm: null, vatRatePermille: 2_000 });
  expect(status).toBe(400);
  expect((body as ProblemView).faults.map(({ path }) => path)).toEqual([
    '/body/entry/travelCentsPerKm',
    '/body/entry/vatRatePermille',
  ]);
  expect((await pricesOf(ours)).prices).toEqual(prices);
});
