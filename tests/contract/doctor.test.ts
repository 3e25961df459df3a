import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { localCertificate } from '@kuluma/cloud/adapters/local-certificates/local-certificates.ts';
import { clockAheadOf } from '@kuluma/cloud/commands/doctor-outside.ts';
import { checkServers } from '@kuluma/cloud/commands/doctor-servers.ts';
import { loadCloudConfig } from '@kuluma/cloud/config.ts';
import { dayMs, hourMs } from '@kuluma/shared/model/units.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let dir: string;
/** Answers discovery as an identity provider does, by a clock of its own. */
let provider: Server;
let issuer: string;
let providerAheadMs = 0;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'kuluma-doctor-'));
  provider = createServer((_request, response) => {
    response.setHeader('date', new Date(Date.now() + providerAheadMs).toUTCString());
    const endpoints = ['authorization_endpoint', 'token_endpoint', 'jwks_uri'].map((name) => [name, `${issuer}/x`]);
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ issuer, ...Object.fromEntries(endpoints) }));
  }).listen(0, '127.0.0.1');
  await once(provider, 'listening');
  issuer = `http://127.0.0.1:${(provider.address() as AddressInfo).port}`;
});
afterAll(async () => {
  provider.close();
  await rm(dir, { recursive: true });
});

const publicUrl = 'https://service.invalid';
const look = async (given: Record<string, unknown>) => {
  const found = await checkServers(loadCloudConfig({ overrides: { dataDir: dir, ...given }, env: {} }));
  return (what: string) => found.find((one) => one.what === what);
};
/** A certificate for `localhost` and `127.0.0.1` with so many days left. */
const certificateOf = async (name: string, days: number) => {
  const folder = join(dir, name);
  const made = await localCertificate(folder, ['localhost', '127.0.0.1'], Date.now() - (825 - days) * dayMs);
  return { ...made, certFile: join(folder, 'server.pem'), keyFile: join(folder, 'server.key') };
};

describe('kuluma doctor', () => {
  const signIn = (at: string) => ({
    messages: { publicUrl },
    signIn: { providers: [{ id: 'company', name: 'C', issuer: at, clientId: 'k', clientSecret: 's' }] },
  });

  it('finds each identity provider as a sign-in does, and says where that has to send people back', async () => {
    const said = await look(signIn(issuer));
    expect(said('sign-in company')).toMatchObject({ ok: true });
    expect(said('sign-in company')?.detail).toContain(`${publicUrl}/api/v1/sign-in/providers/company/return`);
    // Somebody else's document is not that of this address.
    const other = await look(signIn(issuer.replace('127.0.0.1', 'localhost')));
    expect(other('sign-in company')).toMatchObject({ ok: false, hint: expect.stringContaining('company') });
  });

  it('tells how far this clock is from that of whom it asks anyway', async () => {
    expect((await look(signIn(issuer)))('clocks')).toMatchObject({ ok: true });
    providerAheadMs = hourMs;
    const behind = (await look(signIn(issuer)))('clocks');
    providerAheadMs = 0;
    expect(behind).toMatchObject({ ok: false, hint: expect.stringContaining('NTP') });
    expect(behind?.detail).toMatch(/^this machine is 3\d{3}\.\d s behind sign-in company$/);
  });

  it('has keys for web push ready, and says when they cannot be read', async () => {
    expect((await look({}))('push')).toMatchObject({ ok: true, detail: expect.stringContaining('off') });
    const told = () => look({ messages: { publicUrl } });
    expect((await told())('push')).toMatchObject({ ok: true, detail: expect.stringContaining('keys are there') });
    await writeFile(join(dir, 'push', 'vapid.json'), '{}');
    expect((await told())('push')).toMatchObject({ ok: false, hint: expect.stringContaining('restore') });
  });

  it('warns weeks before a certificate ends, here and at the proxy, and of one that is for another name', async () => {
    const [old, fresh] = [await certificateOf('old', 10), await certificateOf('fresh', 400)];
    const files = ({ certFile, keyFile }: typeof old, more: object = {}) =>
      look({ tls: { kind: 'files', certFile, keyFile }, ...more });
    expect((await files(fresh))('tls')).toMatchObject({ ok: true });
    expect((await files(old))('tls')?.detail).toMatch(/lasts (9|10) days$/);
    expect((await files(old))('tls')).toMatchObject({ ok: false, hint: expect.stringContaining('replace') });
    expect((await files({ ...fresh, keyFile: old.keyFile }))('tls')).toMatchObject({ ok: false });
    expect((await files(fresh, { messages: { publicUrl } }))('tls')).toMatchObject({
      ok: false,
      detail: expect.stringContaining('service.invalid'),
    });
    expect((await files({ ...fresh, certFile: join(dir, 'none.pem') }))('tls')).toMatchObject({ ok: false });

    const proxy = createTlsServer({ cert: old.cert, key: old.key }).listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    const url = `https://localhost:${(proxy.address() as AddressInfo).port}`;
    expect((await look({ messages: { publicUrl: url } }))('proxy tls')).toMatchObject({ ok: false });
    proxy.close();
    // Who publishes pages need not reach them from inside.
    expect((await look({ messages: { publicUrl: url } }))('proxy tls')).toMatchObject({ ok: true });
  });
});

describe('the clock of a server that answers by HTTP', () => {
  const date = 'Mon, 23 Nov 2026 12:00:00 GMT';
  const atMs = Date.parse(date);
  it.each([
    ['within its second', atMs + 400, atMs + 600, 0],
    ['asked before and answered in it', atMs - 50, atMs + 10, 0],
    ['behind it', atMs - 5_000, atMs - 4_000, -4_000],
    ['ahead of it', atMs + 5_999, atMs + 6_100, 5_000],
  ])('is judged by what its header leaves open: %s', (_name, askedMs, answeredMs, aheadMs) => {
    expect(clockAheadOf(new Response(null, { headers: { date } }), askedMs, answeredMs)).toBe(aheadMs);
  });

  it('is not known where it tells none', () => {
    expect(clockAheadOf(new Response(null), 0, 1)).toBeUndefined();
  });
});
