import type { Part } from '@kuluma/shared/node/lifecycle.ts';
import type { Logger } from '@kuluma/shared/node/logger.ts';
import {
  type EdgeNodeName,
  hostStateTopic,
  isFromNode,
  nodeMessageTypes,
  parseSparkplugTopic,
  sparkplugRoot,
} from '@kuluma/shared/wire/sparkplug-topic.ts';
import mqtt, { type MqttClient } from 'mqtt';
import type { BrokerHandlers } from '../../broker-ports.ts';
import { hostId, hostState } from '../../core/sparkplug/host-state.ts';
import type { KnownGateway } from '../../ports.ts';

export interface SparkplugHostOptions {
  /** mqtt://host:port, or mqtts:// for TLS. */
  readonly url: string;
  readonly username?: string;
  readonly password?: string;
}

export interface SparkplugHostHandlers extends Pick<BrokerHandlers, 'takeFromNode'> {
  /** Whose edge node it is; undefined, and counted, where it is nobody's. */
  find(node: EdgeNodeName): Promise<KnownGateway | undefined>;
}

const reconnectMs = 1000;
/** Messages that may wait for the disk; then the broker waits too. */
const mostWaiting = 256;

const filters = nodeMessageTypes.map((type) =>
  [sparkplugRoot, '+', type, '+', ...(type.startsWith('D') ? ['+'] : [])].join('/'),
);

/**
 * A host application on a broker of the site: hears all edge nodes there and is seen by them as online. The messages of
 * a node belong together and in order, so one service hears all of them; nothing is shared among several.
 */
export class SparkplugHost implements Part {
  readonly name = 'Sparkplug B host';
  readonly #options: SparkplugHostOptions;
  readonly #handlers: SparkplugHostHandlers;
  readonly #log: Logger;
  #client: MqttClient | undefined;
  #bornAtMs = 0;
  readonly #waiting = new Set<Promise<void>>();

  constructor(options: SparkplugHostOptions, handlers: SparkplugHostHandlers, log: Logger) {
    this.#options = options;
    this.#handlers = handlers;
    this.#log = log;
  }

  /** Does not wait for the broker: it connects as soon as that is there, and again whenever it was away. */
  async start(): Promise<void> {
    const { url, username, password } = this.#options;
    this.#bornAtMs = Date.now();
    const client = mqtt.connect(url, {
      clean: true,
      protocolVersion: 4,
      reconnectPeriod: reconnectMs,
      reconnectOnConnackError: true,
      resubscribe: false,
      queueQoSZero: false,
      ...(username ? { username } : {}),
      ...(password ? { password } : {}),
      will: this.#will(),
    });
    this.#client = client;
    // The next message is looked at when `done` is called: a node's messages stay in order.
    client.handleMessage = ({ topic, payload }, done) => {
      this.#take(client, topic, Buffer.from(payload))
        // The gateways cannot be looked up. The node is asked for its births when the next message shows the gap.
        .catch((error: unknown) => this.#log.warn({ err: error, topic }, 'a message was not taken'))
        .finally(() => done());
    };
    client.on('connect', () => void this.#greet(client));
    client.on('reconnect', () => {
      this.#bornAtMs = Date.now();
      client.options.will = this.#will();
    });
    client.on('error', (error) => this.#log.warn({ err: error }, 'the connection to the broker of edge nodes failed'));
  }

  async stop(): Promise<void> {
    const client = this.#client;
    const wasConnected = client?.connected === true;
    if (client && wasConnected) {
      const { topic, payload, ...options } = this.#will();
      await client.publishAsync(topic, payload, options);
    }
    // With a goodbye, so that the broker keeps the will back.
    await client?.endAsync(!wasConnected);
    await Promise.allSettled(this.#waiting);
  }

  #will() {
    const payload = Buffer.from(hostState(false, this.#bornAtMs));
    return { topic: hostStateTopic(hostId), payload, qos: 1, retain: true } as const;
  }

  /** First the ears, then the word that we listen. */
  async #greet(client: MqttClient): Promise<void> {
    try {
      await client.subscribeAsync(filters, { qos: 1 });
      const state = hostState(true, this.#bornAtMs);
      await client.publishAsync(hostStateTopic(hostId), state, { qos: 1, retain: true });
    } catch (error) {
      this.#log.error({ err: error }, 'the broker of edge nodes does not let us listen');
      client.reconnect();
    }
  }

  async #take(client: MqttClient, text: string, payload: Uint8Array): Promise<void> {
    const topic = parseSparkplugTopic(text);
    if (!topic || !isFromNode(topic)) return;
    const gateway = await this.#handlers.find(topic);
    if (!gateway) return;
    const command = async (at: string, bytes: Uint8Array): Promise<void> => {
      if (client.connected) await client.publishAsync(at, Buffer.from(bytes), { qos: 0 });
    };
    const isWanted = () => client.connected;
    const taken = this.#handlers
      .takeFromNode({ gateway, topic, payload, isWanted, command })
      .catch((error: unknown) => this.#log.warn({ err: error, topic: text }, 'a message was not taken'))
      .finally(() => this.#waiting.delete(taken));
    this.#waiting.add(taken);
    if (this.#waiting.size >= mostWaiting) await Promise.race(this.#waiting);
  }
}
