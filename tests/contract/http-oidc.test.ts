import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { identityOf, oidcIdentity } from '@kuluma/cloud/adapters/sign-in-oidc/oidc-identity.ts';
import { buildApp } from '@kuluma/cloud/http/app.ts';
import type { App } from '@kuluma/cloud/http/fastify-app.ts';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import { peoplePaths } from '@kuluma/shared/model/people-paths.ts';
import { minuteMs } from '@kuluma/shared/model/units.ts';
import type { MeView } from '@kuluma/shared/model/views/common.ts';
import Provider from 'oidc-provider';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWorld, type Tenant, type World } from './http-world.ts';

/** Signing in against a real provider of OpenID Connect on this machine. */

const publicUrl = 'https://service.example';
const clientSecret = 'a-secret-of-a-client-in-a-test';
/** Claims by account. */
const accounts = new Map<string, { email: string; email_verified?: boolean; name: string }>();

let world: World;
let ours: Tenant;
let app: App;
let server: Server;
let issuer: string;

beforeAll(async () => {
  world = await createWorld();
  ours = await world.tenant({ machines: 1, technicians: 1 });
  server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        ...{ client_id: 'kuluma', client_secret: clientSecret, grant_types: ['authorization_code'] },
        redirect_uris: ['company', 'open'].map((id) => `${publicUrl}${peoplePaths.returnFromProvider(id)}`),
      },
    ],
    conformIdTokenClaims: false,
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    pkce: { required: () => true },
    findAccount: (_: unknown, accountId: string) => ({
      accountId,
      claims: () => ({ sub: accountId, ...accounts.get(accountId) }),
    }),
  });
  server.on('request', provider.callback());
  const options = { issuer, clientId: 'kuluma', clientSecret, vouchesForEmail: false };
  const organisationId = ours.organisationId;
  const newPeople = { domains: ['company.example'], role: 'auditor' as const };
  const providers = [
    oidcIdentity({ ...options, id: 'company', name: 'Our company', organisationId }),
    oidcIdentity({ ...options, id: 'open', name: 'Open', organisationId, newPeople }),
  ];
  app = await buildApp({ ...world.deps, signInProviders: { publicUrl, providers } });
});
afterAll(async () => {
  await app.close();
  server.closeAllConnections();
  server.close();
  await world.stop();
});

type Jar = Map<string, string>;
const keep = (jar: Jar, lines: readonly string[]): void => {
  for (const line of lines) {
    const [name = '', value = ''] = (line.split(';')[0] ?? '').split(/=(.*)/s);
    jar.set(name, value);
  }
};
const textOf = (jar: Jar): string => [...jar].map(([name, value]) => `${name}=${value}`).join('; ');

let address = 0;
const visit = async (jar: Jar, url: string) => {
  const reply = await app.inject({ url, headers: { cookie: textOf(jar) }, remoteAddress: `10.2.0.${++address}` });
  keep(jar, [reply.headers['set-cookie'] ?? []].flat());
  return reply;
};

/** Signs in at the provider as `account` until it sends the browser back to us; the address. */
const signInThere = async (start: string, account: string): Promise<string> => {
  const jar: Jar = new Map();
  let [url, form]: [string, URLSearchParams | undefined] = [start, undefined];
  for (let hop = 0; hop < 12; hop++) {
    const init: RequestInit = form ? { method: 'POST', body: form } : {};
    const reply: Response = await fetch(url, { ...init, redirect: 'manual', headers: { cookie: textOf(jar) } });
    keep(jar, reply.headers.getSetCookie());
    form = undefined;
    const location = reply.headers.get('location');
    if (location) {
      url = new URL(location, issuer).href;
      if (url.startsWith(publicUrl)) return url.slice(publicUrl.length);
    } else {
      const page = await reply.text();
      const prompt = /name="prompt" value="(\w+)"/.exec(page)?.[1] ?? '';
      form = new URLSearchParams({ prompt, ...(prompt === 'login' ? { login: account, password: 'any' } : {}) });
      url = new URL(/action="([^"]+)"/.exec(page)?.[1] ?? '', issuer).href;
    }
  }
  throw new Error('the provider never sent the browser back');
};

const begin = async (jar: Jar, providerId = 'company'): Promise<string> => {
  const reply = await visit(jar, peoplePaths.signInAtProvider(providerId));
  expect(reply.statusCode).toBe(302);
  return String(reply.headers.location);
};
const signInAs = async (account: string, providerId = 'company') => {
  const jar: Jar = new Map();
  const back = await signInThere(await begin(jar, providerId), account);
  const reply = await visit(jar, back);
  expect(reply.statusCode).toBe(303);
  const me = await visit(jar, apiPaths.me());
  return { to: reply.headers.location, me: me.statusCode === 200 ? me.json<MeView>() : undefined, back, jar };
};
const refused = { to: '/sign-in/?refused', me: undefined };
const account = (id: string, email: string, isVerified = true): string => {
  accounts.set(id, { email, email_verified: isVerified, name: id });
  return id;
};
const newPerson = (email: string, roles: 'planner'[] = ['planner']) =>
  world.add(ours.organisationId, 'person', { name: email, email, phone: '', language: 'fi', roles });

describe('signing in by an identity provider', () => {
  it('is offered by name, and nothing of its client is told', async () => {
    const reply = await app.inject({ url: peoplePaths.signInProviders() });
    expect(reply.json()).toEqual([
      { providerId: 'company', name: 'Our company' },
      { providerId: 'open', name: 'Open' },
    ]);
  });

  it('lets in whoever was added with that address, and knows them again whatever it becomes', async () => {
    await newPerson('Known@Example.com');
    const me = { name: 'Known@Example.com', roles: ['planner'] };
    expect(await signInAs(account('known', 'known@example.com'))).toMatchObject({ to: '/', me });
    account('known', 'other@example.com');
    expect((await signInAs('known')).me).toMatchObject(me);
  });

  it('asks with PKCE, state and nonce, and sends nobody anywhere else', async () => {
    const url = new URL(await begin(new Map()));
    expect(url.origin).toBe(issuer);
    const asked = Object.fromEntries(url.searchParams);
    expect(asked).toMatchObject({ response_type: 'code', code_challenge_method: 'S256' });
    for (const secret of ['state', 'nonce', 'code_challenge']) expect(asked[secret]?.length).toBeGreaterThan(40);
    expect(asked['redirect_uri']).toBe(`${publicUrl}${peoplePaths.returnFromProvider('company')}`);
    expect((await app.inject({ url: peoplePaths.signInAtProvider('unknown') })).statusCode).toBe(404);
  });

  it('refuses strangers, addresses that nobody vouches for, and whoever has left', async () => {
    await newPerson('unverified@example.com');
    await newPerson('left@example.com', []);
    expect(await signInAs(account('stranger', 'stranger@example.com'))).toMatchObject(refused);
    expect(await signInAs(account('unverified', 'unverified@example.com', false))).toMatchObject(refused);
    expect(await signInAs(account('left', 'left@example.com'))).toMatchObject(refused);
  });

  it('gives an address that went to another account none of its first holder’s rights', async () => {
    await newPerson('shared@example.com');
    expect((await signInAs(account('first', 'shared@example.com'))).me).toBeDefined();
    expect(await signInAs(account('second', 'shared@example.com'))).toMatchObject(refused);
  });

  it('adds whoever has an address of an allowed domain, as what was allowed, and nobody who has left', async () => {
    expect(await signInAs(account('outside', 'new@sub.company.example'), 'open')).toMatchObject(refused);
    const { me } = await signInAs(account('newcomer', 'new@company.example'), 'open');
    expect(me).toMatchObject({ roles: ['auditor'], name: 'newcomer' });
    await newPerson('gone@company.example', []);
    expect(await signInAs(account('gone', 'gone@company.example'), 'open')).toMatchObject(refused);
  });

  it('takes an answer once, in time, in the browser that was sent, and none that nobody asked for', async () => {
    await newPerson('careful@example.com');
    const { back, jar } = await signInAs(account('careful', 'careful@example.com'));
    expect((await visit(jar, back)).headers.location).toBe('/sign-in/?refused');
    const asked: Jar = new Map();
    const answer = await signInThere(await begin(asked), 'careful');
    expect((await visit(new Map(), answer)).headers.location).toBe('/sign-in/?refused');
    const other: Jar = new Map();
    await begin(other);
    expect((await visit(other, answer)).headers.location).toBe('/sign-in/?refused');
    world.time.wallMs += 11 * minuteMs;
    expect((await visit(asked, answer)).headers.location).toBe('/sign-in/?refused');
    expect((await visit(new Map(), answer.replace(/\?.*/, ''))).headers.location).toBe('/sign-in/?refused');
  });
});

describe('the claims of an ID token', () => {
  const claims = { iss: 'i', sub: 's', aud: 'a', iat: 0, exp: 1, email: 'a@example.com' };
  it('vouch for an address only where the provider says so, or is known to', () => {
    expect(identityOf(claims, false).email).toBeUndefined();
    expect(identityOf(claims, true).email).toBe('a@example.com');
    expect(identityOf({ ...claims, email_verified: false }, true).email).toBeUndefined();
    expect(identityOf({ ...claims, email_verified: true }, false).email).toBe('a@example.com');
  });
  it('tell of a second factor only with several factors and a time', () => {
    expect(identityOf({ ...claims, amr: ['mfa'], auth_time: 5 }, false).secondFactorAtMs).toBe(5000);
    expect(identityOf({ ...claims, amr: ['pwd'], auth_time: 5 }, false).secondFactorAtMs).toBeUndefined();
    expect(identityOf({ ...claims, amr: ['mfa'] }, false).secondFactorAtMs).toBeUndefined();
  });
});
