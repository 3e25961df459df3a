import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mqttUplink } from '@kuluma/edge/uplink/mqtt-uplink.ts';
import { columnsOf } from '@kuluma/shared/model/sample.ts';
import { encodeLetter, tableIdOf } from '@kuluma/shared/wire/letter.ts';
import { encodeRecord } from '@kuluma/shared/wire/record.ts';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { freePort } from '../free-port.ts';
import { needs, serviceAt } from '../services.ts';
import { Broker } from './edge-broker.ts';
import { gatewayId, Ledger, organisationId, pointId, until } from './edge-harness.ts';

const { pointIds, ...columns } = columnsOf([{ pointId, sampledAtMs: 1, value: 1, quality: 'good' }]);
const tableId = tableIdOf(pointIds);
const payload = encodeLetter({
  record: encodeRecord({
    key: { gatewayId, epoch: 1, class: 'live', seq: 0 },
    kind: 'samples',
    samples: { ...columns, tableId },
  }),
  tables: [{ tableId, pointIds }],
  restampMs: null,
});
const will = new TextEncoder().encode(JSON.stringify({ online: false }));
const { signal } = new AbortController();
const onMessage = () => undefined;

describe('the MQTT uplink', () => {
  const ledger = new Ledger();
  let broker: Broker;
  let port = 0;
  beforeEach(async () => {
    port = await freePort();
    broker = new Broker(ledger);
    await broker.start(port);
  });
  afterEach(() => broker.stop());

  const uplink = (over: object = {}) =>
    mqttUplink({
      url: `mqtt://127.0.0.1:${port}`,
      organisationId,
      gatewayId,
      token: 'secret',
      connectTimeoutMs: 5000,
      acknowledgedBy: 'broker',
      ackTimeoutMs: 5000,
      ...over,
    });

  it('resolves a send when the broker has acknowledged it, and ends without its will', async () => {
    const session = await uplink().connect(will, signal, onMessage);
    await session.send('live', payload);
    expect(ledger.values).toEqual([1]);
    await session.end();
    await session.closed;
    expect(broker.states).toEqual([]);
  });

  it('tells a broker that refuses the token from one that is not there', async () => {
    await expect(uplink({ token: 'wrong' }).connect(will, signal, onMessage)).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    await broker.stop();
    await expect(uplink().connect(will, signal, onMessage)).rejects.toMatchObject({ code: 'LINK_DOWN' });
  });

  it('rejects what was on its way when the connection ended, and what is sent after', async () => {
    const session = await uplink().connect(will, signal, onMessage);
    broker.isSilent = true;
    const sent = session.send('live', payload);
    const rejected = expect(sent).rejects.toMatchObject({ code: 'LINK_DOWN' });
    await broker.stop();
    await rejected;
    await session.closed;
    await expect(session.send('live', payload)).rejects.toMatchObject({ code: 'LINK_DOWN' });
    await session.end();
  });

  it('gives up a session in which nothing is acknowledged, and the broker then publishes the will', async () => {
    const session = await uplink({ ackTimeoutMs: 50 }).connect(will, signal, onMessage);
    broker.isSilent = true;
    await expect(session.send('live', payload)).rejects.toMatchObject({ code: 'LINK_DOWN' });
    await session.closed;
    await until('the will is out', () => broker.states.length > 0);
    expect(broker.states).toEqual([{ online: false }]);
  });
});

const { skip, title } = needs('mosquitto', 'the MQTT uplink at mosquitto');

describe.skipIf(skip)(title, () => {
  let dir = '';
  let port = 0;
  let mosquitto: ChildProcess;
  let cloud: MqttClient | undefined;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'kuluma-uplink-'));
    port = await freePort();
    await writeFile(join(dir, 'conf'), `listener ${port} 127.0.0.1\nallow_anonymous true\n`);
    mosquitto = spawn(serviceAt('mosquitto') ?? '', ['-c', join(dir, 'conf')], { stdio: 'ignore' });
    await until('mosquitto listens', async () => {
      cloud = await connectAsync(`mqtt://127.0.0.1:${port}`, { reconnectPeriod: 0 }, false).catch(() => undefined);
      return cloud !== undefined;
    });
  });
  afterAll(async () => {
    await cloud?.endAsync(true);
    mosquitto.kill();
    await once(mosquitto, 'exit');
    await rm(dir, { recursive: true });
  });
  const connect = () =>
    mqttUplink({
      url: `mqtt://127.0.0.1:${port}`,
      organisationId,
      gatewayId,
      token: 'any',
      connectTimeoutMs: 5000,
      acknowledgedBy: 'broker',
      ackTimeoutMs: 5000,
    }).connect(will, signal, onMessage);

  it('takes no acknowledgement for one as long as the cloud does not listen', async () => {
    const session = await connect();
    await expect(session.send('live', payload)).rejects.toMatchObject({ code: 'LINK_DOWN' });
    await session.send('state', will, { retain: true });
    await cloud?.subscribeAsync(`kuluma/v1/${organisationId}/+/live`, { qos: 1 });
    await session.send('live', payload);
    await session.end();
  });
});
