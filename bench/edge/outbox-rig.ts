import { Forwarder } from '@kuluma/edge/forwarder.ts';
import { openLogOutbox } from '@kuluma/edge/outbox/log-outbox/log-outbox.ts';
import type { Outbox } from '@kuluma/edge/ports.ts';
import { mqttUplink } from '@kuluma/edge/uplink/mqtt-uplink.ts';
import { wallTimer } from '@kuluma/edge/wall-timer.ts';
import { seededRandom } from '@kuluma/shared/clock.ts';
import { type Id, newId } from '@kuluma/shared/model/base.ts';
import { parseTopic, topicOf } from '@kuluma/shared/model/topics.ts';
import { createLogger } from '@kuluma/shared/node/logger.ts';
import type { GatewayState } from '@kuluma/shared/wire/gateway-state.ts';
import { decodeLetter } from '@kuluma/shared/wire/letter.ts';
import { decodeRecord } from '@kuluma/shared/wire/record.ts';
import { connectAsync } from 'mqtt';

const random = seededRandom(4);
const organisationId = newId('organisation', random);
const gatewayId = newId('gateway', random);
const log = createLogger('bench', 'silent');

/** The outbox of an agent with the limits of its defaults; `now` is the time of the samples. */
export const openBenchOutbox = (
  dataDir: string,
  pointIds: readonly Id<'measurementPoint'>[],
  epoch: number,
  now: () => number,
): Promise<Outbox> => {
  const policy = { maxBytes: 3_000_000_000, maxAgeDays: 90, whenFull: 'dropOldest' } as const;
  return openLogOutbox({
    dataDir,
    gatewayId,
    pointIds,
    commitMs: 250,
    commitSamples: 1000,
    policies: { alarm: policy, live: policy, history: policy },
    epoch,
    time: { now, isTrusted: () => true, isProvisional: () => false },
    lastAliveMs: null,
    log,
  });
};

/** Moves the outbox to the broker at `url`. */
export const benchForwarder = (outbox: Outbox, url: string): Forwarder =>
  new Forwarder({
    outbox,
    uplink: mqttUplink({
      url,
      organisationId,
      gatewayId,
      token: 'x',
      connectTimeoutMs: 10_000,
      acknowledgedBy: 'broker',
      ackTimeoutMs: 60_000,
    }),
    timer: wallTimer,
    time: { restampOf: () => null, hearCloud: () => undefined },
    random,
    log,
    state: (online) => ({ online }) as GatewayState,
    onMessage: () => undefined,
  });

/** Asks the gateway for all that it has, as fast as it can. */
export const askForAll = async (url: string): Promise<void> => {
  const client = await connectAsync(url, { clientId: 'pace' });
  await client.publishAsync(topicOf(organisationId, gatewayId, 'pace'), '{"historySamplesPerS":1e9}', {
    qos: 1,
    retain: true,
  });
  await client.endAsync();
};

export interface Listener {
  /** When the gateway said that it is online, on the clock of `performance.now`. */
  readonly online: Promise<number>;
  stop(): Promise<void>;
}

/** Hears everything that the gateway publishes; `onLive` gets the times of the samples of each live record. */
export const listen = async (url: string, onLive: (sampledAtMs: Float64Array) => void): Promise<Listener> => {
  const client = await connectAsync(url, { clientId: 'listener', reconnectPeriod: 0 });
  const { promise: online, resolve } = Promise.withResolvers<number>();
  client.on('message', (topic, payload) => {
    const channel = parseTopic(topic)?.channel;
    if (channel === 'state') resolve(performance.now());
    if (channel !== 'live') return;
    const record = decodeRecord(decodeLetter(payload).record);
    if (record.kind === 'samples') onLive(record.samples.sampledAtMs);
  });
  await client.subscribeAsync(topicOf(organisationId, gatewayId, 'live').replace(/live$/, '+'), { qos: 1 });
  return { online, stop: () => client.endAsync(true) };
};

/** Feeds the outbox at the pace of the wall clock until `stop`. */
export const feedLive = (
  outbox: Outbox,
  quarter: (fromMs: number) => Parameters<Outbox['accept']>[0],
): (() => void) => {
  const timer = setInterval(() => outbox.accept(quarter(Date.now())), 250);
  return () => clearInterval(timer);
};
