import { createSmtpMail } from '@kuluma/cloud/adapters/mail-smtp/smtp-mail.ts';
import { buildApp } from '@kuluma/cloud/http/app.ts';
import type { App } from '@kuluma/cloud/http/fastify-app.ts';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import { peoplePaths } from '@kuluma/shared/model/people-paths.ts';
import { dayMs, hourMs, minuteMs } from '@kuluma/shared/model/units.ts';
import type { MeView, ProblemView } from '@kuluma/shared/model/views/common.ts';
import type { InvitationView, OwnSessionView, PersonRow } from '@kuluma/shared/model/views/people.ts';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { SmtpInbox } from '../smtp-inbox.ts';
import { freshFactor } from './fresh-factor.ts';
import { createWorld, type Tenant, type World } from './http-world.ts';

const inbox = new SmtpInbox();
let world: World;
let ours: Tenant;
let app: App;
let stopMail: () => Promise<void>;

beforeAll(async () => {
  await inbox.start();
  const channel = createSmtpMail({ url: inbox.url(), from: 'Service <service@example.com>' });
  stopMail = () => channel.stop();
  world = await createWorld();
  ours = await world.tenant({ machines: 1, technicians: 1 });
  app = await buildApp({ ...world.deps, linkMail: { channel, publicUrl: 'https://service.example' } });
});
afterAll(async () => {
  await app.close();
  await stopMail();
  await inbox.stop();
  await world.stop();
});

const headers = { 'x-kuluma': '1' };
const ask = (email: string) =>
  app.inject({ method: 'POST', url: peoplePaths.askLink(), headers, payload: { email }, remoteAddress: nextAddress() });
let lastAddress = 0;
/** Each from a computer of its own, so that the limit by address does not stand in the way. */
const nextAddress = (): string => `10.0.0.${++lastAddress}`;

const secretsIn = (body: string): string[] => [
  ...new Set([...body.matchAll(/\/sign-in\/#once\.([\w-]{43})/g)].map((match) => match[1] ?? '')),
];

const open = (secret: string, cookie = '') =>
  app.inject({ method: 'POST', url: apiPaths.signIn(), headers: { ...headers, cookie }, payload: { secret } });

const cookieOf = (reply: { headers: Record<string, unknown> }): string =>
  [reply.headers['set-cookie']]
    .flat()
    .map((line) => String(line).split(';')[0])
    .join('; ');

/** A person with an address of their own. */
const newPerson = async (email: string, ...roles: RecordRoles) => {
  const person = { name: 'Anna Administrator', email, phone: '', language: 'sv' as const, roles };
  const personId = await world.add(ours.organisationId, 'person', person);
  return { organisationId: ours.organisationId, personId, contactId: null, roles };
};
type RecordRoles = ('planner' | 'admin')[];

const signedIn = async (email: string): Promise<string> => {
  const before = inbox.mails.length;
  world.time.nowMs += 16 * minuteMs;
  await ask(email);
  await expect.poll(() => inbox.mails.length).toBeGreaterThan(before);
  return cookieOf(await open(secretsIn(inbox.mails.at(-1)?.body ?? '')[0] ?? ''));
};

describe('a sign-in link by letter', () => {
  it('reaches whoever asks with an address that is known, in their language, and works once', async () => {
    await newPerson('Anna@Example.com', 'planner');
    const reply = await ask('anna@example.com');
    expect([reply.statusCode, reply.body]).toEqual([202, 'null']);
    await expect.poll(() => inbox.mails).toHaveLength(1);
    const [mail] = inbox.mails;
    expect(mail?.to).toBe('Anna@example.com');
    expect(mail?.headers.has('list-unsubscribe')).toBe(false);
    expect(mail?.body).toMatch(/Länken fungerar en gång, till mån.1\.3\.2027 kl\. 8\.15/);
    const [secret = ''] = secretsIn(mail?.body ?? '');
    const first = await open(secret);
    expect(first.json<MeView>().name).toBe('Anna Administrator');
    expect((await open(secret)).statusCode).toBe(401);
  });

  it('opens nothing after a quarter of an hour', async () => {
    await newPerson('late@example.com', 'planner');
    const before = inbox.mails.length;
    await ask('late@example.com');
    await expect.poll(() => inbox.mails.length).toBe(before + 1);
    world.time.wallMs += 16 * minuteMs;
    expect((await open(secretsIn(inbox.mails.at(-1)?.body ?? '')[0] ?? '')).statusCode).toBe(401);
  });

  it('is answered alike for an address that nobody has, and sends nothing', async () => {
    const before = inbox.mails.length;
    const reply = await ask('nobody@example.com');
    expect([reply.statusCode, reply.body]).toEqual([202, 'null']);
    expect((await ask('not an address')).statusCode).toBe(400);
    await signedIn('anna@example.com');
    expect(inbox.mails).toHaveLength(before + 1);
  });

  it('comes three times in a quarter of an hour and no more', async () => {
    await newPerson('often@example.com', 'planner');
    const before = inbox.mails.length;
    const refused = vi.spyOn(world.deps.log, 'warn');
    const often = () => inbox.mails.slice(before).filter(({ to }) => to === 'often@example.com').length;
    for (let asked = 1; asked <= 5; asked++) {
      await ask('often@example.com');
      if (asked <= 3) await expect.poll(often).toBe(asked);
      else await expect.poll(() => refused.mock.calls.length).toBe(asked - 3);
    }
    expect(often()).toBe(3);
    world.time.nowMs += 16 * minuteMs;
    await ask('often@example.com');
    await expect.poll(often).toBe(4);
  });

  it('comes to an owner too, for the owner’s page alone', async () => {
    const contactId = ours.contactIds[0];
    const contact = contactId && (await world.records.get('contact', ours.organisationId, contactId));
    if (!contact) throw new Error('no contact');
    await world.records.transact((tx) => tx.update('contact', { ...contact, email: 'owner-1@example.com' }));
    const cookie = await signedIn('owner-1@example.com');
    const me = await app.inject({ method: 'GET', url: apiPaths.me(), headers: { cookie } });
    expect(me.json<MeView>().roles).toEqual(['owner']);
  });

  it('is not promised where no letters are sent', async () => {
    const reply = await world.app.inject({
      ...{ method: 'POST', url: peoplePaths.askLink(), headers, payload: { email: 'anna@example.com' } },
    });
    expect(reply.statusCode).toBe(503);
    expect(reply.json<ProblemView>().hint).toContain('administrator');
  });
});

describe('a session', () => {
  const get = (cookie: string) => app.inject({ method: 'GET', url: apiPaths.me(), headers: { cookie } });

  it('goes on under a new secret while it is used, and the old secret ends with the first use of the new', async () => {
    const old = await signedIn('anna@example.com');
    expect((await get(old)).headers['set-cookie']).toBeUndefined();
    world.time.wallMs += 2 * hourMs;
    const replies = [await get(old), await get(old)];
    const renewed = replies.map(({ headers: h }) => h['set-cookie']).filter((line) => line !== undefined);
    expect(renewed).toHaveLength(1);
    const cookie = cookieOf(replies[0] ?? { headers: {} });
    // The answer with the new one may be lost: the old one still opens.
    expect((await get(old)).statusCode).toBe(200);
    expect((await get(cookie)).statusCode).toBe(200);
    expect((await get(old)).statusCode).toBe(401);
  });

  it('ends for good when somebody signs out just after it was renewed', async () => {
    const old = await signedIn('anna@example.com');
    world.time.wallMs += 2 * hourMs;
    const cookie = cookieOf(await get(old));
    await app.inject({ method: 'POST', url: apiPaths.signOut(), headers: { ...headers, cookie } });
    expect([(await get(cookie)).statusCode, (await get(old)).statusCode]).toEqual([401, 401]);
  });

  it('ends after a night without use, and after a week of use', async () => {
    const idle = await signedIn('late@example.com');
    world.time.wallMs += 17 * hourMs;
    expect((await get(idle)).statusCode).toBe(401);
    let cookie = await signedIn('late@example.com');
    for (let hours = 0; hours < 7 * 24 - 12; hours += 12) {
      world.time.wallMs += 12 * hourMs;
      const reply = await get(cookie);
      expect(reply.statusCode, `after ${hours + 12} h`).toBe(200);
      if (reply.headers['set-cookie']) cookie = cookieOf(reply);
    }
    world.time.wallMs += 13 * hourMs;
    expect((await get(cookie)).statusCode).toBe(401);
  });

  it('is listed to its person with its browser, and ended there', async () => {
    const [one, two] = [await signedIn('anna@example.com'), await signedIn('anna@example.com')];
    const list = (await app.inject({ method: 'GET', url: peoplePaths.ownSessions(), headers: { cookie: one } })).json<
      OwnSessionView[]
    >();
    const other = list.find(({ isThisOne }) => !isThisOne);
    expect(list.filter(({ isThisOne }) => isThisOne)).toHaveLength(1);
    expect(list[0]?.device).toContain('lightMyRequest');
    const end = (id: string, cookie: string) =>
      app.inject({ method: 'POST', url: peoplePaths.endOwnSession(id), headers: { ...headers, cookie } });
    expect((await end(other?.sessionId ?? '', one)).statusCode).toBe(200);
    expect([(await get(one)).statusCode, (await get(two)).statusCode]).toEqual([200, 401]);
    // Nobody ends a session of somebody else.
    const stranger = await signedIn('late@example.com');
    const mine = list.find(({ isThisOne }) => isThisOne)?.sessionId ?? '';
    expect((await end(mine, stranger)).statusCode).toBe(404);
    expect((await get(one)).statusCode).toBe(200);
  });
});

describe('people', () => {
  const fields = { name: 'New Planner', email: 'new@example.com', phone: '', language: 'fi', roles: ['planner'] };
  const post = (cookie: string, url: string, payload: object, etag?: number) =>
    app.inject({
      ...{ method: 'POST', url, payload },
      headers: { ...headers, cookie, ...(etag ? { 'if-match': `"${etag}"` } : {}) },
    });

  it('are added, invited, given other roles and signed out by an administrator', async () => {
    const o = ours.organisationId;
    const { personId } = await newPerson('admin@example.com', 'admin');
    const admin = await signedIn('admin@example.com');
    await freshFactor(world, o, personId);
    const added = await post(admin, peoplePaths.people(o), { ...fields, idempotencyKey: 'add-a-person' });
    const person = added.json<PersonRow>();
    expect(person).toMatchObject({ name: 'New Planner', roles: ['planner'], sessions: 0, lastSignInAt: null });
    const again = await post(admin, peoplePaths.people(o), { ...fields, idempotencyKey: 'add-once-more' });
    expect(again.json<ProblemView>().faults[0]?.path).toBe('/body/email');

    const before = inbox.mails.length;
    const invited = await post(admin, peoplePaths.invite(o, person.personId), { idempotencyKey: 'invite-them' });
    expect(invited.json<InvitationView>()).toMatchObject({ isSent: true, link: null });
    const cookie = cookieOf(await open(secretsIn(inbox.mails[before]?.body ?? '')[0] ?? ''));
    expect((await app.inject({ method: 'GET', url: apiPaths.fleet(o), headers: { cookie } })).statusCode).toBe(200);

    const change = (roles: string[], version: number, key: string) =>
      post(admin, peoplePaths.person(o, person.personId), { ...fields, roles, idempotencyKey: key }, version);
    expect((await change([], 9, 'seen-another')).statusCode).toBe(409);
    const changed = (await change(['admin'], 1, 'make-them-admin')).json<PersonRow>();
    expect(changed).toMatchObject({ roles: ['admin'], version: 2, sessions: 1 });
    // The role that was taken away ends at once, in the session that stands.
    expect((await app.inject({ method: 'GET', url: apiPaths.fleet(o), headers: { cookie } })).statusCode).not.toBe(200);
    const out = await post(admin, peoplePaths.signOutPerson(o, person.personId), { idempotencyKey: 'sign-them-out' });
    expect(out.json<PersonRow>().sessions).toBe(0);
    const [kept] = await world.records.list('setUpChange', o, { where: { subjectId: person.personId } });
    expect(kept?.fields).toEqual([{ name: 'roles' }]);
  });

  it('are invited by a link to hand over where no letters are sent', async () => {
    const who = await newPerson('hand@example.com', 'planner');
    const { personId } = await newPerson('second-admin@example.com', 'admin');
    const admin = await signedIn('second-admin@example.com');
    await freshFactor(world, ours.organisationId, personId);
    const reply = await world.app.inject({
      ...{ method: 'POST', url: peoplePaths.invite(ours.organisationId, who.personId) },
      ...{ payload: { idempotencyKey: 'hand-it-over' }, headers: { ...headers, cookie: admin, host: 'here.example' } },
    });
    const { link } = reply.json<InvitationView>();
    expect(link).toMatch(/^http:\/\/here\.example\/sign-in\/#once\./);
    world.time.wallMs += 2 * dayMs;
    expect((await open(secretsIn(link ?? '')[0] ?? '')).statusCode).toBe(200);
  });

  it('are nobody’s business but an administrator’s', async () => {
    const url = peoplePaths.people(ours.organisationId);
    for (const caller of [ours.planner, ours.technician, ...ours.owners]) {
      expect((await caller.get(url)).status).not.toBe(200);
      expect((await caller.post(url, { ...fields, idempotencyKey: 'not-mine-to-do' })).status).not.toBe(200);
    }
  });
});
