import { AedesBroker } from '@kuluma/cloud/adapters/broker-aedes/aedes-broker.ts';
import type { GatewayMessage } from '@kuluma/cloud/broker-ports.ts';
import type { GatewayProof } from '@kuluma/cloud/core/access/ways-in.ts';
import { seededRandom } from '@kuluma/shared/clock.ts';
import { newId } from '@kuluma/shared/model/base.ts';
import { type DownChannel, topicOf, type UpChannel } from '@kuluma/shared/model/topics.ts';
import { createLogger } from '@kuluma/shared/node/logger.ts';
import { hostStateTopic } from '@kuluma/shared/wire/sparkplug-topic.ts';
import type { IConnectPacket, Packet, QoS } from 'mqtt-packet';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MqttTalker } from '../mqtt-talker.ts';

/** What MQTT 3.1.1 (OASIS, 29 October 2014) asks of a server, by the numbers of its normative statements. */

const random = seededRandom(31);
const gateway = {
  organisationId: newId('organisation', random),
  gatewayId: newId('gateway', random),
  wayIn: 'a'.repeat(64),
};
const topic = (channel: UpChannel | DownChannel): string => topicOf(gateway.organisationId, gateway.gatewayId, channel);
const login = { clientId: gateway.gatewayId, username: gateway.gatewayId, password: Buffer.from('p') };

let taken: GatewayMessage[];
let broker: AedesBroker;
let port: number;
beforeEach(async () => {
  taken = [];
  const handlers = {
    identify: async (_: string, proof: GatewayProof) => ('token' in proof && proof.token === 'p' ? gateway : undefined),
    find: async () => undefined,
    trespassed: () => undefined,
    subscribed: () => undefined,
    takeFromNode: async () => undefined,
    take: async (message: GatewayMessage) => void taken.push(message),
  };
  broker = new AedesBroker({ host: '127.0.0.1', port: 0 }, handlers, createLogger('test', 'silent'));
  await broker.start();
  port = Number(new URL(broker.url()).port);
});
afterEach(() => broker.stop());

const signIn = async (more: Partial<IConnectPacket> = {}): Promise<MqttTalker> =>
  (await MqttTalker.signedIn(port, { ...login, ...more })).talker;
const subscribe = async (talker: MqttTalker, filters: readonly [string, QoS][], messageId = 7) => {
  const subscriptions = filters.map(([filter, qos]) => ({ topic: filter, qos }));
  talker.send({ cmd: 'subscribe', messageId, subscriptions });
  return talker.next('suback');
};
const publish = (at: string, payload: string, more: object = {}): Packet => ({
  ...{ cmd: 'publish', topic: at, payload, qos: 0, retain: false, dup: false },
  ...more,
});
const said = () => taken.map(({ channel, payload }) => `${channel} ${Buffer.from(payload)}`);
const messagesIn = (packets: readonly Packet[]) =>
  packets.flatMap((packet) =>
    packet.cmd === 'publish' ? [`${packet.payload} qos ${packet.qos} retain ${packet.retain}`] : [],
  );

describe('CONNECT', () => {
  it('is answered, and a connection that begins with anything else ends (3.1.0-1)', async () => {
    expect((await MqttTalker.signedIn(port, login)).connack).toMatchObject({ returnCode: 0, sessionPresent: false });
    const talker = await MqttTalker.open(port);
    talker.send(publish(topic('live'), 'x'));
    await talker.closed;
    expect(taken).toEqual([]);
  });

  it('may come once (3.1.0-2)', async () => {
    const talker = await signIn();
    talker.send({ cmd: 'connect', protocolId: 'MQTT', protocolVersion: 4, clean: true, keepalive: 60, ...login });
    await talker.closed;
  });

  it('needs a client id that says who it is: none is refused with 2, clean or not (3.1.3-8, 3.1.3-9)', async () => {
    for (const clean of [true, false]) {
      // The encoder refuses what is asked about here.
      const [user, flags] = [Buffer.from(gateway.gatewayId), clean ? 0xc2 : 0xc0];
      const body = [0, 4, ...Buffer.from('MQTT'), 4, flags, 0, 60, 0, 0, 0, user.length, ...user, 0, 1, 0x70];
      const talker = await MqttTalker.open(port);
      talker.sendBytes(Buffer.from([0x10, body.length, ...body]));
      expect(await talker.next('connack')).toMatchObject({ returnCode: 2, sessionPresent: false });
      await talker.closed;
    }
  });

  it('of another protocol level is refused with 1, of a bad token with 4 (3.1.2-2, 3.2.2-4, 3.2.2-5)', async () => {
    const other = await MqttTalker.open(port);
    other.sendBytes(Buffer.from([0x10, 14, 0, 4, ...Buffer.from('MQTT'), 9, 2, 0, 60, 0, 2, 0x61, 0x62]));
    await other.closed;
    const { talker, connack } = await MqttTalker.signedIn(port, { ...login, password: Buffer.from('q') });
    expect(connack).toMatchObject({ returnCode: 4, sessionPresent: false });
    await talker.closed;
  });

  it('with its reserved flag set, or of another protocol, ends the connection (3.1.2-1, 3.1.2-3)', async () => {
    for (const head of [
      [...Buffer.from('MQTT'), 4, 3],
      [...Buffer.from('MQTX'), 4, 2],
    ]) {
      const talker = await MqttTalker.open(port);
      talker.sendBytes(Buffer.from([0x10, 14, 0, 4, ...head, 0, 60, 0, 2, 0x61, 0x62]));
      await talker.closed;
    }
  });

  it('of a client id that is in use ends the connection before it (3.1.4-2)', async () => {
    const first = await signIn();
    const second = await signIn();
    await first.closed;
    expect(await second.heard()).toEqual([]);
  });
});

describe('a session', () => {
  it('of a client that asks for it outlives its connection, with what came meanwhile (3.1.2-4, 3.1.2-5)', async () => {
    const first = await signIn({ clean: false });
    await subscribe(first, [[topic('config'), 1]]);
    await first.disconnect();
    await broker.send(gateway, 'config', 'while it was away', true);
    const { talker, connack } = await MqttTalker.signedIn(port, { ...login, clean: false });
    expect(connack.sessionPresent).toBe(true);
    expect(await talker.next('publish')).toMatchObject({ topic: topic('config'), qos: 1, retain: false });
  });

  it('ends where the next connection asks for a clean one (3.1.2-6, 3.2.2-1)', async () => {
    const first = await signIn({ clean: false });
    await subscribe(first, [[topic('pace'), 0]]);
    await first.disconnect();
    await (await signIn({ clean: true })).disconnect();
    const { talker, connack } = await MqttTalker.signedIn(port, { ...login, clean: false });
    expect(connack.sessionPresent).toBe(false);
    await broker.send(gateway, 'pace', 'not asked for', false);
    expect(await talker.heard()).toEqual([]);
  });

  it('gets again what it did not acknowledge, marked as such, under its number (3.3.1-1, 4.4.0-1)', async () => {
    const first = await signIn({ clean: false });
    await subscribe(first, [[topic('config'), 1]]);
    await broker.send(gateway, 'config', 'once more', true);
    const { messageId } = await first.next('publish');
    await first.cut();
    const second = await signIn({ clean: false });
    expect(await second.next('publish')).toMatchObject({ messageId, dup: true, qos: 1 });
    second.send({ cmd: 'puback', messageId: messageId ?? 0 });
    await second.heard();
    await second.cut();
    const third = await signIn({ clean: false });
    expect(messagesIn(await third.heard())).toEqual([]);
  });
});

describe('SUBSCRIBE', () => {
  it('is answered with one code for each filter in its order, 128 for what is not to be had (3.8.4-2, 3.9.3-1)', async () => {
    const talker = await signIn();
    const filters: [string, QoS][] = [
      [topic('config'), 1],
      ['#', 0],
      [`$share/group/${topic('config')}`, 1],
      ['$SYS/#', 0],
      [topic('pace'), 0],
      [topic('live'), 1],
      [topicOf(gateway.organisationId, newId('gateway', random), 'config'), 1],
    ];
    expect(await subscribe(talker, filters)).toMatchObject({ messageId: 7, granted: [1, 128, 128, 128, 0, 128, 128] });
  });

  // The standard wants a code for each: aedes takes the last of them only, and answers that.
  it('with a filter twice in one packet is answered for the last of them, which holds', async () => {
    const talker = await signIn();
    const filters: [string, QoS][] = [
      [topic('config'), 0],
      [topic('config'), 1],
    ];
    expect((await subscribe(talker, filters)).granted).toEqual([1]);
    await broker.send(gateway, 'config', 'a', true);
    expect(await talker.next('publish')).toMatchObject({ qos: 1 });
  });

  it('of the same filter replaces the one before, and what is kept comes again (3.8.4-3, 3.3.1-6)', async () => {
    const talker = await signIn();
    await broker.send(gateway, 'config', 'kept', true);
    for (const qos of [1, 0, 0] as const) {
      await subscribe(talker, [[topic('config'), qos]]);
      expect(await talker.next('publish')).toMatchObject({ qos, retain: true });
    }
    await broker.send(gateway, 'config', 'new', true);
    expect(messagesIn(await talker.heard())).toEqual(['new qos 0 retain false']);
  });

  it('by filters that overlap brings a message at the highest of their levels (3.3.5-1)', async () => {
    const talker = await signIn();
    await subscribe(talker, [
      [hostStateTopic('+'), 0],
      [topic('config'), 0],
    ]);
    await subscribe(talker, [[topic('config'), 1]]);
    await broker.send(gateway, 'config', 'a', true);
    expect(messagesIn(await talker.heard()).filter((message) => message.startsWith('a '))).toEqual([
      'a qos 1 retain false',
    ]);
  });

  it('with nothing to subscribe to, an unknown level or other flags ends the connection (3.8.1-1, 3.8.3-3, 3.8.3-4)', async () => {
    const filter = [0, 1, 0x61];
    for (const bytes of [
      [0x82, 2, 0, 7],
      [0x82, 6, 0, 7, ...filter, 3],
      [0x80, 6, 0, 7, ...filter, 0],
    ]) {
      const talker = await signIn();
      talker.sendBytes(Buffer.from(bytes));
      await talker.closed;
    }
  });

  it('is taken back by UNSUBSCRIBE, which is answered whether it was there or not (3.10.4-4, 3.10.4-5)', async () => {
    const talker = await signIn();
    await subscribe(talker, [[topic('pace'), 0]]);
    talker.send({ cmd: 'unsubscribe', messageId: 8, unsubscriptions: [topic('pace')] });
    expect(await talker.next('unsuback')).toMatchObject({ messageId: 8 });
    await broker.send(gateway, 'pace', 'not heard', false);
    talker.send({ cmd: 'unsubscribe', messageId: 9, unsubscriptions: [topic('config'), 'never/there'] });
    expect(await talker.next('unsuback')).toMatchObject({ messageId: 9 });
    expect(await talker.heard()).toEqual([]);
  });
});

describe('a retained message', () => {
  it('of a gateway is kept for nobody; one of ours is until an empty one takes its place (3.3.1-5, 3.3.1-10)', async () => {
    const talker = await signIn();
    talker.send(publish(topic('state'), '{}', { retain: true, qos: 1, messageId: 3 }));
    await talker.next('puback');
    expect(said()).toEqual(['state {}']);
    await broker.send(gateway, 'config', 'first', true);
    await broker.send(gateway, 'config', 'second', true);
    await subscribe(talker, [[topic('config'), 1]]);
    expect(messagesIn(await talker.heard())).toEqual(['second qos 1 retain true']);
    await broker.send(gateway, 'config', '', true);
    await talker.heard();
    await subscribe(talker, [[topic('config'), 1]]);
    expect(messagesIn(await talker.heard())).toEqual([]);
  });
});

describe('a will', () => {
  const will = { topic: topic('state'), payload: Buffer.from('gone'), qos: 1 as const, retain: true };

  it('is said when the connection is cut, not after DISCONNECT (3.1.2-8, 3.14.4-3)', async () => {
    await (await signIn({ will })).disconnect();
    expect(said()).toEqual([]);
    await (await signIn({ will })).cut();
    await expect.poll(said).toEqual(['state gone']);
  });

  it('is said when the client breaks the protocol, or comes again under its id (3.1.2-8)', async () => {
    const talker = await signIn({ will });
    talker.sendBytes(Buffer.from([0xf0, 0]));
    await talker.closed;
    await expect.poll(said).toEqual(['state gone']);
    await signIn({ will });
    await signIn();
    await expect.poll(said).toEqual(['state gone', 'state gone']);
  });

  it('is said when the client is silent for half as long again as it said (3.1.2-24)', async () => {
    const talker = await signIn({ will, keepalive: 1 });
    await talker.closed;
    await expect.poll(said).toEqual(['state gone']);
  });

  it('for the topic of somebody else is not said, nor one of a client that was not let in', async () => {
    const foreign = topicOf(gateway.organisationId, newId('gateway', random), 'state');
    await (await signIn({ will: { ...will, topic: foreign } })).cut();
    const { talker } = await MqttTalker.signedIn(port, { ...login, will, password: Buffer.from('q') });
    await talker.closed;
    await (await signIn()).heard();
    expect(said()).toEqual([]);
  });
});

describe('PUBLISH', () => {
  it('at QoS 2 is taken once however often it is repeated, and answered step by step (4.3.3-2)', async () => {
    const talker = await signIn({ clean: false });
    const packet = { qos: 2, messageId: 11 };
    talker.send(publish(topic('live'), 'x', packet));
    await talker.next('pubrec');
    await talker.cut();
    const again = await signIn({ clean: false });
    again.send(publish(topic('live'), 'x', { ...packet, dup: true }));
    expect(await again.next('pubrec')).toMatchObject({ messageId: 11 });
    for (let n = 0; n < 2; n++) {
      again.send({ cmd: 'pubrel', messageId: 11 });
      expect(await again.next('pubcomp')).toMatchObject({ messageId: 11 });
    }
    expect(said()).toEqual(['live x']);
    again.send(publish(topic('live'), 'y', packet));
    await again.next('pubrec');
    expect(said()).toEqual(['live x', 'live y']);
  });

  it('ends the connection with both bits of its level set, a wildcard, no topic or number 0 (3.3.1-4, 3.3.2-2, 2.3.1-1)', async () => {
    const of = (first: number, ...body: number[]) => Buffer.from([first, body.length, ...body]);
    const own = Buffer.from(topic('live'));
    for (const bytes of [
      of(0x36, 0, own.length, ...own, 0, 1, 0x78),
      of(0x30, 0, 3, ...Buffer.from('a/#'), 0x78),
      of(0x30, 0, 0, 0x78),
      of(0x32, 0, own.length, ...own, 0, 0, 0x78),
      of(0x34, 0, own.length, ...own, 0, 0, 0x78),
    ]) {
      const talker = await signIn();
      talker.sendBytes(bytes);
      await talker.closed;
    }
    expect(taken).toEqual([]);
  });

  it('with a topic that is no UTF-8, or holds U+0000, ends the connection (1.5.3-1, 1.5.3-2)', async () => {
    for (const bytes of [
      [0x30, 5, 0, 2, 0xc3, 0x28, 0x78],
      [0x30, 5, 0, 2, 0x61, 0, 0x78],
    ]) {
      const talker = await signIn();
      talker.sendBytes(Buffer.from(bytes));
      await talker.closed;
    }
  });

  it('on a topic of somebody else ends the connection without an answer (3.3.5-2)', async () => {
    for (const qos of [1, 2] as const) {
      const talker = await signIn();
      talker.send(publish(topic('config'), 'x', { qos, messageId: 5 }));
      await expect(talker.next(qos === 1 ? 'puback' : 'pubrec')).rejects.toThrow();
    }
    expect(taken).toEqual([]);
  });
});

describe('the connection', () => {
  it('is held by PINGREQ, which is answered (3.12.4-1)', async () => {
    // Half as long again without a word would end it (3.1.2-24).
    const talker = await signIn({ keepalive: 2 });
    for (let n = 0; n < 4; n++) {
      await new Promise((resolve) => setTimeout(resolve, 900));
      talker.send({ cmd: 'pingreq' });
      await talker.next('pingresp');
    }
  });

  it('ends at packets of reserved kinds or with flags that they must not have (2.2.2-2)', async () => {
    for (const bytes of [
      [0x00, 0],
      [0xf0, 0],
      [0xc1, 0],
      [0xe1, 0],
      [0x60, 2, 0, 1],
    ]) {
      const talker = await signIn();
      talker.sendBytes(Buffer.from(bytes));
      await talker.closed;
    }
  });
});
