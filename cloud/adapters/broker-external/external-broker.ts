import { setTimeout as pause } from 'node:timers/promises';
import { AppError, asAppError } from '@kuluma/shared/errors.ts';
import {
  type DownChannel,
  parseTopic,
  topicOf,
  topicRoot,
  type UpChannel,
  upChannels,
} from '@kuluma/shared/model/topics.ts';
import type { Part } from '@kuluma/shared/node/lifecycle.ts';
import type { Logger } from '@kuluma/shared/node/logger.ts';
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import type { BrokerHandlers, GatewayBroker } from '../../broker-ports.ts';
import type { KnownGateway } from '../../ports.ts';

export interface ExternalBrokerOptions {
  /** mqtt://host:port, or mqtts:// for TLS. */
  readonly url: string;
  readonly username?: string;
  readonly password?: string;
  /** Workers of one name share the messages between them. */
  readonly share: string;
  /** The same at each start of this worker, and of no other: the broker keeps for it what it did not acknowledge. */
  readonly worker: string;
  /** What it listens to; all unless given. */
  readonly channels?: readonly UpChannel[];
}

/**
 * Connections by what they listen to. Each has one message in hand at a time, so that their number bounds what is in
 * memory, and history never stands before live messages, nor those before alarms.
 */
const connections: Readonly<Record<UpChannel, number>> = { alarm: 1, live: 16, history: 4, state: 1 };
/** Unacknowledged messages that the broker may send ahead on each. */
const receiveMaximum = 8;
/** As long as a gateway's outbox at its defaults. */
const sessionExpiryS = 7 * 24 * 3600;
const reconnectMs = 1000;
const retryMs = 1000;
const refusedMs = 10_000;

/**
 * An MQTT 5 broker that is not ours. Workers share its messages by a shared subscription and acknowledge one when it is
 * durable; the session outlives the connection, so that a broker without a redistribution of its own keeps what a dead
 * worker did not acknowledge. Who may publish on which topic is the broker's to say; whose topic it is, is checked here.
 */
export class ExternalBroker implements GatewayBroker, Part {
  readonly name = 'broker (external)';
  readonly #options: ExternalBrokerOptions;
  readonly #handlers: BrokerHandlers;
  readonly #log: Logger;
  readonly #clients: MqttClient[] = [];
  #stopped = false;

  constructor(options: ExternalBrokerOptions, handlers: BrokerHandlers, log: Logger) {
    this.#options = options;
    this.#handlers = handlers;
    this.#log = log;
  }

  /** Does not wait for the broker: it connects as soon as the broker is there, and again whenever it was away. */
  async start(): Promise<void> {
    for (const channel of this.#options.channels ?? upChannels)
      for (let i = 0; i < connections[channel]; i++) this.#clients.push(this.#connect(channel, i));
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#clients.map((client) => client.endAsync(true)));
  }

  url(): string {
    return this.#options.url;
  }

  /** Who may stay connected is that broker's to say; what comes from a gateway that ended is not taken. */
  dismiss(): void {}

  connected(): readonly [] {
    return [];
  }

  async send(to: KnownGateway, channel: DownChannel, payload: string, keep: boolean): Promise<void> {
    const client = this.#clients.find(({ connected }) => connected);
    if (!client) throw new AppError('LINK_DOWN', `the broker ${this.#options.url} is away`);
    const topic = topicOf(to.organisationId, to.gatewayId, channel);
    // A gateway that misses its pace hears it again; what it misses of the kept records it would send again.
    const qos = keep || channel === 'kept' ? 1 : 0;
    await client.publishAsync(topic, payload, { qos, retain: keep });
  }

  #connect(channel: UpChannel, number: number): MqttClient {
    const { url, username, password, worker } = this.#options;
    const options: IClientOptions = {
      clientId: `${worker}-${channel}-${number}`,
      protocolVersion: 5,
      clean: false,
      properties: { sessionExpiryInterval: sessionExpiryS, receiveMaximum },
      reconnectPeriod: reconnectMs,
      reconnectOnConnackError: true,
      resubscribe: false,
      ...(username ? { username } : {}),
      ...(password ? { password } : {}),
    };
    const client = mqtt.connect(url, options);
    // The next message is looked at, and this one acknowledged, when `done` is called.
    client.handleMessage = ({ topic, payload }, done) => {
      this.#takeUntilTaken(client, topic, Buffer.from(payload)).then(
        () => done(),
        (error: Error) => done(error),
      );
    };
    client.on('connect', () => void this.#subscribe(client, channel));
    client.on('error', (error) => this.#log.warn({ err: error, channel }, 'the connection to the broker failed'));
    client.on('close', () => {
      if (!this.#stopped) this.#log.debug({ channel }, 'the broker is away');
    });
    return client;
  }

  async #subscribe(client: MqttClient, channel: UpChannel): Promise<void> {
    const topic = `${topicRoot}/+/+/${channel}`;
    // Each worker sees all states: they are reports, not work.
    const filter = channel === 'state' ? topic : `$share/${this.#options.share}/${topic}`;
    while (client.connected && !this.#stopped)
      try {
        await client.subscribeAsync(filter, { qos: 1 });
        return;
      } catch (error) {
        this.#log.error({ err: error, filter }, 'the broker does not grant the subscription');
        await pause(refusedMs);
      }
  }

  /** Holds the message, and with it the connection, until it is taken or the connection is gone. */
  async #takeUntilTaken(client: MqttClient, topic: string, payload: Uint8Array): Promise<void> {
    const isWanted = () => client.connected && !this.#stopped;
    for (;;)
      try {
        return await this.#take(topic, payload, isWanted);
      } catch (error) {
        if (!isWanted()) throw error;
        this.#log.warn({ err: error, code: asAppError(error).code, topic }, 'a message was not taken');
        await pause(retryMs);
      }
  }

  async #take(topic: string, payload: Uint8Array, isWanted: () => boolean): Promise<void> {
    const parsed = parseTopic(topic);
    const channel = upChannels.find((up) => up === parsed?.channel);
    if (!parsed || !channel) return;
    const gateway = await this.#handlers.find(parsed.gatewayId);
    if (!gateway) return;
    if (gateway.organisationId !== parsed.organisationId) this.#handlers.trespassed(parsed.gatewayId);
    else await this.#handlers.take({ ...gateway, channel, payload, isWanted });
  }
}
