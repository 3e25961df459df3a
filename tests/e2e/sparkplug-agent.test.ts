import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mqtt, { type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../free-port.ts';
import { needs } from '../services.ts';
import { type RunningMosquitto, startMosquitto } from '../start-mosquitto.ts';
import { Broker } from './edge-broker.ts';
import { CountingDevice, Ledger, type RunningAgent, runAgent, until, writeAgentConfig } from './edge-harness.ts';
import { decodeTheirs } from './foreign-node.ts';

const { skip, title } = needs('mosquitto', 'an agent with Sparkplug B hosts beside the cloud');
describe.skipIf(skip)(title, () => {
  const dir = mkdtempSync(join(tmpdir(), 'kuluma-sparkplug-agent-'));
  const device = new CountingDevice();
  const ledger = new Ledger();
  const cloud = new Broker(ledger);
  let hosts: RunningMosquitto;
  let host: MqttClient;
  let agent: RunningAgent | undefined;
  /** Values by message type, in their order. */
  const seen: { type: string; values: unknown[] }[] = [];
  const values = (type: string) => seen.filter((message) => message.type === type).flatMap((message) => message.values);

  beforeAll(async () => {
    hosts = await startMosquitto();
    host = await mqtt.connectAsync(hosts.url);
    host.on('message', (topic, payload) =>
      seen.push({
        type: topic.split('/')[2] ?? '',
        values: (decodeTheirs(payload).metrics ?? []).map(({ value }) => value),
      }),
    );
    await host.subscribeAsync('spBv1.0/#');
    const mqttPort = await freePort();
    await cloud.start(mqttPort);
    const file = await writeAgentConfig(dir, { devicePort: await device.start(), mqttPort, scanMs: 10 });
    const sparkplug = { url: hosts.url, group: 'plant', node: 'gw' };
    writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), sparkplug }));
    agent = await runAgent(file);
  });
  afterAll(async () => {
    await agent?.end('SIGKILL');
    await host?.endAsync(true);
    await cloud.stop();
    device.stop();
    await hosts?.stop();
    rmSync(dir, { recursive: true });
  });

  it('tells both what it reads', async () => {
    await until('data come', () => values('DDATA').length > 20 && ledger.values.length > 20);
    const told = values('DDATA') as number[];
    expect(told).toEqual(Array.from(told, (_, i) => (told[0] ?? 0) + i));
    expect(ledger.values).toEqual(ledger.values.map((_, i) => i));
    expect(seen.slice(0, 2).map(({ type }) => type)).toEqual(['NBIRTH', 'DBIRTH']);
  });

  it('loses nothing on the way to the cloud while the hosts hang', async () => {
    hosts.pause();
    const before = ledger.values.length;
    await until('the cloud gets more', () => ledger.values.length > before + 200);
    expect(ledger.values).toEqual(ledger.values.map((_, i) => i));
    hosts.resume();
    const told = values('DDATA').length;
    await until('the hosts get more', () => values('DDATA').length > told + 20);
  });

  it('is dead to the hosts when it is killed', async () => {
    await agent?.end('SIGKILL');
    agent = undefined;
    await until('its death is told', () => seen.at(-1)?.type === 'NDEATH');
  });
});
