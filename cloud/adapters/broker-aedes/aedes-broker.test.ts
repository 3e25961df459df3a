import { once } from 'node:events';
import { connect } from 'node:net';
import { seededRandom } from '@kuluma/shared/clock.ts';
import { newId } from '@kuluma/shared/model/base.ts';
import { topicOf } from '@kuluma/shared/model/topics.ts';
import { createLogger } from '@kuluma/shared/node/logger.ts';
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { GatewayMessage } from '../../broker-ports.ts';
import { AedesBroker } from './aedes-broker.ts';

const random = seededRandom(5);
const gateway = {
  organisationId: newId('organisation', random),
  gatewayId: newId('gateway', random),
  wayIn: 'a'.repeat(64),
};
const liveTopic = topicOf(gateway.organisationId, gateway.gatewayId, 'live');

let taken: GatewayMessage[];
/** What becomes of the messages in order; those beyond are taken. */
let outcomes: (() => Promise<void>)[];
let subscriptions: number;
/** Looking a gateway up takes until then. */
let identifying: Promise<void>;
/** How many were looked up. */
let asked: number;
let broker: AedesBroker;

beforeEach(async () => {
  [taken, outcomes, subscriptions, asked] = [[], [], 0, 0];
  identifying = Promise.resolve();
  const handlers = {
    identify: async () => {
      asked++;
      await identifying;
      return gateway;
    },
    find: async () => undefined,
    trespassed: () => undefined,
    subscribed: () => void subscriptions++,
    takeFromNode: async () => undefined,
    take: async (message: GatewayMessage) => {
      taken.push(message);
      await outcomes.shift()?.();
    },
  };
  const options = { host: '127.0.0.1', port: 0, maxPacketBytes: 100_000 };
  broker = new AedesBroker(options, handlers, createLogger('test', 'silent'));
  await broker.start();
});
afterEach(() => broker.stop());

const connectGateway = (options: IClientOptions = {}): Promise<MqttClient> =>
  mqtt.connectAsync(broker.url(), {
    clientId: gateway.gatewayId,
    username: gateway.gatewayId,
    password: 'p',
    reconnectPeriod: 0,
    ...options,
  });
const gate = () => {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
};

it('ends an open connection once its token opens nothing any more, and that one only', async () => {
  const client = await connectGateway();
  expect(broker.connected()).toEqual([gateway]);
  broker.dismiss(gateway.gatewayId, ['c'.repeat(64), gateway.wayIn]);
  await client.publishAsync(liveTopic, 'still in', { qos: 1 });
  const ended = new Promise<void>((resolve) => client.once('close', () => resolve()));
  broker.dismiss(gateway.gatewayId, ['b'.repeat(64)]);
  await ended;
  expect(taken).toHaveLength(1);
  expect(broker.connected()).toEqual([]);
});

it('lets nobody in whose token was taken away while it was looked up', async () => {
  const { open, opened } = gate();
  identifying = opened;
  const refused = expect(connectGateway()).rejects.toThrow(/Server unavailable/);
  await expect.poll(() => asked).toBe(1);
  broker.dismiss(gateway.gatewayId, ['b'.repeat(64)]);
  open();
  await refused;
});

it('stops although a connection never said who it is', async () => {
  const socket = connect(Number(new URL(broker.url()).port), '127.0.0.1');
  await once(socket, 'connect');
  const ended = once(socket, 'close');
  await broker.stop();
  await ended;
});

it.each([0, 1, 2] as const)('takes what comes at QoS %i as it came', async (qos) => {
  const client = await connectGateway();
  const payloads = [Buffer.from([]), Buffer.from([1, 2, 3]), Buffer.alloc(90_000, 7)];
  for (const payload of payloads) await client.publishAsync(liveTopic, payload, { qos });
  await expect.poll(() => taken.length).toBe(payloads.length);
  expect(taken.map(({ payload }) => Buffer.from(payload))).toEqual(payloads);
  expect(taken.map(({ channel, gatewayId }) => ({ channel, gatewayId }))).toEqual(
    payloads.map(() => ({ channel: 'live', gatewayId: gateway.gatewayId })),
  );
  await client.endAsync();
});

it('acknowledges in order, only what is taken, and reads no further meanwhile', async () => {
  const client = await connectGateway();
  const { open, opened } = gate();
  outcomes = [() => opened];
  const acked: number[] = [];
  const publish = (n: number) =>
    client.publishAsync(liveTopic, Buffer.from([n]), { qos: 1 }).then(() => void acked.push(n));
  const first = publish(1);
  await expect.poll(() => taken.length).toBe(1);
  const others = [publish(2), publish(3)];
  await client.publishAsync(liveTopic, Buffer.from([9]), { qos: 0 });
  expect(taken.length).toBe(1);
  expect(acked).toEqual([]);
  open();
  await Promise.all([first, ...others]);
  expect(acked).toEqual([1, 2, 3]);
  await expect.poll(() => taken.map(({ payload }) => payload[0]).sort()).toEqual([1, 2, 3, 9]);
  await client.endAsync();
});

it('ends the connection without an acknowledgement where a message is not taken', async () => {
  const client = await connectGateway();
  client.on('error', () => {});
  const closed = new Promise<void>((resolve) => client.once('close', () => resolve()));
  outcomes = [() => Promise.reject(new Error('disk'))];
  let isAcked = false;
  client.publish(liveTopic, 'x', { qos: 1 }, (error) => {
    isAcked = !error;
  });
  await closed;
  expect(isAcked).toBe(false);
  expect(taken[0]?.isWanted()).toBe(false);
  await client.endAsync(true);
});

it('sends to who listens, and what is kept to who listens later', async () => {
  const client = await connectGateway();
  const heard: string[] = [];
  client.on('message', (topic, payload) => heard.push(`${topic.split('/').at(-1)} ${payload}`));
  await broker.send(gateway, 'config', 'kept', true);
  await broker.send(gateway, 'pace', 'missed', false);
  for (const channel of ['config', 'pace'] as const)
    await client.subscribeAsync(topicOf(gateway.organisationId, gateway.gatewayId, channel), { qos: 1 });
  await broker.send(gateway, 'pace', 'heard', false);
  await expect.poll(() => heard.sort()).toEqual(['config kept', 'pace heard']);
  expect(subscriptions).toBe(2);
  await client.endAsync();
});

it('ends a connection that is silent for longer than it said, not one that publishes', async () => {
  const [busy, silent] = [await connectGateway({ keepalive: 1 }), connect(Number(new URL(broker.url()).port))];
  const closed = once(silent.resume(), 'close');
  // CONNECT with a keep-alive of one second, a user and no password.
  const [id, user] = [`${gateway.gatewayId}-2`, gateway.gatewayId].map((text) =>
    Buffer.from(`\0${String.fromCharCode(text.length)}${text}`),
  ) as [Buffer, Buffer];
  const body = Buffer.concat([Buffer.from('\0\x04MQTT\x04\x82\0\x01', 'latin1'), id, user]);
  silent.write(Buffer.concat([Buffer.from([0x10, body.length]), body]));
  const pulse = setInterval(() => void busy.publishAsync(liveTopic, 'x', { qos: 1 }), 200);
  await closed;
  clearInterval(pulse);
  expect(busy.connected).toBe(true);
  await busy.endAsync();
});
