import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vapidKeysIn } from '@kuluma/cloud/adapters/web-push/vapid-keys.ts';
import { createWebPush } from '@kuluma/cloud/adapters/web-push/web-push.ts';
import { buildApp } from '@kuluma/cloud/http/app.ts';
import { createSignInLink } from '@kuluma/cloud/http/principal.ts';
import { acceptAs } from '@kuluma/cloud/pipelines/answer-offers.ts';
import { tellChangedDays } from '@kuluma/cloud/pipelines/tell-changed-days.ts';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import type { Id } from '@kuluma/shared/model/base.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { peoplePaths } from '@kuluma/shared/model/people-paths.ts';
import { dayMs, hourMs, minuteMs } from '@kuluma/shared/model/units.ts';
import type { PushView } from '@kuluma/shared/model/views/push.ts';
import type { DayView } from '@kuluma/shared/model/views/visit.ts';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { PushBrowser } from '../push-browser.ts';
import { approveOffer, createWorld, type Tenant, type World } from './http-world.ts';

type Visit = RecordOf<'visit'>;

let world: World;
let tenant: Tenant;
let phone: PushBrowser;
let dir: string;
let push: ReturnType<typeof createWebPush>;
let app: World['app'];
let cookie: string;
let startMs: number;

beforeAll(async () => {
  world = await createWorld();
  startMs = world.time.nowMs;
});
afterAll(() => world.stop());
beforeEach(async () => {
  world.time.nowMs = startMs;
  dir = await mkdtemp(join(tmpdir(), 'kuluma-push-'));
  phone = new PushBrowser();
  await phone.start();
  push = createWebPush({ dir, subject: 'https://service.example.com', services: [phone.origin], timeoutMs: 20_000 });
  app = await buildApp({ ...world.deps, push });
  tenant = await world.tenant({ machines: 2, technicians: 1 });
  cookie = tenant.technician.cookie;
});
afterEach(async () => {
  await app.close();
  await phone.stop();
  await rm(dir, { recursive: true, force: true });
});

const post = (url: string, payload: object, as = cookie) =>
  app.inject({ method: 'POST', url, payload, headers: { cookie: as, 'x-kuluma': '1' } });
const listen = (as = cookie, browser = phone) => post(peoplePaths.push(), browser.address, as);
const book = async (n: number): Promise<Visit> => {
  await approveOffer(tenant, n);
  return world.records.transact(async (tx) => {
    const [offer] = await tx.list('offer', tenant.organisationId, { where: { state: 'sent' } });
    const slotId = offer?.slots[0]?.id;
    if (!offer || !slotId) throw new Error('no offer was made');
    await acceptAs(world.deps, tx, offer, { slotId, by: { kind: 'contact', contactId: offer.contactId } });
    const [visit] = await tx.list('visit', tenant.organisationId, { where: { offerId: offer.id } });
    if (!visit) throw new Error('nothing was booked');
    return visit;
  });
};
const tell = () => {
  const { records, clock, random, log, wallNow } = world.deps;
  const rules = { collectMs: 10 * minuteMs, lettersPerDay: 1, quiet: { from: '20:00', to: '07:00' } };
  return tellChangedDays({ records, clock, random, log, push, rules, wallNow }, tenant.organisationId);
};
const change = (visit: Visit, to: Partial<Visit>) =>
  world.records.transact(async (tx) => {
    const now = await tx.get('visit', tenant.organisationId, visit.id);
    if (now) await tx.update('visit', { ...now, ...to });
  });
const later = ({ slot }: Visit, byMs: number): Visit['slot'] => ({
  ...slot,
  arrivalFromMs: slot.arrivalFromMs + byMs,
  arrivalToMs: slot.arrivalToMs + byMs,
});
/** The forenoon of the day before the visit. */
const eveOf = ({ slot }: Visit) => slot.arrivalFromMs - (slot.arrivalFromMs % dayMs) - dayMs + 8 * hourMs;
const notices = async () =>
  (await world.records.list('pushNotice', tenant.organisationId)).map(({ state, reason }) => `${state} ${reason}`);
const bodies = () => phone.got.map((_, n) => (JSON.parse(phone.opened(n)) as { body: string }).body);

describe('a phone that listens', () => {
  it('hears that a visit moved, came and is off, each after a while and once', async () => {
    const first = await book(0);
    world.time.nowMs = eveOf(first);
    expect((await listen()).statusCode).toBe(200);
    expect(await tell()).toBe(0);
    await change(first, { slot: later(first, hourMs) });
    expect(await tell()).toBe(0);
    world.time.nowMs += 10 * minuteMs;
    expect([await tell(), await tell()]).toEqual([1, 0]);
    await change(first, { state: 'cancelled' });
    await tell();
    world.time.nowMs += 10 * minuteMs;
    await tell();
    expect(bodies()).toEqual([
      expect.stringContaining('1 käynti siirtyi'),
      expect.stringContaining('1 käynti jää pois'),
    ]);
    expect(await notices()).toEqual(['sent null', 'sent null']);
  });

  it('hears of a new visit near by, from a service that shows who it is, and nothing of its owner', async () => {
    await listen();
    expect(await tell()).toBe(0);
    const visit = await book(0);
    world.time.nowMs = eveOf(visit);
    await tell();
    world.time.nowMs += 10 * minuteMs;
    await tell();
    const { publicKey } = (
      await app.inject({ url: peoplePaths.push(), headers: { cookie, 'x-kuluma': 'technician' } })
    ).json<PushView>();
    const { claims, publicKey: shown } = phone.sworn(0);
    expect([shown, claims.aud, claims.sub]).toEqual([publicKey, phone.origin, 'https://service.example.com']);
    expect(phone.got[0]?.headers).toMatchObject({
      ...{ 'content-encoding': 'aes128gcm', 'content-type': 'application/octet-stream' },
      ...{ topic: 'day', urgency: 'high', ttl: String(12 * 3600) },
    });
    const text = phone.opened(0);
    expect(JSON.parse(text)).toEqual({
      ...{ topic: 'day', language: 'fi', title: 'Päiväsi muuttui' },
      body: expect.stringMatching(/^ke\s3\.3\.2027: 1 uusi käynti$/),
    });
    const { visits } = (await tenant.technician.get(apiPaths.day(tenant.organisationId))).body as DayView;
    const { machine } = visits[0] ?? {};
    for (const word of [machine?.tag, machine?.site?.name, machine?.owner?.name, machine?.site?.streetAddress])
      expect(text).not.toContain(word);
  });

  it('hears nothing of what was taken back, of what its technician did, and of what is far ahead', async () => {
    const visit = await book(0);
    world.time.nowMs = visit.slot.arrivalFromMs - 9 * dayMs;
    await listen();
    await change(visit, { slot: later(visit, hourMs) });
    await tell();
    world.time.nowMs = eveOf(visit);
    await tell();
    await change(visit, { slot: visit.slot });
    await tell();
    await change(visit, { slot: later(visit, hourMs) });
    await tell();
    await change(visit, { state: 'done' });
    world.time.nowMs += 10 * minuteMs;
    await tell();
    expect(phone.got).toEqual([]);
  });

  it('hears again after a push service that was busy, and no more of a day that is over', async () => {
    const visit = await book(0);
    world.time.nowMs = eveOf(visit);
    await listen();
    phone.answer = 503;
    await change(visit, { slot: later(visit, hourMs) });
    await tell();
    world.time.nowMs += 10 * minuteMs;
    await tell();
    await tell();
    expect([phone.got.length, await notices()]).toEqual([1, ['waiting MESSAGE_UNAVAILABLE']]);
    phone.answer = 201;
    world.time.nowMs += minuteMs;
    await tell();
    expect(await notices()).toEqual(['sent null']);
    phone.answer = 503;
    await change(visit, { state: 'cancelled' });
    await tell();
    world.time.nowMs += 10 * minuteMs;
    await tell();
    world.time.nowMs += 13 * hourMs;
    phone.answer = 201;
    await tell();
    expect([phone.got.length, (await notices()).at(-1)]).toEqual([3, 'cancelled EXPIRED']);
  });

  it('does not ring at night for what could not leave in the evening', async () => {
    const visit = await book(0);
    // A quarter to eight in Helsinki.
    world.time.nowMs = eveOf(visit) + 9.75 * hourMs;
    await listen();
    phone.answer = 503;
    await change(visit, { slot: later(visit, hourMs) });
    await tell();
    world.time.nowMs += 10 * minuteMs;
    await tell();
    phone.answer = 201;
    world.time.nowMs += 10 * minuteMs;
    await tell();
    expect([phone.got.length, await notices()]).toEqual([1, ['waiting MESSAGE_UNAVAILABLE']]);
    world.time.nowMs = eveOf(visit) + 21 * hourMs;
    await tell();
    expect([phone.got.length, await notices()]).toEqual([2, ['sent null']]);
  });

  it.each([404, 410])('is forgotten once its push service says %d', async (status) => {
    const visit = await book(0);
    world.time.nowMs = eveOf(visit);
    await listen();
    phone.answer = status;
    for (const byMs of [hourMs, 2 * hourMs]) {
      await change(visit, { slot: later(visit, byMs) });
      await tell();
      world.time.nowMs += 10 * minuteMs;
      await tell();
    }
    expect([phone.got.length, await notices()]).toEqual([1, ['failed MESSAGE_REFUSED']]);
    phone.answer = 201;
    await listen();
    await change(visit, { slot: visit.slot });
    await tell();
    world.time.nowMs += 10 * minuteMs;
    await tell();
    expect(phone.got).toHaveLength(2);
  });

  it('hears no more when it asks not to, when it is signed out, and when another signs in on it', async () => {
    const visit = await book(0);
    world.time.nowMs = eveOf(visit);
    let byMs = 0;
    const heard = async () => {
      byMs += 10 * minuteMs;
      await change(visit, { slot: later(visit, byMs) });
      await tell();
      world.time.nowMs += 10 * minuteMs;
      await tell();
      return phone.got.length;
    };
    await listen();
    expect(await heard()).toBe(1);
    await post(peoplePaths.endPush(), { endpoint: phone.address.endpoint });
    expect(await heard()).toBe(1);
    await listen();
    expect(await heard()).toBe(2);
    const { personId, roles } = { ...(await ownPerson()), roles: ['technician' as const] };
    const who = { organisationId: tenant.organisationId, personId, contactId: null, roles };
    world.time.wallMs += 1;
    const other = await world.signIn(await createSignInLink(world.deps, who, hourMs));
    await post(apiPaths.signOut(), {});
    expect(await heard()).toBe(2);
    await listen(other.cookie);
    expect(await heard()).toBe(3);
    const { organisationId } = tenant;
    const colleague = { name: 'Toinen', email: 'toinen@example.com', phone: '', language: 'sv' as const, roles };
    const colleagueId = await world.add(organisationId, 'person', colleague);
    const [mine] = await world.records.list('technician', organisationId);
    if (!mine) throw new Error('there is no technician');
    const { home, depotId, skills, certificates, working, costPerHourCents, costPerKmCents } = mine;
    await world.add(organisationId, 'technician', {
      ...{ personId: colleagueId, home, depotId, skills, certificates, working, costPerHourCents, costPerKmCents },
    });
    const theirs = await world.signIn(await createSignInLink(world.deps, { ...who, personId: colleagueId }, hourMs));
    expect((await listen(theirs.cookie)).statusCode).toBe(200);
    expect(await heard()).toBe(3);
  });

  it('is of a technician alone, at a push service that is known, and audited', async () => {
    expect((await listen(tenant.planner.cookie)).statusCode).toBe(403);
    expect((await listen('')).statusCode).toBe(401);
    const { address } = phone;
    for (const endpoint of [
      'https://127.0.0.1/x',
      'http://fcm.googleapis.com/x',
      'https://fcm.googleapis.com.example/x',
    ]) {
      const reply = await post(peoplePaths.push(), { ...address, endpoint });
      expect([reply.statusCode, reply.json<{ code: string }>().code]).toEqual([400, 'INPUT_INVALID']);
    }
    expect((await post(peoplePaths.push(), { ...address, auth: 'x' })).statusCode).toBe(400);
    await listen();
    await listen();
    const phones = await world.records.list('pushSubscription', tenant.organisationId);
    expect(phones).toHaveLength(1);
  });
});

const ownPerson = async (): Promise<{ personId: Id<'person'> }> => {
  const [technician] = await world.records.list('technician', tenant.organisationId);
  if (!technician) throw new Error('there is no technician');
  return technician;
};

describe('the push services', () => {
  it('are those that are named and what is below them, by https and its own port', () => {
    const of = createWebPush({
      dir,
      subject: 'https://example.com',
      services: ['push.example.com', 'http://127.0.0.1:9'],
    });
    const taken = (endpoint: string) => of.takes(endpoint);
    expect(['https://push.example.com/a', 'https://x.push.example.com/a', 'http://127.0.0.1:9/a'].every(taken)).toBe(
      true,
    );
    expect(
      [
        ...['http://push.example.com/a', 'https://push.example.com:8443/a', 'https://notpush.example.com/a', 'x'],
        ...[
          'https://push.example.com.evil.example/a',
          'http://127.0.0.1:99/a',
          'https://push.example.com@evil.example',
        ],
      ].some(taken),
    ).toBe(false);
  });
});

describe('the keys of the service', () => {
  it('are made once, also by two that start side by side, and read by nobody else', async () => {
    const folder = join(dir, randomUUID());
    const [one, two] = await Promise.all([vapidKeysIn(folder), vapidKeysIn(folder)]);
    expect(two).toEqual(one);
    expect(await vapidKeysIn(folder)).toEqual(one);
    expect((await stat(join(folder, 'vapid.json'))).mode & 0o777).toBe(0o600);
    expect(await readFile(join(folder, 'vapid.json'), 'utf8')).toContain(one.publicKey);
  });
});
