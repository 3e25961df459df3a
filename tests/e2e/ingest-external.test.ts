import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Sample } from '@kuluma/shared/model/sample.ts';
import { topicOf } from '@kuluma/shared/model/topics.ts';
import { isKept, type Kept } from '@kuluma/shared/wire/kept.ts';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { someId } from '../contract/some-records.ts';
import { needs } from '../services.ts';
import { type RunningMosquitto, startMosquitto } from '../start-mosquitto.ts';
import { letterOf } from './letters.ts';
import { addPlant, type RunningIngest, startIngest, type TestPlant, token } from './start-ingest.ts';

const { skip, title } = needs('mosquitto', 'ingest behind a mosquitto with the access list of docs/operate.md');

const manual = readFileSync(join(import.meta.dirname, '../../docs/operate.md'), 'utf8');
const acl = /```\n(pattern write [^`]*)```/.exec(manual)?.[1] ?? '';

describe.skipIf(skip)(title, () => {
  const dir = mkdtempSync(join(tmpdir(), 'kuluma-external-'));
  let mosquitto: RunningMosquitto;
  let running: RunningIngest;
  let plant: TestPlant;
  let gateway: MqttClient;
  let nextSeq = 0;

  /** One start to make the plant, as the broker has to know its gateway; one behind the broker. */
  beforeAll(async () => {
    const first = await startIngest(dir);
    plant = await addPlant(first.records, 1);
    await first.stop();
    mosquitto = await startMosquitto((folder) => {
      const [passwords, list] = [join(folder, 'passwords'), join(folder, 'acl')];
      writeFileSync(passwords, '');
      writeFileSync(list, acl);
      for (const [user, password] of [
        [plant.gatewayId, token],
        ['kuluma', 'secret'],
      ] as const)
        execFileSync('/usr/bin/mosquitto_passwd', ['-b', passwords, user, password]);
      return ['user root', 'persistence false', `password_file ${passwords}`, `acl_file ${list}`];
    });
    running = await startIngest(dir, {
      mqtt: {
        ...{ kind: 'external', host: '', port: 0, share: 'ingest' },
        ...{ url: mosquitto.url, username: 'kuluma', password: 'secret' },
      },
    });
    const login = { username: plant.gatewayId, password: token };
    gateway = await connectAsync(mosquitto.url, { clientId: plant.gatewayId, ...login });
  });
  afterAll(async () => {
    await gateway.endAsync(true);
    await running.stop();
    await mosquitto.stop();
    rmSync(dir, { recursive: true });
  });

  const sampleOf = (value: number): Sample => ({
    pointId: plant.pointIds[0] as Sample['pointId'],
    sampledAtMs: Date.UTC(2026, 0, 1) + nextSeq,
    value,
    quality: 'good',
  });
  const letter = (value: number) =>
    letterOf({ gatewayId: plant.gatewayId, epoch: 1, class: 'live', seq: nextSeq++ }, [sampleOf(value)]);
  const send = (value: number, topic = topicOf(plant.organisationId, plant.gatewayId, 'live')) =>
    gateway.publishAsync(topic, letter(value), { qos: 1 });
  const values = async (): Promise<number[]> => {
    await running.ingest.settled();
    const range = { organisationId: plant.organisationId, fromMs: 0, toMs: Date.now() };
    const samples = await running.timeSeries.read({ ...range, pointId: plant.pointIds[0] as Sample['pointId'] });
    return samples.map(({ value }) => value);
  };

  it('stores what a gateway publishes', async () => {
    // Until the service has its sessions the broker has nobody to give messages to, and drops them.
    const arrives = async () => {
      await send(0);
      return values();
    };
    await expect.poll(arrives, { timeout: 20_000 }).toContain(0);
    for (const value of [1, 2, 3]) await send(value);
    await expect.poll(async () => (await values()).slice(-3)).toEqual([1, 2, 3]);
  });

  it('counts a letter under the topic of another organisation, and does not store it', async () => {
    await send(9, topicOf(someId('organisation'), plant.gatewayId, 'live'));
    await expect.poll(() => running.ingest.refusals()).toMatchObject([{ reason: 'foreignTopic', messages: 1 }]);
    expect(await values()).not.toContain(9);
  });

  it('tells the gateway which records are on its disk, and tells it again', async () => {
    const heard: Kept[] = [];
    gateway.on('message', (_, payload) => heard.push(JSON.parse(payload.toString()) as Kept));
    await gateway.subscribeAsync(topicOf(plant.organisationId, plant.gatewayId, 'kept'), { qos: 1 });
    for (let times = 1; times <= 2; times++) {
      const seq = nextSeq;
      await send(times);
      nextSeq = seq;
      const isTold = (kept: Kept) => isKept(kept, { epoch: 1, class: 'live', seq });
      await expect.poll(() => heard.filter(isTold)).toHaveLength(times);
    }
    nextSeq++;
    gateway.removeAllListeners('message');
  });

  it('tells the gateway its pace', async () => {
    const topic = topicOf(plant.organisationId, plant.gatewayId, 'pace');
    const heard = new Promise((resolve) => {
      gateway.on('message', (of, payload) => of === topic && resolve(JSON.parse(payload.toString())));
    });
    await gateway.subscribeAsync(topic);
    await running.ingest.send(plant, 'pace', JSON.stringify({ historySamplesPerS: null }), true);
    expect(await heard).toEqual({ historySamplesPerS: null });
  });
});
