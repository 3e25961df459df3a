import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { otherNames } from '@kuluma/cloud/pipelines/refusal-tally.ts';
import type { TimeSeriesStore } from '@kuluma/cloud/ports.ts';
import { AppError } from '@kuluma/shared/errors.ts';
import type { Sample } from '@kuluma/shared/model/sample.ts';
import { type SampleClass, topicOf } from '@kuluma/shared/model/topics.ts';
import type { RecordKey } from '@kuluma/shared/wire/record.ts';
import type { MqttClient } from 'mqtt';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { someAssignment, someId } from '../contract/some-records.ts';
import { letterOf } from './letters.ts';
import { addPlant, connectGateway, type RunningIngest, startIngest, type TestPlant } from './start-ingest.ts';

const dir = mkdtempSync(join(tmpdir(), 'kuluma-refusals-'));
/** While true the time series store refuses, as one that is down. */
let storeDown = false;
const sometimesDown = (store: TimeSeriesStore): TimeSeriesStore =>
  new Proxy(store, {
    get(target, key) {
      if (key === 'write' && storeDown)
        return () => Promise.reject(new AppError('STORE_UNAVAILABLE', 'down for the test'));
      const value = Reflect.get(target, key);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });

let running: RunningIngest;
beforeAll(async () => {
  running = await startIngest(dir, { maxInboxBytes: 100_000 }, sometimesDown);
});
afterAll(async () => {
  await running.stop();
  rmSync(dir, { recursive: true });
});

let plant: TestPlant;
let client: MqttClient;
beforeEach(async () => {
  plant = await addPlant(running.records, 2);
  client = await connectGateway(running.ingest.url(), plant.gatewayId);
  client.on('error', () => {});
  return () => client.endAsync(true);
});

let nextSeq = 0;
const startedAtMs = Date.now();
const sample = (fields: Partial<Sample> = {}): Sample => ({
  pointId: plant.pointIds[0] as Sample['pointId'],
  sampledAtMs: startedAtMs - nextSeq++,
  value: 1,
  quality: 'good',
  ...fields,
});
const key = (fields: Partial<RecordKey> = {}): RecordKey => ({
  gatewayId: plant.gatewayId,
  epoch: 1,
  class: 'live',
  seq: nextSeq++,
  ...fields,
});
const publish = (payload: Uint8Array, channel: SampleClass | 'state' = 'live') =>
  client.publishAsync(topicOf(plant.organisationId, plant.gatewayId, channel), Buffer.from(payload), { qos: 1 });
const send = (samples: Sample[], fields: Partial<RecordKey> = {}, channel: SampleClass = 'live') =>
  publish(letterOf(key(fields), samples), channel);
const storedValues = async () => {
  await running.ingest.settled();
  const range = { organisationId: plant.organisationId, fromMs: 0, toMs: Date.now() * 2 };
  const all = await Promise.all(plant.pointIds.map((pointId) => running.timeSeries.read({ ...range, pointId })));
  return all
    .flat()
    .map((s) => s.value)
    .sort((a, b) => a - b);
};
const refusalsOf = (gatewayId: string = plant.gatewayId) =>
  Object.fromEntries(
    running.ingest
      .refusals()
      .filter((r) => r.gatewayId === gatewayId)
      .map((r) => [r.reason, [r.messages, r.samples]]),
  );

describe('what is wrong is counted and kept out, and the rest is stored', () => {
  it('acknowledges bytes that are no batch', async () => {
    await publish(Uint8Array.of(1, 2, 3));
    await publish(new Uint8Array());
    await send([sample({ value: 7 })]);
    expect(await storedValues()).toEqual([7]);
    expect(refusalsOf()).toEqual({ malformedPayload: [2, 0] });
  });

  it('takes the good samples of a batch out of the future, NaN and unknown points', async () => {
    await send([
      sample({ value: 1 }),
      sample({ sampledAtMs: Date.now() + 3_600_000 }),
      sample({ value: Number.NaN }),
      sample({ value: Number.POSITIVE_INFINITY }),
      sample({ pointId: someId('measurementPoint') }),
      sample({ value: 2, pointId: plant.pointIds[1] as Sample['pointId'] }),
    ]);
    expect(await storedValues()).toEqual([1, 2]);
    expect(refusalsOf()).toEqual({ fromTheFuture: [1, 1], notFinite: [1, 2], unknownPoint: [1, 1] });
  });

  it('takes the samples of a point from when it is assigned to when that ends, at once', async () => {
    const pointId = someId('measurementPoint');
    const fromMs = startedAtMs - 5000;
    const at = (ms: number) => sample({ pointId, value: ms, sampledAtMs: fromMs + ms });
    const stored = async () => {
      await running.ingest.settled();
      const range = { organisationId: plant.organisationId, pointId, fromMs: 0, toMs: Date.now() };
      return (await running.timeSeries.read(range)).map(({ value }) => value);
    };
    const assignment = someAssignment(plant.organisationId, pointId, plant.gatewayId, { fromMs, toMs: null });
    await running.records.transact((tx) => tx.insert('pointAssignment', assignment));
    await send([at(-1), at(0), at(100)]);
    expect(await stored()).toEqual([0, 100]);
    const ended = { ...assignment, period: { fromMs, toMs: fromMs + 200 } };
    await running.records.transact((tx) => tx.update('pointAssignment', ended));
    await send([at(199), at(200)]);
    expect(await stored()).toEqual([0, 100, 199]);
    expect(refusalsOf()).toEqual({ unknownPoint: [2, 2] });
  });

  it('refuses a letter of another gateway, and by a lane that is not its own', async () => {
    await send([sample()], { gatewayId: someId('gateway') });
    await send([sample(), sample()], { class: 'history' });
    await send([sample()], { class: 'live' }, 'alarm');
    await send([sample({ value: 3 })]);
    await send([sample({ value: 4 })], { class: 'live' }, 'history');
    expect(await storedValues()).toEqual([3, 4]);
    expect(refusalsOf()).toEqual({ foreignTopic: [3, 0] });
  });

  it('stores a batch once, however often it comes', async () => {
    const twice = letterOf(key(), [sample({ value: 4 })]);
    const before = running.ingest.counters();
    for (let i = 0; i < 3; i++) await publish(twice);
    expect(await storedValues()).toEqual([4]);
    const { duplicates, stored, batches } = running.ingest.counters();
    expect([batches - before.batches, stored - before.stored, duplicates - before.duplicates]).toEqual([3, 1, 2]);
  });
});

describe('a gateway is let in with its own token, to its own topics', () => {
  it.each([
    ['an unknown gateway', () => ({ clientId: 'x', username: someId('gateway') })],
    ['a wrong token', () => ({ password: 'wrong' })],
    ['no credentials', () => ({ username: '', password: '' })],
  ])('turns away %s', async (_, options) => {
    const { username, ...rest } = { username: plant.gatewayId as string, ...options() };
    const attempt = connectGateway(running.ingest.url(), plant.gatewayId, { username, ...rest });
    await expect(attempt).rejects.toMatchObject({ code: 4 });
    expect(refusalsOf(username || otherNames)).toMatchObject({ unknownGateway: [1, 0] });
  });

  it.each([someId('gateway'), ''])('turns away the client id "%s", which is not its own', async (clientId) => {
    const attempt = connectGateway(running.ingest.url(), plant.gatewayId, { clientId });
    await expect(attempt).rejects.toMatchObject({ code: 2 });
  });

  it('ends the connection of who publishes elsewhere', async () => {
    const closed = new Promise<void>((resolve) => client.once('close', () => resolve()));
    client.publish(topicOf(plant.organisationId, someId('gateway'), 'live'), letterOf(key(), [sample()]), {
      qos: 1,
    });
    await closed;
    expect(refusalsOf()).toEqual({ foreignTopic: [1, 0] });
  });

  it('ends the connection at a packet that is too long', async () => {
    const closed = new Promise<void>((resolve) => client.once('close', () => resolve()));
    client.publish(topicOf(plant.organisationId, plant.gatewayId, 'live'), Buffer.alloc(300 * 1024), { qos: 1 });
    await closed;
    expect(refusalsOf()).toEqual({});
  });

  it('grants its own channels down, and no other subscription', async () => {
    const pace = topicOf(plant.organisationId, plant.gatewayId, 'pace');
    expect(await client.subscribeAsync(pace)).toMatchObject([{ topic: pace, qos: 0 }]);
    const own = topicOf(plant.organisationId, plant.gatewayId, 'config');
    const others = ['#', own.replace(plant.gatewayId, '+'), `$share/a/${own}`, '$SYS/#'];
    others.push(topicOf(plant.organisationId, plant.gatewayId, 'live'));
    expect(await client.subscribeAsync(own, { qos: 1 })).toMatchObject([{ topic: own, qos: 1 }]);
    for (const topic of others) {
      const granted = client.subscribeAsync(topic, { qos: 1 }).then((g) => g[0]?.qos);
      await expect(
        granted.catch(() => 128),
        topic,
      ).resolves.toBe(128);
    }
  });
});

it('shows the last state of a gateway, and counts one that is none', async () => {
  const queue = { records: 0, bytes: 0, lagMs: 0 };
  const state = {
    v: 1,
    gatewayId: plant.gatewayId,
    online: true,
    agentVersion: '0.1.0',
    epoch: 1,
    reportedAtMs: Date.now(),
    outbox: {
      queues: { alarm: queue, live: queue, history: queue },
      dropped: { restart: 0, outboxFull: 0, diskFault: 0, aged: 0, damaged: 0 },
    },
    clock: { state: 'trusted', aheadMs: 0 },
    scanLateness: { p50Ms: 0, p99Ms: 0 },
    devices: [],
  };
  const ours = () => running.ingest.gatewayStates().filter((s) => s.gatewayId === plant.gatewayId);
  await publish(Buffer.from(JSON.stringify(state)), 'state');
  await publish(Buffer.from('{'), 'state');
  await publish(Buffer.from(JSON.stringify({ ...state, gatewayId: someId('gateway') })), 'state');
  await publish(Buffer.from(JSON.stringify({ ...state, online: false })), 'state');
  expect(ours()).toEqual([{ ...state, online: false }]);
  expect(refusalsOf()).toEqual({ malformedPayload: [1, 0], foreignTopic: [1, 0] });
});

it('loses nothing while the store is down, and stops acknowledging when the inbox is full', async () => {
  storeDown = true;
  const letters = Array.from({ length: 600 }, (_, n) => Array.from({ length: 100 }, (__, i) => Math.sin(100 * n + i)));
  let acked = 0;
  const sending = letters.map((values) =>
    send(values.map((value) => sample({ value }))).then(() => {
      acked++;
    }),
  );
  let before = -1;
  await expect
    .poll(
      () => {
        const isStill = acked === before;
        before = acked;
        return isStill && acked > 0;
      },
      { interval: 500, timeout: 20_000 },
    )
    .toBe(true);
  expect(acked).toBeLessThan(letters.length);
  expect(client.connected).toBe(true);
  storeDown = false;
  await Promise.all(sending);
  expect(await storedValues()).toEqual(letters.flat().sort((a, b) => a - b));
});
