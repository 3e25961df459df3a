import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { get } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Certificates } from '@kuluma/cloud/access-ports.ts';
import { AedesBroker } from '@kuluma/cloud/adapters/broker-aedes/aedes-broker.ts';
import { localCertificate } from '@kuluma/cloud/adapters/local-certificates/local-certificates.ts';
import { createHttpServer } from '@kuluma/cloud/http/server.ts';
import { seededRandom } from '@kuluma/shared/clock.ts';
import { newId } from '@kuluma/shared/model/base.ts';
import { topicOf } from '@kuluma/shared/model/topics.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import { createLogger } from '@kuluma/shared/node/logger.ts';
import mqtt from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWorld, type World } from './http-world.ts';

let dir: string;
let ca: string;
const names = ['service.example', 'localhost', '127.0.0.1'];
const certificate = () => localCertificate(dir, names, Date.now());
const certificates: Certificates = { current: certificate, onChange: () => undefined };

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'kuluma-tls-'));
  await certificate();
  ca = await readFile(join(dir, 'ca.pem'), 'utf8');
});
afterAll(() => rm(dir, { recursive: true, force: true }));

describe('the local certificate', () => {
  it('stays from start to start, its keys for the user of the service alone', async () => {
    expect(await certificate()).toEqual(await certificate());
    for (const key of ['ca.key', 'server.key']) expect((await stat(join(dir, key))).mode & 0o077).toBe(0);
  });

  it('is issued anew by the same authority for other names, and before it ends', async () => {
    const other = await mkdtemp(join(dir, 'other-'));
    const first = await localCertificate(other, ['a.example'], Date.now());
    const authority = await readFile(join(other, 'ca.pem'), 'utf8');
    const second = await localCertificate(other, ['a.example', 'b.example'], Date.now());
    expect(second.cert).not.toBe(first.cert);
    const later = Date.now() + 740 * dayMs;
    const third = await localCertificate(other, ['a.example', 'b.example'], later);
    expect(third.cert).not.toBe(second.cert);
    expect(await localCertificate(other, ['b.example'], later)).toEqual(third);
    expect(await readFile(join(other, 'ca.pem'), 'utf8')).toBe(authority);
  });
});

describe('over TLS', () => {
  let world: World;
  beforeAll(async () => {
    world = await createWorld();
  });
  afterAll(() => world.stop());

  it('pages answer whoever trusts the authority and calls them by their name, and nobody else', async () => {
    const server = createHttpServer({ host: '127.0.0.1', port: 0, certificates }, world.deps);
    await server.start(new AbortController().signal);
    const reach = (options: object): Promise<IncomingMessage> =>
      new Promise((resolve, reject) => {
        const at = { host: '127.0.0.1', port: server.port(), path: '/healthz', agent: false };
        get({ ...at, ...options }, (reply) => resolve(reply.resume())).on('error', reject);
      });
    const ask = async (options: object): Promise<number | undefined> => (await reach(options)).statusCode;
    expect(await ask({ ca })).toBe(200);
    // Browsers come back over TLS alone (RFC 6797); in the clear nothing is promised.
    expect((await reach({ ca })).headers['strict-transport-security']).toBe('max-age=31536000');
    expect((await world.app.inject({ url: '/healthz' })).headers['strict-transport-security']).toBeUndefined();
    expect(await ask({ ca, servername: 'service.example' })).toBe(200);
    await expect(ask({})).rejects.toThrow(/self-signed|unable to verify/);
    await expect(ask({ ca, servername: 'other.example' })).rejects.toThrow(/does not match/);
    await expect(ask({ ca, maxVersion: 'TLSv1.1', minVersion: 'TLSv1' })).rejects.toThrow();
    await expect(fetch(`http://127.0.0.1:${server.port()}/healthz`)).rejects.toThrow();
    await server.stop();
  });

  it('gateways publish, and who does not trust the authority says nothing', async () => {
    const random = seededRandom(2);
    const gateway = {
      organisationId: newId('organisation', random),
      gatewayId: newId('gateway', random),
      wayIn: '',
    };
    let taken = 0;
    const handlers = {
      ...{ identify: async () => gateway, find: async () => undefined, takeFromNode: async () => undefined },
      ...{ trespassed: () => undefined, subscribed: () => undefined, take: async () => void taken++ },
    };
    const options = { host: '127.0.0.1', port: 0, certificates };
    const broker = new AedesBroker(options, handlers, createLogger('test', 'silent'));
    await broker.start();
    expect(broker.url()).toMatch(/^mqtts:/);
    const login = { clientId: gateway.gatewayId, username: gateway.gatewayId, password: 'p', reconnectPeriod: 0 };
    const client = await mqtt.connectAsync(broker.url(), { ...login, ca });
    const live = topicOf(gateway.organisationId, gateway.gatewayId, 'live');
    for (let n = 0; n < 20; n++) await client.publishAsync(live, Buffer.alloc(20_000, n), { qos: 1 });
    expect(taken).toBe(20);
    await client.endAsync();
    const stranger = mqtt.connect(broker.url(), login);
    const error = await new Promise<Error>((resolve) => stranger.once('error', resolve));
    expect(error.message).toMatch(/self-signed|unable to verify/);
    await stranger.endAsync(true);
    await broker.stop();
  });
});
