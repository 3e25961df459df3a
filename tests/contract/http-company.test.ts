import { randomUUID } from 'node:crypto';
import { setUpPaths } from '@kuluma/shared/model/set-up-paths.ts';
import type { ProblemView } from '@kuluma/shared/model/views/common.ts';
import type { Company, CompanyView } from '@kuluma/shared/model/views/company.ts';
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

const companyOf = async ({ planner, organisationId }: Tenant) =>
  (await planner.get(setUpPaths.company(organisationId))).body as CompanyView;
const set = ({ planner, organisationId }: Tenant, version: number, entry: object) =>
  planner.post(
    setUpPaths.company(organisationId),
    { idempotencyKey: randomUUID(), entry },
    { 'if-match': `"${version}"` },
  );
const morning = { weekdays: [1, 2, 3, 4, 5], from: '07:00', to: '09:00', factor: 1.4 };

it('says what holds for one company, keeps who changed what, and takes back what was said', async () => {
  const { version, company } = await companyOf(ours);
  expect(company).toMatchObject({ changeCutOff: { daysBefore: 1, at: '16:00' }, traffic: [], looksPerWeek: null });
  const serviceDesk = { name: 'Palvelu', phone: '010 000 0000', email: '' };
  const wanted: Company = { ...company, serviceDesk, traffic: [morning], looksPerWeek: 3 };
  const { status, body } = await set(ours, version, wanted);
  expect(status).toBe(200);
  expect(body).toMatchObject({
    version: version + 1,
    company: wanted,
    changes: [
      {
        byName: 'Paula Planner',
        fields: [{ name: 'serviceDesk' }, { name: 'traffic' }, { name: 'looksPerWeek', from: null, to: 3 }],
      },
    ],
  });
  expect(await world.records.get('organisation', ours.organisationId, ours.organisationId)).toMatchObject({
    ...{ serviceDesk, traffic: [morning], looksPerWeek: 3 },
  });
  const back = { ...wanted, serviceDesk: null, looksPerWeek: null };
  expect((await set(ours, version + 1, back)).body).toMatchObject({ company: back });
  const kept = await world.records.get('organisation', ours.organisationId, ours.organisationId);
  expect(kept).not.toHaveProperty('serviceDesk');
  expect(kept).not.toHaveProperty('looksPerWeek');
  expect((await companyOf(theirs)).changes).toEqual([]);
});

it('refuses what was thought out against another state, and hours that cannot be, at their place', async () => {
  const { version, company } = await companyOf(ours);
  expect(((await set(ours, version + 1, company)).body as ProblemView).code).toBe('CONFLICT');
  const hours = [morning, { ...morning, from: '08:00', to: '07:30' }, { ...morning, from: '08:30', to: '10:00' }];
  const { status, body } = await set(ours, version, { ...company, traffic: hours });
  expect(status).toBe(400);
  expect((body as ProblemView).faults).toMatchObject([
    { path: '/body/entry/traffic/1', code: 'endsFirst' },
    { path: '/body/entry/traffic/2', code: 'meets' },
  ]);
  expect((await companyOf(ours)).company).toEqual(company);
});
