import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildApp } from '@kuluma/cloud/http/app.ts';
import { createSignInLink } from '@kuluma/cloud/http/principal.ts';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import { columnsOf } from '@kuluma/shared/model/sample.ts';
import { dayMs, hourMs } from '@kuluma/shared/model/units.ts';
import type { MeView, ProblemView } from '@kuluma/shared/model/views/common.ts';
import type { DecisionView } from '@kuluma/shared/model/views/decision.ts';
import type { MachineView } from '@kuluma/shared/model/views/machine.ts';
import type { OfferView } from '@kuluma/shared/model/views/visit.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startMs } from './http-tenant.ts';
import { createWorld, type Tenant, type World } from './http-world.ts';

let world: World;
let ours: Tenant;

beforeAll(async () => {
  world = await createWorld();
  ours = await world.tenant({ machines: 2, technicians: 1 });
});
afterAll(() => world.stop());

const problem = (body: unknown) => (body as ProblemView).code;

describe('scope', () => {
  it('shows an owner the own machines and no others', async () => {
    const o = ours.organisationId;
    const [first, second] = ours.machineIds;
    expect((await ours.owners[0]?.get(apiPaths.machine(o, first ?? '')))?.status).toBe(200);
    expect((await ours.owners[0]?.get(apiPaths.machine(o, second ?? '')))?.status).toBe(404);
  });

  it('shows a technician no machine without a visit to it', async () => {
    const url = apiPaths.machine(ours.organisationId, ours.machineIds[0] ?? '');
    expect((await ours.technician.get(url)).status).toBe(404);
  });

  it('shows an owner of the past the signal of their period only', async () => {
    const { organisationId } = ours;
    const [machineId, pointId] = [ours.machineIds[1] ?? '', ours.pointIds[1]];
    if (!pointId) throw new Error('no point');
    const firstOwner = ours.ownerIds[0];
    if (!firstOwner) throw new Error('no owner');
    const soldAtMs = startMs - 10 * dayMs;
    await world.add(organisationId, 'machineOwnership', {
      machineId: machineId as Tenant['machineIds'][number],
      ownerId: firstOwner,
      period: { fromMs: startMs - 20 * dayMs, toMs: soldAtMs },
    });
    const samples = Array.from({ length: 30 }, (_, day) => ({
      pointId,
      sampledAtMs: startMs - (30 - day) * dayMs + hourMs,
      value: day,
      quality: 'good' as const,
    }));
    const key = { gatewayId: 'g', epoch: 1, class: 'live', seq: 1 } as const;
    await world.timeSeries.write([{ organisationId, key, samples: columnsOf(samples) }]);
    const query = new URLSearchParams({
      pointId,
      fromAt: new Date(startMs - 30 * dayMs).toISOString(),
      toAt: new Date(startMs).toISOString(),
      buckets: '30',
    });
    const url = `${apiPaths.series(organisationId, machineId)}?${query}`;
    const past = (await ours.owners[0]?.get(url))?.body as { index: number[] };
    const all = (await ours.planner.get(url)).body as { index: number[]; mean: number[] };
    expect(past.index).toEqual([10, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
    expect(all.mean).toEqual(samples.map(({ value }) => value));
  });

  it('says how well a machine is measured now, but not to an owner of the past', async () => {
    const { organisationId, planner, owners, ownerIds } = await world.tenant({ machines: 1, technicians: 1 });
    const [machine] = await world.records.list('machine', organisationId);
    const [ownership] = await world.records.list('machineOwnership', organisationId);
    const pointId = (await world.records.list('measurementPoint', organisationId))[0]?.id;
    if (!machine || !ownership || !pointId) throw new Error('no machine');
    const url = apiPaths.machine(organisationId, machine.id);
    const quality = async (session = planner) => ((await session.get(url)).body as MachineView).dataQuality;
    expect(await quality()).toBe(null);
    const samples = columnsOf([{ pointId, sampledAtMs: startMs - hourMs, value: 1, quality: 'good' }]);
    await world.timeSeries.write([
      { organisationId, key: { gatewayId: 'g', epoch: 1, class: 'live', seq: 0 }, samples },
    ]);
    const hour = {
      pointId,
      hourMs: Math.floor(startMs / hourMs - 1) * hourMs,
      samples: 90,
      usable: 90,
      low: 1,
      high: 1,
    };
    const rest = { duplicates: 0, knownMissing: 0.1, isStuck: false, isOutOfRange: false, latenessMs: 9, aheadMs: 0 };
    await world.timeSeries.writeQuality(organisationId, [{ ...hour, ...rest, completeness: 0.25 }]);
    const said = { pointId, score: 0.25, completeness: 0.25, knownMissing: 0.1, faults: ['incomplete'] };
    expect(await quality()).toEqual({ score: 0.25, points: [said] });
    const owner = owners[ownerIds.indexOf(ownership.ownerId)];
    expect(await quality(owner)).toEqual({ score: 0.25, points: [said] });
    await world.records.transact(async (tx) => {
      await tx.update('machineOwnership', { ...ownership, period: { ...ownership.period, toMs: startMs - dayMs } });
    });
    expect(await quality(owner)).toBe(null);
  });

  it('tells an owner of the past neither who has the machine now nor where', async () => {
    const tenant = await world.tenant({ machines: 1, technicians: 1 });
    const { organisationId, machineIds, recommendationIds, ownerIds } = tenant;
    const [machineId, newOwner] = [machineIds[0], ownerIds[1]];
    if (!machineId || !newOwner) throw new Error('no machine');
    const approve = apiPaths.approve(organisationId, recommendationIds[0] ?? '');
    const seen = { 'if-match': '"1"' };
    const decision = await tenant.planner.get(apiPaths.decision(organisationId, recommendationIds[0] ?? ''));
    const { planMark } = decision.body as DecisionView;
    expect((await tenant.planner.post(approve, { idempotencyKey: 'approve-once', planMark }, seen)).status).toBe(200);
    const soldAtMs = startMs + 1;
    const where = { machineId };
    for (const ownership of await world.records.list('machineOwnership', organisationId, { where }))
      await world.records.transact((tx) =>
        tx.update('machineOwnership', { ...ownership, period: { ...ownership.period, toMs: soldAtMs } }),
      );
    const period = { fromMs: soldAtMs, toMs: null };
    await world.add(organisationId, 'machineOwnership', { machineId, ownerId: newOwner, period });
    for (const component of await world.records.list('component', organisationId, { where }))
      await world.records.transact((tx) =>
        tx.update('component', {
          ...component,
          period: { ...component.period, toMs: soldAtMs },
          endedBy: 'replacement',
        }),
      );
    await world.add(organisationId, 'component', { machineId, componentCode: 'bearing', period, endedBy: null });
    world.time.nowMs = startMs + hourMs;
    const seenByPast = (url: string) => tenant.owners[0]?.get(url).then(({ body }) => body);
    const view = (await seenByPast(apiPaths.machine(organisationId, machineId))) as MachineView;
    const [offer] = (await seenByPast(apiPaths.offers(organisationId))) as OfferView[];
    world.time.nowMs = startMs;
    expect(view.machine.owner?.name).toBe('First');
    expect(view.components.map(({ componentId }) => componentId)).toEqual(tenant.componentIds);
    expect(offer?.machine.owner?.name).toBe('First');
  });

  it('shows an owner to be nothing before their period begins', async () => {
    const tenant = await world.tenant({ machines: 1, technicians: 1 });
    const [machineId, ownerId] = [tenant.machineIds[0], tenant.ownerIds[1]];
    if (!machineId || !ownerId) throw new Error('no machine');
    const period = { fromMs: startMs + dayMs, toMs: null };
    await world.add(tenant.organisationId, 'machineOwnership', { machineId, ownerId, period });
    expect((await tenant.owners[1]?.get(apiPaths.machine(tenant.organisationId, machineId)))?.status).toBe(404);
  });
});

describe('sessions', () => {
  it('tells who is signed in', async () => {
    const me = (await ours.planner.get(apiPaths.me())).body as MeView;
    expect(me).toMatchObject({ name: 'Paula Planner', roles: ['planner'], timeZone: 'Europe/Helsinki' });
  });

  it('gives a cookie that scripts cannot read and other sites cannot send', async () => {
    const secret = await createSignInLink(
      world.deps,
      { organisationId: ours.organisationId, personId: null, contactId: ours.contactIds[0] ?? null, roles: ['owner'] },
      hourMs,
    );
    const payload = { secret };
    const reply = await world.app.inject({
      method: 'POST',
      url: apiPaths.signIn(),
      payload,
      headers: { 'x-kuluma': '1' },
    });
    expect(reply.headers['set-cookie']).toMatch(/HttpOnly/);
    expect(reply.headers['set-cookie']).toMatch(/SameSite=Strict/);
    expect(reply.headers['set-cookie']).not.toContain(secret);
  });

  it('lets one browser hold a planner and an owner side by side, each page with its own', async () => {
    const cookie = `${ours.planner.cookie}; ${ours.owners[0]?.cookie}`;
    const me = async (page: string) =>
      (
        await world.app.inject({ method: 'GET', url: apiPaths.me(), headers: { cookie, 'x-kuluma': page } })
      ).json<MeView>();
    expect((await me('planner')).roles).toEqual(['planner']);
    expect((await me('owner')).roles).toEqual(['owner']);
    expect((await me('technician')) as unknown).toMatchObject({ code: 'NOT_SIGNED_IN' });
    expect((await me('start')).roles).toEqual(['planner']);
  });

  it('ends with wall time, not with product time', async () => {
    const url = apiPaths.me();
    world.time.nowMs += 30 * dayMs;
    expect((await ours.planner.get(url)).status).toBe(200);
    world.time.nowMs -= 30 * dayMs;
    world.time.wallMs += dayMs;
    expect((await ours.planner.get(url)).status).toBe(401);
    world.time.wallMs -= dayMs;
  });

  it('refuses a link that is unknown or over', async () => {
    await expect(world.signIn('x'.repeat(43))).rejects.toThrow(/NOT_SIGNED_IN/);
    const who = { organisationId: ours.organisationId, personId: null, roles: ['owner' as const] };
    const secret = await createSignInLink(world.deps, { ...who, contactId: ours.contactIds[0] ?? null }, 0);
    await expect(world.signIn(secret)).rejects.toThrow(/NOT_SIGNED_IN/);
  });

  it('cannot be guessed at any speed: the door slows down who tries too often', async () => {
    const attempt = () =>
      world.app.inject({
        method: 'POST',
        url: apiPaths.signIn(),
        payload: { secret: 'x'.repeat(43) },
        headers: { 'x-kuluma': '1' },
        remoteAddress: '10.9.9.9',
      });
    const statuses = [];
    for (let n = 0; n < 31; n++) statuses.push((await attempt()).statusCode);
    expect(statuses.slice(0, 30)).toEqual(Array.from({ length: 30 }, () => 401));
    expect(statuses[30]).toBe(429);
  });

  it('is over after signing out', async () => {
    const { organisationId, contactIds } = ours;
    const who = { organisationId, personId: null, contactId: contactIds[0] ?? null, roles: ['owner' as const] };
    const caller = await world.signIn(await createSignInLink(world.deps, who, hourMs));
    expect((await caller.post(apiPaths.signOut(), {})).status).toBe(204);
    expect((await caller.get(apiPaths.me())).status).toBe(401);
  });
});

describe('commands from other sites', () => {
  it('are refused without our header', async () => {
    const reply = await world.app.inject({
      method: 'POST',
      url: apiPaths.signIn(),
      payload: { secret: 'x'.repeat(43) },
    });
    expect(problem(reply.json())).toBe('FORBIDDEN');
  });

  it('are refused when they say that they come from elsewhere', async () => {
    const send = (origin: string) =>
      world.app.inject({
        method: 'POST',
        url: apiPaths.signIn(),
        payload: { secret: 'x'.repeat(43) },
        headers: { 'x-kuluma': '1', host: 'service.example', origin },
      });
    for (const origin of ['https://elsewhere.example', 'null']) expect((await send(origin)).statusCode).toBe(403);
    expect((await send('https://service.example')).statusCode).toBe(401);
  });
});

describe('problems', () => {
  it('name every fault of a request', async () => {
    const url = `${apiPaths.series(ours.organisationId, ours.machineIds[0] ?? '')}?buckets=0&pointId=x`;
    const { status, body } = await ours.planner.get(url);
    const { faults, reference } = body as ProblemView;
    expect(status).toBe(400);
    expect(faults.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['/querystring/buckets', '/querystring/pointId', '/querystring/']),
    );
    expect(reference).not.toBe('');
  });

  it('keep what went wrong inside to the log', async () => {
    const app = await buildApp({
      ...world.deps,
      records: { ...world.records, organisationIds: () => Promise.reject(new Error('secret of the house')) },
    });
    const reply = await app.inject({ method: 'GET', url: '/readyz' });
    expect(reply.statusCode).toBe(500);
    expect(reply.body).not.toContain('secret of the house');
    expect(problem(reply.json())).toBe('INTERNAL');
    await app.close();
  });
});

it('names whom weaknesses are told to where that is configured, and not once it is over', async () => {
  const url = '/.well-known/security.txt';
  expect((await world.app.inject({ url })).statusCode).toBe(404);
  const contacts = ['mailto:security@example.com', 'https://example.com/security'];
  const securityContact = {
    contacts,
    validUntilOn: '2027-06-30',
    policyUrl: undefined,
    publicUrl: 'https://a.example',
  };
  const wallNow = () => Date.parse(wall);
  let wall = '2027-06-30T23:59:00Z';
  const app = await buildApp({ ...world.deps, securityContact, wallNow });
  const reply = await app.inject({ url });
  expect(reply.headers['content-type']).toBe('text/plain; charset=utf-8');
  expect(reply.body.split('\n')).toEqual([
    'Contact: mailto:security@example.com',
    'Contact: https://example.com/security',
    'Expires: 2027-07-01T00:00:00.000Z',
    'Preferred-Languages: fi, sv, en',
    'Canonical: https://a.example/.well-known/security.txt',
    '',
  ]);
  wall = '2027-07-01T00:00:00Z';
  expect((await app.inject({ url })).statusCode).toBe(404);
  await app.close();
});

it('says what to do when the pages are not built', async () => {
  const reply = await world.app.inject({ method: 'GET', url: '/' });
  expect(reply.statusCode).toBe(503);
  expect(reply.body).toContain('npm run build:web');
});

it('sends nobody from its pages to another site', async () => {
  const { pagesDir } = world.deps;
  await mkdir(join(pagesDir, 'planner'), { recursive: true });
  for (const folder of ['.', 'planner']) await writeFile(join(pagesDir, folder, 'index.html'), '<!doctype html>');
  const to = async (url: string) => (await world.app.inject({ method: 'GET', url })).headers['location'];
  expect(await to('/planner')).toBe('/planner/');
  for (const url of ['//evil.example/..%2fplanner', '//planner', '/%2fevil.example%2f..%2fplanner'])
    expect(await to(url), url).toBeUndefined();
});

it('sends its scripts compressed to whoever takes that, to be kept for a year', async () => {
  const { pagesDir } = world.deps;
  await mkdir(join(pagesDir, 'assets'), { recursive: true });
  await writeFile(join(pagesDir, 'index.html'), '<!doctype html>');
  for (const [ending, text] of [
    ['', 'plain'],
    ['.br', 'small'],
  ])
    await writeFile(join(pagesDir, `assets/a.js${ending}`), text ?? '');
  const fetched = async (encodings: string) => {
    const headers = { 'accept-encoding': encodings };
    const reply = await world.app.inject({ method: 'GET', url: '/assets/a.js', headers });
    expect(reply.headers['content-type']).toContain('javascript');
    expect(reply.headers['cache-control']).toContain('immutable');
    expect(reply.headers['vary']).toBe('accept-encoding');
    return [reply.headers['content-encoding'], reply.body];
  };
  expect(await fetched('gzip, br')).toEqual(['br', 'small']);
  expect(await fetched('identity')).toEqual([undefined, 'plain']);
});
