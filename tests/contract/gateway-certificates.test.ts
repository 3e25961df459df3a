import { randomUUID, X509Certificate } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { certifyGateway } from '@kuluma/cloud/adapters/local-certificates/certify-gateway.ts';
import { localAuthority } from '@kuluma/cloud/adapters/local-certificates/local-certificates.ts';
import { gatewayAuthorityOf, servedCertificates } from '@kuluma/cloud/certificate.ts';
import { loadCloudConfig } from '@kuluma/cloud/config.ts';
import { buildApp } from '@kuluma/cloud/http/app.ts';
import type { App } from '@kuluma/cloud/http/fastify-app.ts';
import { createIngest, type Ingest } from '@kuluma/cloud/ingest.ts';
import { GatewayPoints } from '@kuluma/cloud/pipelines/gateway-points.ts';
import { answerRequest } from '@kuluma/cloud/pipelines/renew-certificates.ts';
import { enrol } from '@kuluma/edge/enrol.ts';
import { askIdentity, IdentityKeeper } from '@kuluma/edge/identity.ts';
import { mqttUplink } from '@kuluma/edge/uplink/mqtt-uplink.ts';
import type { Id } from '@kuluma/shared/model/base.ts';
import { gapReasons } from '@kuluma/shared/model/gateway-reports.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { setUpPaths } from '@kuluma/shared/model/set-up-paths.ts';
import { topicOf } from '@kuluma/shared/model/topics.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import { type EnrolmentView, gatewayFiles } from '@kuluma/shared/model/views/enrolment.ts';
import { createLogger } from '@kuluma/shared/node/logger.ts';
import { secureRandom } from '@kuluma/shared/node/secure-random.ts';
import type { GatewayState } from '@kuluma/shared/wire/gateway-state.ts';
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWorld, type Tenant, type World } from './http-world.ts';

/** Gateways that show a certificate, over real TLS: enrolment, what opens, what ends, and how it is renewed. */

const log = createLogger('test', 'silent');
let world: World;
let ours: Tenant;
let dir: string;
let app: App;
let service: string;
let ingest: Ingest;
let siteId: Id<'site'>;
const deps = () => {
  const env = { KULUMA_CLOUD_DATA_DIR: dir, KULUMA_CLOUD_TLS__KIND: 'local', KULUMA_CLOUD_MQTT__PORT: '0' };
  const config = loadCloudConfig({ env });
  return { config, authority: gatewayAuthorityOf(config), certificates: servedCertificates(config, log) };
};

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'kuluma-mtls-'));
  world = await createWorld();
  ours = await world.tenant({ machines: 1, technicians: 1 });
  siteId = (await world.records.list('site', ours.organisationId))[0]?.id as Id<'site'>;
  const { config, authority, certificates } = deps();
  app = await buildApp({ ...world.deps, gatewayAuthority: authority });
  service = await app.listen({ host: '127.0.0.1', port: 0 });
  const points = new GatewayPoints(world.records);
  const { timeSeries, records } = world;
  const clock = { now: Date.now, rate: 1 };
  const send = (to: { organisationId: Id<'organisation'>; gatewayId: Id<'gateway'> }, payload: string) =>
    ingest.send(to, 'certificate', payload, false);
  ingest = createIngest({
    ...{ records, timeSeries, points, clock, random: secureRandom, log, dataDir: dir, mqtt: config.mqtt, certificates },
    stated: (gateway, state) => void answerRequest({ records, authority, send }, gateway, state),
  });
  await ingest.start(new AbortController().signal);
});
afterAll(async () => {
  await ingest.stop();
  await app.close();
  await world.stop();
  await rm(dir, { recursive: true, force: true });
});

const newGateway = (): Promise<Id<'gateway'>> =>
  world.add(ours.organisationId, 'gateway', { siteId, name: 'Hall', tokenHash: '0'.repeat(64) });
const gatewayOf = async (gatewayId: string) => (await world.records.findGateway(gatewayId)) as RecordOf<'gateway'>;
const enrolled = async (gatewayId: Id<'gateway'>) => {
  const folder = await mkdtemp(join(dir, 'gateway-'));
  const path = setUpPaths.enrolment(ours.organisationId, gatewayId);
  const { code } = (await ours.planner.post(path, { idempotencyKey: randomUUID() })).body as EnrolmentView;
  const view = await enrol({ service, code: code ?? '', out: join(folder, 'gateway.yaml') });
  const identityFile = join(folder, gatewayFiles.identity);
  const ca = await readFile(join(folder, gatewayFiles.authority), 'utf8');
  return { view, folder, identityFile, pem: await readFile(identityFile, 'utf8'), ca };
};
const connect = (clientId: string, pem: string | undefined, ca: string, more: IClientOptions = {}) =>
  mqtt.connectAsync(ingest.url(), {
    ...{ clientId, ca, reconnectPeriod: 0, connectTimeout: 5000 },
    ...(pem ? { cert: pem, key: pem } : {}),
    ...more,
  });
const ended = (client: MqttClient) => {
  client.on('error', () => undefined);
  let wasIn = client.connected;
  client.once('connect', () => {
    wasIn = true;
  });
  return new Promise<boolean>((resolve) => client.once('close', () => resolve(wasIn)));
};

describe('a gateway with a certificate', () => {
  it('made its key itself, for its user alone, and has no token', async () => {
    const gatewayId = await newGateway();
    const { view, folder, identityFile, pem } = await enrolled(gatewayId);
    expect(view.token).toBeNull();
    expect(view.certificate).not.toContain('KEY');
    expect(new X509Certificate(pem).subject).toBe(`CN=${gatewayId}`);
    expect((await stat(identityFile)).mode & 0o077).toBe(0);
    const yaml = await readFile(join(folder, 'gateway.yaml'), 'utf8');
    expect(yaml).toContain(`identityFile: ${gatewayFiles.identity}`);
    expect(yaml).not.toContain('token');
    const kept = await gatewayOf(gatewayId);
    expect(kept.tokenHash).toBe('0'.repeat(64));
    expect(kept.certificates?.map(({ pem: public_ }) => public_.includes('PRIVATE'))).toEqual([false]);
  });

  it('is who its certificate says, whatever else it says', async () => {
    const [gatewayId, other] = [await newGateway(), await newGateway()];
    const { pem, ca } = await enrolled(gatewayId);
    const client = await connect(gatewayId, pem, ca);
    await client.publishAsync(topicOf(ours.organisationId, gatewayId, 'state'), '{}', { qos: 1 });
    const gone = ended(client);
    client.publish(topicOf(ours.organisationId, other, 'state'), '{}', { qos: 1 });
    await gone;
    await expect(connect(other, pem, ca, { username: other })).rejects.toThrow(/Bad username or password/);
    await expect(connect(other, pem, ca)).rejects.toThrow(/Identifier rejected/);
  });

  it('hears its own channels down and no others', async () => {
    const [gatewayId, other] = [await newGateway(), await newGateway()];
    const { pem, ca } = await enrolled(gatewayId);
    const client = await connect(gatewayId, pem, ca);
    const granted = async (topic: string) => (await client.subscribeAsync(topic).catch(() => [{ qos: 128 }]))[0]?.qos;
    expect(await granted(topicOf(ours.organisationId, gatewayId, 'config'))).toBe(0);
    for (const topic of [topicOf(ours.organisationId, other, 'config'), 'kuluma/v1/#', '+/+/+/+/config'])
      expect(await granted(topic), topic).toBe(128);
    await client.endAsync();
  });

  it('is out at once when it is ended or given a token, also where it is connected', async () => {
    const gatewayId = await newGateway();
    const first = await enrolled(gatewayId);
    const client = await connect(gatewayId, first.pem, first.ca);
    const gone = ended(client);
    const act = async (path: string) => {
      const { version } = await gatewayOf(gatewayId);
      const command = { idempotencyKey: randomUUID() };
      expect((await ours.planner.post(path, command, { 'if-match': `"${version}"` })).status).toBe(200);
    };
    await act(setUpPaths.token(ours.organisationId, gatewayId));
    await gone;
    const refused = (pem: string) => expect(connect(gatewayId, pem, first.ca)).rejects.toThrow(/Bad username/);
    await refused(first.pem);
    const second = await enrolled(gatewayId);
    const again = await connect(gatewayId, second.pem, first.ca);
    const goneAgain = ended(again);
    await act(setUpPaths.end(ours.organisationId, 'gateways', gatewayId));
    await goneAgain;
    await refused(second.pem);
    await act(setUpPaths.resume(ours.organisationId, 'gateways', gatewayId));
    await refused(second.pem);
  });

  it('is not let in by what is public of it, nor by what others certify', async () => {
    const gatewayId = await newGateway();
    const { pem, ca } = await enrolled(gatewayId);
    const { certificates = [] } = await gatewayOf(gatewayId);
    const login = { username: gatewayId };
    const passwords = ['', certificates[0]?.fingerprint ?? '', new X509Certificate(pem).raw];
    for (const password of passwords)
      await expect(connect(gatewayId, undefined, ca, { ...login, password })).rejects.toThrow(/Bad username/);
    const stranger = await localAuthority(await mkdtemp(join(dir, 'stranger-')), Date.now());
    const asked = await askIdentity(gatewayId);
    const forged = await certifyGateway(stranger, asked.request, gatewayId, Date.now());
    const unknown = await certifyGateway(
      await localAuthority(join(dir, 'tls'), Date.now()),
      asked.request,
      gatewayId,
      Date.now(),
    );
    const past = await certifyGateway(
      await localAuthority(join(dir, 'tls'), Date.now()),
      asked.request,
      gatewayId,
      Date.now() - 400 * dayMs,
    );
    for (const one of [forged, unknown, past]) {
      const identity = `${one.pem}\n${asked.key}`;
      const options = {
        clientId: gatewayId,
        username: gatewayId,
        ca,
        cert: identity,
        key: identity,
        reconnectPeriod: 0,
      };
      const client = mqtt.connect(ingest.url(), options);
      // A broken signature ends the connection before anything is said.
      expect(await ended(client)).toBe(false);
    }
    const gateway = await gatewayOf(gatewayId);
    await world.records.transact((tx) => tx.update('gateway', { ...gateway, certificates: [past] }));
    await expect(connect(gatewayId, `${past.pem}\n${asked.key}`, ca)).rejects.toThrow(/Bad username/);
  });

  it('asks for the next one when a third is left, and the one before ends when that is used', async () => {
    const gatewayId = await newGateway();
    const { identityFile, pem, ca } = await enrolled(gatewayId);
    let aheadMs = 0;
    const keeper = new IdentityKeeper({ file: identityFile, gatewayId, wallNow: () => Date.now() + aheadMs, log });
    await keeper.start();
    expect(keeper.request).toBeUndefined();
    await keeper.stop();
    aheadMs = 300 * dayMs;
    await keeper.start();
    await keeper.stop();
    const uplink = mqttUplink({
      ...{
        url: ingest.url(),
        organisationId: ours.organisationId,
        gatewayId,
        identity: () => keeper.pem,
        authority: ca,
      },
      ...{ connectTimeoutMs: 5000, acknowledgedBy: 'broker', ackTimeoutMs: 5000 },
    });
    const heard: Promise<void>[] = [];
    const session = await uplink.connect(new Uint8Array(), new AbortController().signal, ({ channel, payload }) => {
      if (channel === 'certificate') heard.push(keeper.offer(payload));
    });
    const state: GatewayState = {
      ...{ v: 1, gatewayId, online: true, agentVersion: '1', epoch: 1, reportedAtMs: Date.now(), devices: [] },
      outbox: { queues: {} as GatewayState['outbox']['queues'], dropped: {} as GatewayState['outbox']['dropped'] },
      ...{ clock: { state: 'trusted', aheadMs: 0 }, scanLateness: { p50Ms: 0, p99Ms: 0 } },
    };
    const none = { records: 0, bytes: 0, lagMs: 0 };
    state.outbox.queues = { alarm: none, live: none, history: none };
    state.outbox.dropped = Object.fromEntries([...gapReasons].map((reason) => [reason, 0])) as never;
    const ask = () =>
      session.send('state', new TextEncoder().encode(JSON.stringify({ ...state, certificateRequest: keeper.request })));
    await expect
      .poll(async () => {
        await ask();
        return keeper.request;
      })
      .toBeUndefined();
    await Promise.all(heard);
    const renewed = await readFile(identityFile, 'utf8');
    expect(renewed).toBe(keeper.pem);
    expect(renewed).not.toBe(pem);
    expect((await stat(identityFile)).mode & 0o077).toBe(0);
    expect((await gatewayOf(gatewayId)).certificates).toHaveLength(2);
    await session.end();
    for (const usable of [pem, renewed]) await (await connect(gatewayId, usable, ca)).endAsync();
    await expect(connect(gatewayId, pem, ca)).rejects.toThrow(/Bad username/);
    expect((await gatewayOf(gatewayId)).certificates).toHaveLength(1);
  });

  it('gets none over the link where it signs in by a token, nor after it was shut out', async () => {
    const gatewayId = await newGateway();
    const { request } = await askIdentity(gatewayId);
    const sent: string[] = [];
    const ask = () =>
      answerRequest(
        { records: world.records, authority: deps().authority, send: async (_, payload) => void sent.push(payload) },
        { organisationId: ours.organisationId, gatewayId },
        { certificateRequest: request } as GatewayState,
      );
    await ask();
    expect(sent).toEqual([]);
    await enrolled(gatewayId);
    await Promise.all([ask(), ask()]);
    expect(new Set(sent).size).toBe(1);
    expect((await gatewayOf(gatewayId)).certificates).toHaveLength(2);
  });
});

describe('a certificate of the servers', () => {
  it('is shown anew when its files change, open connections go on, and a broken one is not taken', async () => {
    const files = await mkdtemp(join(dir, 'files-'));
    const [certFile, keyFile] = [join(files, 'server.pem'), join(files, 'server.key')];
    const { localCertificate } = await import('@kuluma/cloud/adapters/local-certificates/local-certificates.ts');
    const put = async (names: string[]) => {
      const made = await localCertificate(await mkdtemp(join(dir, 'own-')), names, Date.now());
      await writeFile(certFile, made.cert);
      await writeFile(keyFile, made.key);
      return made.cert;
    };
    await put(['one.example']);
    const env = { KULUMA_CLOUD_DATA_DIR: dir, KULUMA_CLOUD_TLS__KIND: 'files' };
    const config = loadCloudConfig({
      env: { ...env, KULUMA_CLOUD_TLS__CERT_FILE: certFile, KULUMA_CLOUD_TLS__KEY_FILE: keyFile },
    });
    const certificates = servedCertificates(config, log);
    await certificates.start(new AbortController().signal);
    const told: string[] = [];
    certificates.onChange(({ cert }) => told.push(cert));
    await certificates.current();
    await writeFile(keyFile, 'no key');
    process.emit('SIGHUP');
    const next = await put(['two.example']);
    process.emit('SIGHUP');
    await expect.poll(() => told).toEqual([next]);
    expect((await certificates.current())?.cert).toBe(next);
    await certificates.stop();
  });
});
