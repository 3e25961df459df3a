import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Forwarder, type ForwarderTime } from '@kuluma/edge/forwarder.ts';
import { openLogOutbox } from '@kuluma/edge/outbox/log-outbox/log-outbox.ts';
import type { Outbox } from '@kuluma/edge/ports.ts';
import { type MqttUplinkOptions, mqttUplink } from '@kuluma/edge/uplink/mqtt-uplink.ts';
import { wallTimer } from '@kuluma/edge/wall-timer.ts';
import type { Sample } from '@kuluma/shared/model/sample.ts';
import { parseTopic, topicOf } from '@kuluma/shared/model/topics.ts';
import { createLogger } from '@kuluma/shared/node/logger.ts';
import type { GatewayState } from '@kuluma/shared/wire/gateway-state.ts';
import { keptOf } from '@kuluma/shared/wire/kept.ts';
import type { Pace } from '@kuluma/shared/wire/pace.ts';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { needs } from '../services.ts';
import { type RunningMosquitto, startMosquitto } from '../start-mosquitto.ts';
import { gatewayId, Ledger, organisationId, pointId, until } from './edge-harness.ts';

const { skip, title } = needs('mosquitto', 'the lanes of a gateway through mosquitto');
const log = createLogger('test', 'silent');
const sample = (value: number, sampledAtMs = 1_790_000_000_000 + value): Sample => ({
  pointId,
  sampledAtMs,
  value,
  quality: 'good',
});
const trusted: ForwarderTime = { restampOf: () => null, hearCloud: () => undefined };

describe.skipIf(skip)(title, () => {
  let dataDir = '';
  let broker: RunningMosquitto;
  let cloud: MqttClient;
  let ledger: Ledger;
  let outbox: Outbox;
  let forwarder: Forwarder | undefined;
  /** Lane and number of samples of what came, in order. */
  let heard: string[] = [];

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'kuluma-lanes-'));
    broker = await startMosquitto();
    ledger = new Ledger();
    heard = [];
    cloud = await connectAsync(broker.url, { clientId: 'cloud' });
    cloud.on('message', (topic, payload) => {
      const channel = parseTopic(topic)?.channel ?? '';
      if (channel === 'state') return;
      heard.push(channel);
      ledger.take(payload);
    });
    await cloud.subscribeAsync(
      (['alarm', 'live', 'history', 'state'] as const).map((channel) => topicOf(organisationId, gatewayId, channel)),
      { qos: 1 },
    );
  });
  afterEach(async () => {
    await forwarder?.stop();
    await outbox.close();
    await cloud.endAsync(true);
    await broker.stop();
    await rm(dataDir, { recursive: true });
  });

  const open = async (time = { now: () => Date.now(), isTrusted: () => true, isProvisional: () => false }) => {
    const policy = { maxBytes: 1e8, maxAgeDays: null, whenFull: 'dropOldest' } as const;
    outbox = await openLogOutbox({
      dataDir,
      gatewayId,
      pointIds: [pointId],
      commitMs: 0,
      commitSamples: 1000,
      policies: { alarm: policy, live: policy, history: policy },
      epoch: 1,
      time,
      lastAliveMs: null,
      log,
    });
  };
  const forward = async (
    time: ForwarderTime = trusted,
    acknowledged: Pick<MqttUplinkOptions, 'acknowledgedBy' | 'ackTimeoutMs'> = {
      acknowledgedBy: 'broker',
      ackTimeoutMs: 5000,
    },
  ) => {
    forwarder = new Forwarder({
      outbox,
      uplink: mqttUplink({
        url: broker.url,
        organisationId,
        gatewayId,
        token: 'any',
        connectTimeoutMs: 5000,
        ...acknowledged,
      }),
      timer: wallTimer,
      time,
      random: Math.random,
      log,
      state: (online) => ({ online }) as GatewayState,
      onMessage: () => undefined,
    });
    await forwarder.start();
  };
  const askFor = (pace: Pace, retain: boolean) =>
    cloud.publishAsync(topicOf(organisationId, gatewayId, 'pace'), JSON.stringify(pace), { qos: 1, retain });
  const backlogOf = async (count: number) => {
    for (let value = 0; value < count; value++) outbox.accept([sample(value)]);
    await outbox.flush();
  };

  it('brings new samples at once while a paced backlog trickles, and then the rest, each once', async () => {
    await open();
    await backlogOf(400);
    await askFor({ historySamplesPerS: 5 }, true);
    await forward();
    await until('the history trickles', () => heard.includes('history'));
    // What had left before the pace was heard is bounded by what may be under way.
    for (let value = 400; value < 410; value++) outbox.accept([sample(value)]);
    await until('the new samples are there', () => ledger.values.includes(409));
    expect(heard.filter((lane) => lane === 'live')).toHaveLength(10);
    expect(ledger.values.length).toBeLessThan(300);
    await askFor({ historySamplesPerS: null }, true);
    await until('all is there', () => ledger.values.length === 410);
    expect(ledger.values).toEqual(Array.from({ length: 410 }, (_, i) => i));
    await until('all is acknowledged', () => outbox.queue('live').records === 0);
    expect(ledger.received).toBe(410);
  });

  it('sends alarms before all that waits', async () => {
    await open();
    await backlogOf(50);
    const alarm = {
      pointId,
      rule: 'hot',
      state: 'raised',
      severity: 'alarm',
      occurredAtMs: 5,
      value: 9,
      limit: 8,
    } as const;
    outbox.acceptAlarms([alarm]);
    await outbox.flush();
    await forward();
    await until('all is there', () => heard.length === 51);
    expect(heard[0]).toBe('alarm');
  });

  it('keeps and repeats what the broker acknowledged until the cloud says that it has it', async () => {
    await open();
    for (const value of [0, 1]) {
      outbox.accept([sample(value)]);
      await outbox.flush();
    }
    await forward(trusted, { acknowledgedBy: 'cloud', ackTimeoutMs: 300 });
    // The second waits for the table that goes with the first.
    await until('the first came twice', () => heard.length >= 2);
    expect(outbox.queue('live').records).toBe(2);
    for (const seq of [0, 1]) {
      await until(`record ${seq} came`, () => ledger.values.includes(seq));
      await until(`record ${seq} is acknowledged`, async () => {
        const kept = JSON.stringify(keptOf([{ epoch: 1, class: 'live', seq }]));
        await cloud.publishAsync(topicOf(organisationId, gatewayId, 'kept'), kept, { qos: 1 });
        return outbox.queue('live').records === 1 - seq;
      });
    }
    expect(ledger.values).toEqual([0, 1]);
  });

  it('corrects times that nobody trusted once the cloud has told the time', async () => {
    await open({ now: () => 5000, isTrusted: () => false, isProvisional: () => true });
    outbox.accept([sample(1, 5000)]);
    await outbox.flush();
    let restampMs: number | undefined;
    await forward({
      restampOf: () => restampMs,
      hearCloud: (cloudMs) => {
        restampMs = cloudMs - 5000;
      },
    });
    // Retained, it says nothing of now.
    await askFor({ historySamplesPerS: null, nowMs: 7_000_000 }, true);
    await until('the gateway listens', async () => {
      await askFor({ historySamplesPerS: null, nowMs: 1_790_000_000_000 }, false);
      return ledger.values.length === 1;
    });
    expect(ledger.samples).toEqual([{ pointId, sampledAtMs: 1_790_000_000_000, value: 1, quality: 'uncertain' }]);
  });
});
