import { randomUUID } from 'node:crypto';
import { createSignInLink } from '@kuluma/cloud/http/principal.ts';
import type { Id } from '@kuluma/shared/model/base.ts';
import type { Role } from '@kuluma/shared/model/parties.ts';
import { peoplePaths } from '@kuluma/shared/model/people-paths.ts';
import { setUpPaths } from '@kuluma/shared/model/set-up-paths.ts';
import { hourMs, minuteMs } from '@kuluma/shared/model/units.ts';
import type { ProblemView } from '@kuluma/shared/model/views/common.ts';
import type {
  OwnSessionView,
  PersonRow,
  RecoveryCodes,
  SecondFactorBegun,
  SecondFactorView,
} from '@kuluma/shared/model/views/people.ts';
import { Secret, TOTP } from 'otpauth';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createWorld, type Tenant, type World } from './http-world.ts';

/** Codes of an authenticator app, and what waits for them. */

let world: World;
let ours: Tenant;
let address = 0;

beforeAll(async () => {
  world = await createWorld();
  ours = await world.tenant({ machines: 1, technicians: 1 });
});
afterAll(() => world.stop());
beforeEach(() => {
  address++;
});

/** A browser of one person: it keeps its cookies. */
const browserOf = async (personId: Id<'person'>, ...roles: Role[]) => {
  const who = { organisationId: ours.organisationId, personId, contactId: null, roles };
  let { cookie } = await world.signIn(await createSignInLink(world.deps, who, hourMs));
  const send = async (method: 'GET' | 'POST', url: string, payload?: object, etag?: number) => {
    const reply = await world.app.inject({
      ...{ method, url, remoteAddress: `10.1.0.${address}` },
      ...(payload ? { payload } : {}),
      headers: { cookie, 'x-kuluma': '1', ...(etag ? { 'if-match': `"${etag}"` } : {}) },
    });
    const set = [reply.headers['set-cookie'] ?? []].flat().map((line) => line.split(';')[0]);
    if (set.length > 0) cookie = set.join('; ');
    return { status: reply.statusCode, body: reply.json<unknown>(), code: reply.json<Partial<ProblemView>>().code };
  };
  return {
    get: (url: string) => send('GET', url),
    post: (url: string, payload: object = {}, etag?: number) => send('POST', url, payload, etag),
    cookie: () => cookie,
  };
};
type Browser = Awaited<ReturnType<typeof browserOf>>;

const newPerson = async (...roles: Role[]) => {
  const person = { name: 'Anna', email: `${randomUUID()}@example.com`, phone: '', language: 'fi' as const, roles };
  const personId = await world.add(ours.organisationId, 'person', person);
  return { personId, browser: await browserOf(personId, ...roles) };
};
const codeOf = (secret: string): string =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: world.time.wallMs });
const setUp = async (browser: Browser) => {
  const { secret, address: uri } = (await browser.post(peoplePaths.secondFactor())).body as SecondFactorBegun;
  expect(uri).toMatch(/^otpauth:\/\/totp\/Kuluma:Anna\?.*secret=/);
  const confirmed = await browser.post(peoplePaths.confirmSecondFactor(), { code: codeOf(secret) });
  expect(confirmed.status).toBe(200);
  world.time.wallMs += minuteMs;
  return { secret, codes: (confirmed.body as RecoveryCodes).codes };
};
const addSomebody = (browser: Browser) =>
  browser.post(peoplePaths.people(ours.organisationId), {
    ...{ name: 'New', email: `${randomUUID()}@example.com`, phone: '', language: 'fi', roles: ['planner'] },
    idempotencyKey: randomUUID(),
  });
const show = (browser: Browser, code: string) => browser.post(peoplePaths.showSecondFactor(), { code });

describe('a second factor', () => {
  it('is set up by an administrator before they give rights, and asked for again after a while', async () => {
    const { browser } = await newPerson('admin');
    expect((await browser.get(peoplePaths.people(ours.organisationId))).status).toBe(200);
    expect((await addSomebody(browser)).code).toBe('SECOND_FACTOR_MISSING');
    const { secret } = await setUp(browser);
    expect((await addSomebody(browser)).status).toBe(200);
    world.time.wallMs += 15 * minuteMs;
    expect((await addSomebody(browser)).code).toBe('SECOND_FACTOR_NEEDED');
    expect((await show(browser, codeOf(secret))).body).toMatchObject({ hasCodes: true, isNeeded: true });
    expect((await addSomebody(browser)).status).toBe(200);
  });

  it('is asked of a planner who took one before a gateway gets a key, and of others not', async () => {
    const [site] = await world.records.list('site', ours.organisationId);
    const gateway = { siteId: site?.id as Id<'site'>, name: 'Hall', tokenHash: '0'.repeat(64) };
    const gatewayId = await world.add(ours.organisationId, 'gateway', gateway);
    const { browser } = await newPerson('planner');
    const code = () =>
      browser.post(setUpPaths.enrolment(ours.organisationId, gatewayId), { idempotencyKey: randomUUID() });
    expect((await code()).status).toBe(200);
    await setUp(browser);
    world.time.wallMs += 15 * minuteMs;
    expect((await code()).code).toBe('SECOND_FACTOR_NEEDED');
  });

  it('changes the secret of the session, and the one before opens nothing', async () => {
    const { browser } = await newPerson('admin');
    const before = browser.cookie();
    await setUp(browser);
    expect(browser.cookie()).not.toBe(before);
    const old = await world.app.inject({ url: peoplePaths.ownSessions(), headers: { cookie: before } });
    expect(old.statusCode).toBe(401);
    expect((await browser.get(peoplePaths.ownSessions())).body as OwnSessionView[]).toHaveLength(1);
  });

  it('takes each code once, of the app and of those for whoever lost it', async () => {
    const { personId, browser } = await newPerson('admin');
    const { secret, codes } = await setUp(browser);
    expect(codes).toHaveLength(10);
    const code = codeOf(secret);
    expect((await show(browser, `${code.slice(0, 3)} ${code.slice(3)}`)).status).toBe(200);
    expect((await show(browser, code)).code).toBe('INPUT_INVALID');
    const other = await browserOf(personId, 'admin');
    const first = codes[0] ?? '';
    expect((await show(other, first.toUpperCase())).body).toMatchObject({ recoveryLeft: 9 });
    expect((await show(other, first)).code).toBe('INPUT_INVALID');
    const kept = JSON.stringify(await world.records.list('secondFactor', ours.organisationId));
    for (const told of [secret, ...codes, ...codes.map((one) => one.replaceAll('-', ''))])
      expect(kept).not.toContain(told);
  });

  it('is not guessed: after five wrong codes in a row none is looked at, also not the right one', async () => {
    const { browser } = await newPerson('admin');
    const { secret } = await setUp(browser);
    const wrong = codeOf(secret) === '000000' ? '000001' : '000000';
    for (let n = 0; n < 5; n++) expect((await show(browser, wrong)).code).toBe('INPUT_INVALID');
    expect((await show(browser, codeOf(secret))).code).toBe('TOO_LATE');
    world.time.wallMs += 15 * minuteMs;
    expect((await show(browser, codeOf(secret))).status).toBe(200);
  });

  it('is not added to, changed or taken away by whoever has a session alone', async () => {
    const { personId, browser } = await newPerson('admin');
    await setUp(browser);
    const thief = await browserOf(personId, 'admin');
    for (const path of [peoplePaths.secondFactor(), peoplePaths.endSecondFactor(), peoplePaths.passkeyOptions()])
      expect((await thief.post(path)).code, path).toBe('SECOND_FACTOR_NEEDED');
    expect((await browser.post(peoplePaths.endSecondFactor())).body).toMatchObject({ hasCodes: false });
  });

  it('stands before every act that tells a key, for whoever took codes', async () => {
    const { personId, browser } = await newPerson('planner');
    await setUp(browser);
    const thief = await browserOf(personId, 'planner');
    const { organisationId: o } = ours;
    const gateway = 'gwy_00000000000000000000000000';
    for (const path of [
      setUpPaths.list(o, 'gateways'),
      setUpPaths.import(o),
      setUpPaths.token(o, gateway),
      setUpPaths.enrolment(o, gateway),
    ])
      expect((await thief.post(path)).code, path).toBe('SECOND_FACTOR_NEEDED');
    expect((await thief.post(setUpPaths.list(o, 'sites'))).code).toBe('INPUT_INVALID');
  });

  it('that is lost is reset by another administrator, and its person signed out', async () => {
    const { browser } = await newPerson('admin');
    await setUp(browser);
    const { personId, browser: lost } = await newPerson('admin');
    const { secret } = await setUp(lost);
    const reset = await browser.post(peoplePaths.resetSecondFactor(ours.organisationId, personId), {
      idempotencyKey: randomUUID(),
    });
    expect(reset.body as PersonRow).toMatchObject({ personId, sessions: 0 });
    expect((await lost.get(peoplePaths.secondFactor())).status).toBe(401);
    const again = await browserOf(personId, 'admin');
    expect((await again.get(peoplePaths.secondFactor())).body as SecondFactorView).toMatchObject({ hasCodes: false });
    expect((await show(again, codeOf(secret))).code).toBe('SECOND_FACTOR_MISSING');
  });
});
