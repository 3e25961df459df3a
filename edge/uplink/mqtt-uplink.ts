import { AppError } from '@kuluma/shared/errors.ts';
import { downChannels, parseTopic, topicOf, type UpChannel } from '@kuluma/shared/model/topics.ts';
import { connect, type MqttClient } from 'mqtt';
import type { Uplink, UplinkSession } from '../ports.ts';

export interface MqttUplinkOptions {
  /** mqtt://host:port or mqtts://host:port */
  readonly url: string;
  readonly organisationId: string;
  /** Also client id and user name. */
  readonly gatewayId: string;
  readonly token: string;
  /** Bound of the connection attempt, wall time. */
  readonly connectTimeoutMs: number;
  /** A session whose broker acknowledges nothing for so long, wall time, is given up. */
  readonly ackTimeoutMs: number;
}

/** MQTT 3.1.1 return codes that no retry cures: bad user name or password, not authorised. */
const refusals = [4, 5];

/**
 * MQTT 3.1.1, QoS 1. One client object per connection, which never reconnects and so never queues: what a session did
 * not get acknowledged stays in the outbox and goes again in the next one.
 */
export const mqttUplink = (options: MqttUplinkOptions): Uplink => ({
  async connect(will, signal, onMessage) {
    const topic = (channel: Parameters<typeof topicOf>[2]) =>
      topicOf(options.organisationId, options.gatewayId, channel);
    const client = connect(options.url, {
      clientId: options.gatewayId,
      username: options.gatewayId,
      password: options.token,
      clean: true,
      reconnectPeriod: 0,
      queueQoSZero: false,
      keepalive: 30,
      connectTimeout: options.connectTimeoutMs,
      protocolVersion: 4,
      will: { topic: topic('state'), payload: Buffer.from(will), qos: 1, retain: true },
    });
    const { promise: closed, resolve: onClosed } = Promise.withResolvers<void>();
    client.once('close', onClosed);
    client.on('message', (at, payload, { retain }) => {
      const channel = downChannels.find((down) => down === parseTopic(at)?.channel);
      if (channel) onMessage({ channel, payload, isRetained: retain });
    });
    await established(client, options.url, signal);
    // Where the broker refuses it, samples go all the same.
    client.subscribe(downChannels.map(topic), { qos: 1 }, () => undefined);
    return sessionOf(client, closed, topic, options.ackTimeoutMs);
  },
});

const established = (client: MqttClient, url: string, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    let why: unknown;
    const fail = () => {
      signal.removeEventListener('abort', fail);
      client.end(true);
      const code = why instanceof Error && 'code' in why ? Number(why.code) : Number.NaN;
      const refused = refusals.includes(code);
      const hint = refused ? 'check gatewayId and uplink.token' : 'check uplink.url and the network';
      const message = refused ? `${url} refuses this gateway` : `cannot connect to ${url}`;
      reject(new AppError(refused ? 'FORBIDDEN' : 'LINK_DOWN', message, { cause: why, hint }));
    };
    // 'close' follows each error.
    client.on('error', (error) => {
      why = error;
    });
    client.once('close', fail);
    signal.addEventListener('abort', fail, { once: true });
    client.once('connect', () => {
      client.off('close', fail);
      signal.removeEventListener('abort', fail);
      resolve();
    });
  });

const sessionOf = (
  client: MqttClient,
  closed: Promise<void>,
  topic: (channel: UpChannel) => string,
  ackTimeoutMs: number,
): UplinkSession => {
  const waiting = new Set<(error: AppError) => void>();
  void closed.then(() => {
    for (const reject of waiting) reject(new AppError('LINK_DOWN', 'the session ended before the broker acknowledged'));
  });
  return {
    closed,
    send: (channel, payload, { retain } = { retain: false }) =>
      new Promise((resolve, reject) => {
        if (!client.connected) return reject(new AppError('LINK_DOWN', 'not connected'));
        const silent = setTimeout(() => client.stream.destroy(), ackTimeoutMs);
        const settle = (cause: unknown) => {
          clearTimeout(silent);
          waiting.delete(settle);
          if (cause instanceof AppError) reject(cause);
          else if (cause) reject(new AppError('LINK_DOWN', 'the message was not sent', { cause }));
          else resolve();
        };
        waiting.add(settle);
        client.publish(topic(channel), Buffer.from(payload), { qos: 1, retain }, settle);
      }),
    // Not gracefully while something is not acknowledged: mqtt.js would wait for that without bound.
    end: () => client.endAsync(!client.connected || waiting.size > 0),
  };
};
