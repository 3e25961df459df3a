import { createSignInLink, openSession } from '@kuluma/cloud/http/principal.ts';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import type { Id } from '@kuluma/shared/model/base.ts';
import type { Role } from '@kuluma/shared/model/parties.ts';
import { peoplePaths } from '@kuluma/shared/model/people-paths.ts';
import { setUpPaths } from '@kuluma/shared/model/set-up-paths.ts';
import { hourMs } from '@kuluma/shared/model/units.ts';
import type { ProblemView } from '@kuluma/shared/model/views/common.ts';
import type { PersonRow } from '@kuluma/shared/model/views/people.ts';
import type { ImportView, SetUpEntryView } from '@kuluma/shared/model/views/set-up.ts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { freshFactor } from './fresh-factor.ts';
import { type Caller, createWorld, type Tenant, type World } from './http-world.ts';

let world: World;
let ours: Tenant;
let keys = 0;

beforeAll(async () => {
  world = await createWorld();
});
beforeEach(async () => {
  ours = await world.tenant({ machines: 1, technicians: 1 });
});
afterAll(() => world.stop());

const key = () => ({ idempotencyKey: `address-${String(keys++).padStart(8, '0')}` });
const ifMatch = (version: number) => ({ 'if-match': `"${version}"` });
const mine = 'planner@example.com';

/** The technician of the company, who has these roles as well. */
const technicianWith = async (others: readonly Role[]) => {
  const [technician] = await world.records.list('technician', ours.organisationId);
  const person = technician && (await world.records.get('person', ours.organisationId, technician.personId));
  if (!technician || !person) throw new Error('there is no technician');
  const roles = [...others, 'technician' as const];
  await world.records.transact((tx) => tx.update('person', { ...person, email: 'tea@example.com', roles }));
  return { technicianId: technician.id, personId: person.id };
};
const entryOf = async <K extends 'technicians' | 'contacts'>(kind: K, id: string) =>
  (await ours.planner.get(setUpPaths.entry(ours.organisationId, kind, id))).body as SetUpEntryView<K>;
const change = (view: SetUpEntryView<'technicians'> | SetUpEntryView<'contacts'>, fields: object) =>
  ours.planner.post(
    setUpPaths.entry(ours.organisationId, view.kind, view.id),
    { ...key(), entry: { ...view.entry, ...fields } },
    ifMatch(view.version),
  );
const addressOf = async (personId: Id<'person'>) =>
  (await world.records.get('person', ours.organisationId, personId))?.email;
const administrator = async (): Promise<Caller> => {
  const person = { name: 'Ada', email: 'ada@example.com', phone: '', language: 'fi', roles: ['admin'] } as const;
  const personId = await world.add(ours.organisationId, 'person', { ...person, roles: [...person.roles] });
  const who = { organisationId: ours.organisationId, personId, contactId: null, roles: ['admin' as const] };
  const admin = await world.signIn(await createSignInLink(world.deps, who, hourMs));
  await freshFactor(world, ours.organisationId, personId);
  return admin;
};

describe('the address by which somebody of the staff signs in', () => {
  it.each([[[]], [['planner']], [['admin']], [['auditor']]] as const)(
    'is not changed by a planner, of a technician who has as well: %j',
    async (others) => {
      const { technicianId, personId } = await technicianWith(others);
      const view = await entryOf('technicians', technicianId);
      const refused = await change(view, { email: mine });
      expect(refused.status).toBe(400);
      expect((refused.body as ProblemView).faults).toMatchObject([
        { path: '/body/entry/email', code: 'byAdmin', hint: expect.stringContaining('administrator') },
      ]);
      expect(await addressOf(personId)).toBe('tea@example.com');
      expect((await change(view, { phone: '2' })).status).toBe(200);
    },
  );

  it('is not changed on the way over an end and a return either', async () => {
    const { technicianId, personId } = await technicianWith([]);
    const view = await entryOf('technicians', technicianId);
    await ours.planner.post(setUpPaths.end(ours.organisationId, 'technicians', view.id), key(), ifMatch(view.version));
    const ended = await world.records.get('person', ours.organisationId, personId);
    expect(ended?.roles).toEqual([]);
    expect((await change(await entryOf('technicians', technicianId), { email: mine })).status).toBe(400);
    expect(await addressOf(personId)).toBe('tea@example.com');
  });

  it('is refused in a sheet for its row alone, before anything is written', async () => {
    const { technicianId, personId } = await technicianWith([]);
    const [depot] = await world.records.list('depot', ours.organisationId);
    const header = 'key,name,email,depot,latitude,longitude,cost_per_hour,cost_per_km';
    const row = (id: string, email: string) => `${id},Tea,${email},${depot?.id},61.5,23.8,42,0.5\n`;
    const content = `${header}\n${row(technicianId, mine)}${row('T9', 'new@example.com')}`;
    const files = [{ name: 'technicians.csv', base64: Buffer.from(content).toString('base64') }];
    const send = async (more: object = {}) =>
      (await ours.planner.post(setUpPaths.import(ours.organisationId), { system: 'import', files, ...more }))
        .body as ImportView;
    const looked = await send();
    expect(looked).toMatchObject({
      written: false,
      faults: [{ path: 'technicians.csv:2:3', code: 'byAdmin', hint: expect.stringContaining('administrator') }],
    });
    const done = await send({ mark: looked.mark, leaveOutWrong: true });
    expect(done).toMatchObject({ written: true, faultCount: 1 });
    expect(await addressOf(personId)).toBe('tea@example.com');
    const people = await world.records.list('person', ours.organisationId);
    expect(people.map(({ email }) => email)).toContain('new@example.com');
  });

  it('is changed by an administrator who showed a second factor, and then stands in the set-up', async () => {
    const { technicianId, personId } = await technicianWith([]);
    const admin = await administrator();
    const people = (await admin.get(peoplePaths.people(ours.organisationId))).body as PersonRow[];
    const row = people.find((one) => one.personId === personId);
    if (!row) throw new Error('the technician is not listed');
    const { name, phone, language } = row;
    const url = peoplePaths.person(ours.organisationId, personId);
    const given = { ...key(), name, phone, language, email: 'new.tea@example.com', roles: [] };
    expect((await ours.planner.post(url, given, ifMatch(row.version))).status).toBe(403);
    expect((await admin.post(url, given, ifMatch(row.version))).status).toBe(200);
    const view = await entryOf('technicians', technicianId);
    expect(view.entry.email).toBe('new.tea@example.com');
    expect((await change(view, { phone: '3' })).status).toBe(200);
  });

  it('leaves no link alive that the old one got, and who is signed in signed in', async () => {
    const { personId } = await technicianWith([]);
    const who = { organisationId: ours.organisationId, personId, contactId: null, roles: ['technician' as const] };
    const linkTo = () => createSignInLink(world.deps, { ...who, isOnce: true }, hourMs);
    const technician = await world.signIn(await linkTo());
    const [kept, lost] = [await linkTo(), await linkTo()];
    const admin = await administrator();
    const url = peoplePaths.person(ours.organisationId, personId);
    const changeTo = async (fields: object) => {
      const people = (await admin.get(peoplePaths.people(ours.organisationId))).body as PersonRow[];
      const row = people.find((one) => one.personId === personId);
      if (!row) throw new Error('the technician is not listed');
      const { name, email, phone, language } = row;
      const body = { ...key(), name, email, phone, language, roles: [], ...fields };
      expect((await admin.post(url, body, ifMatch(row.version))).status).toBe(200);
    };
    await changeTo({ phone: '4' });
    await expect(openSession(world.deps, kept, 'a browser')).resolves.toBeDefined();
    await changeTo({ email: 'new.tea@example.com' });
    await expect(openSession(world.deps, lost, 'a browser')).rejects.toMatchObject({ code: 'NOT_SIGNED_IN' });
    expect((await technician.get(apiPaths.me())).status).toBe(200);
  });
});

it('lets planners change the address of an owner’s contact', async () => {
  const view = await entryOf('contacts', ours.contactIds[0] ?? '');
  expect((await change(view, { email: 'moved@example.com' })).status).toBe(200);
  expect((await entryOf('contacts', view.id)).entry.email).toBe('moved@example.com');
});
