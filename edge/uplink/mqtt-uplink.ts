import { AppError, asAppError } from '@kuluma/shared/errors.ts';
import { downChannels, parseTopic, topicOf, type UpChannel } from '@kuluma/shared/model/topics.ts';
import { connect, type IConnackPacket, type MqttClient } from 'mqtt';
import { Slots } from '../core/slots.ts';
import type { Uplink, UplinkSession } from '../ports.ts';
import { untilKept } from '../until-kept.ts';

export interface MqttUplinkOptions {
  /** mqtt://host:port or mqtts://host:port */
  readonly url: string;
  readonly organisationId: string;
  /** Also client id and user name. */
  readonly gatewayId: string;
  readonly token?: string;
  /** PEM of certificate and key, asked for at each connection: it is renewed now and then. */
  readonly identity?: () => string;
  /** PEM of who certifies the broker; whom the machine trusts unless given. */
  readonly authority?: string;
  /** Bound of the connection attempt, wall time. */
  readonly connectTimeoutMs: number;
  /** Whose word it takes that a record arrived: a broker other than the cloud's own may forget what it acknowledged. */
  readonly acknowledgedBy: 'broker' | 'cloud';
  /** A session in which a message waits for its acknowledgement for so long, wall time, is given up. */
  readonly ackTimeoutMs: number;
}

/** Codes that no retry cures, of MQTT 3.1.1 and of 5: bad user name or password, not authorised. */
const refusals = [4, 5, 134, 135];
/** MQTT 5, section 3.4.2.1: the broker has the message and nobody who wants it, so it is gone. */
const noMatchingSubscribers = 16;
/** For who waits while the broker takes no more at once. */
const urgency: Readonly<Record<UpChannel, number>> = { state: 0, alarm: 1, live: 2, history: 3 };

type Version = 4 | 5;

/**
 * MQTT 5, or 3.1.1 where the broker speaks no other; QoS 1. One client object per connection, which never reconnects and
 * so never queues: what a session did not get acknowledged stays in the outbox and goes again in the next one. Only
 * MQTT 5 tells when a broker acknowledges what nobody gets, as before the first start of the cloud behind it: that is no
 * acknowledgement.
 */
export const mqttUplink = (options: MqttUplinkOptions): Uplink => {
  let version: Version = 5;
  const uplink: Uplink = {
    async connect(will, signal, onMessage) {
      try {
        return await connectAs(version, options, will, signal, onMessage);
      } catch (error) {
        const isFinal = asAppError(error).code === 'FORBIDDEN' || signal.aborted;
        if (version === 4 || isFinal) throw error;
        const session = await connectAs(4, options, will, signal, onMessage);
        version = 4;
        return session;
      }
    },
  };
  return options.acknowledgedBy === 'cloud' ? untilKept(uplink, options.ackTimeoutMs) : uplink;
};

const connectAs = async (
  protocolVersion: Version,
  options: MqttUplinkOptions,
  ...[will, signal, onMessage]: Parameters<Uplink['connect']>
): Promise<UplinkSession> => {
  const topic = (channel: Parameters<typeof topicOf>[2]) => topicOf(options.organisationId, options.gatewayId, channel);
  const client = connect(options.url, {
    clientId: options.gatewayId,
    username: options.gatewayId,
    ...(options.token === undefined ? {} : { password: options.token }),
    ...(options.identity ? { cert: options.identity(), key: options.identity() } : {}),
    ...(options.authority ? { ca: options.authority } : {}),
    clean: true,
    reconnectPeriod: 0,
    queueQoSZero: false,
    keepalive: 30,
    connectTimeout: options.connectTimeoutMs,
    protocolVersion,
    will: { topic: topic('state'), payload: Buffer.from(will), qos: 1, retain: true },
  });
  const { promise: closed, resolve: onClosed } = Promise.withResolvers<void>();
  client.once('close', onClosed);
  client.on('message', (at, payload, { retain }) => {
    const channel = downChannels.find((down) => down === parseTopic(at)?.channel);
    if (channel) onMessage({ channel, payload, isRetained: retain });
  });
  const { properties } = await established(client, options.url, signal);
  // Where the broker refuses it, samples go all the same.
  const heard = downChannels.filter((channel) => channel !== 'kept' || options.acknowledgedBy === 'cloud');
  client.subscribe(heard.map(topic), { qos: 1 }, () => undefined);
  return sessionOf(client, closed, topic, options.ackTimeoutMs, new Slots(properties?.receiveMaximum ?? 65_535));
};

const established = (client: MqttClient, url: string, signal: AbortSignal): Promise<IConnackPacket> =>
  new Promise((resolve, reject) => {
    let why: unknown;
    const fail = () => {
      signal.removeEventListener('abort', fail);
      client.end(true);
      const code = why instanceof Error && 'code' in why ? Number(why.code) : Number.NaN;
      const refused = refusals.includes(code);
      const hint = refused ? 'check gatewayId and uplink.token or identityFile' : 'check uplink.url and the network';
      const message = refused ? `${url} refuses this gateway` : `cannot connect to ${url}`;
      reject(new AppError(refused ? 'FORBIDDEN' : 'LINK_DOWN', message, { cause: why, hint }));
    };
    // 'close' follows each error.
    client.on('error', (error) => {
      why = error;
    });
    client.once('close', fail);
    signal.addEventListener('abort', fail, { once: true });
    client.once('connect', (connack) => {
      client.off('close', fail);
      signal.removeEventListener('abort', fail);
      resolve(connack);
    });
  });

const sessionOf = (
  client: MqttClient,
  closed: Promise<void>,
  topic: (channel: UpChannel) => string,
  ackTimeoutMs: number,
  slots: Slots,
): UplinkSession => {
  const waiting = new Set<(error: AppError) => void>();
  void closed.then(() => {
    for (const reject of waiting) reject(new AppError('LINK_DOWN', 'the session ended before the broker acknowledged'));
  });
  const unheard = new Set<number>();
  client.on('packetreceive', (packet) => {
    if (packet.cmd === 'puback' && packet.reasonCode === noMatchingSubscribers && packet.messageId !== undefined)
      unheard.add(packet.messageId);
  });
  return {
    closed,
    send: (channel, payload, { retain } = { retain: false }) =>
      new Promise((resolve, reject) => {
        let silent: NodeJS.Timeout | undefined;
        const end = (error?: AppError) => {
          clearTimeout(silent);
          waiting.delete(end);
          if (error) reject(error);
          else resolve();
        };
        waiting.add(end);
        slots.take(urgency[channel], () => {
          if (!client.connected) return end(new AppError('LINK_DOWN', 'not connected'));
          silent = setTimeout(() => client.stream.destroy(), ackTimeoutMs);
          const settle = (cause?: Error) => {
            slots.give();
            if (cause) end(new AppError('LINK_DOWN', 'the message was not sent', { cause }));
            // The state is for whoever asks; what it says now is of no use later.
            else if (unheard.delete(messageId) && channel !== 'state')
              end(new AppError('LINK_DOWN', 'the cloud does not listen to this broker'));
            else end();
          };
          client.publish(
            topic(channel),
            Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength),
            { qos: 1, retain },
            settle,
          );
          const messageId = client.getLastMessageId();
        });
      }),
    // Not gracefully while something is not acknowledged: mqtt.js would wait for that without bound.
    end: () => client.endAsync(!client.connected || waiting.size > 0),
  };
};
