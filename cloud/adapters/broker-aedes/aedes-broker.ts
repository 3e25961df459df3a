import { createServer, type Server, type Socket } from 'node:net';
import { asAppError } from '@kuluma/shared/errors.ts';
import { downChannels, parseTopic, topicOf, type UpChannel, upChannels } from '@kuluma/shared/model/topics.ts';
import type { Part } from '@kuluma/shared/node/lifecycle.ts';
import type { Logger } from '@kuluma/shared/node/logger.ts';
import { Aedes, type AuthenticateError, type Client, type PublishPacket } from 'aedes';
import { createPacketMeter } from './packet-meter.ts';

export interface BrokerOptions {
  readonly host: string;
  /** 0 for a free one. */
  readonly port: number;
  readonly maxPacketBytes?: number;
  readonly maxConnections?: number;
}

export interface ConnectedGateway {
  readonly organisationId: string;
  readonly gatewayId: string;
}

/** What the broker asks and tells. */
export interface BrokerHandlers {
  /** Who connects with this gateway id and token; undefined turns it away. */
  identify(gatewayId: string, token: string): Promise<ConnectedGateway | undefined>;
  /** Resolves when the message may be acknowledged; a rejection closes the connection without. */
  take(message: ConnectedGateway & { channel: UpChannel; payload: Uint8Array }): Promise<void>;
  /** A gateway published where it may not. */
  trespassed(gatewayId: string): void;
}

/** CONNACK codes of MQTT 3.1.1, section 3.2.2.3. */
const connack = { identifierRejected: 2, serverUnavailable: 3, badCredentials: 4 } as const;

const refusal = (returnCode: number, message: string, cause?: unknown): AuthenticateError =>
  Object.assign(new Error(message, { cause }), { returnCode });

const bytesOf = (payload: string | Buffer): Uint8Array =>
  typeof payload === 'string' ? Buffer.from(payload) : payload;

/** Closes the connection before a packet above the limit is gathered in memory: aedes has no limit of its own. */
const limitPackets = (socket: Socket, maxBytes: number): void => {
  const read = socket.read.bind(socket);
  const pass = createPacketMeter(maxBytes);
  socket.read = (size?: number) => {
    const chunk = read(size) as Buffer | null;
    if (chunk === null || pass(chunk)) return chunk;
    socket.destroy(new Error(`a packet of over ${maxBytes} bytes`));
    return null;
  };
};

/** The embedded MQTT 3.1.1 broker. A gateway has its own topics and nothing else. */
export class AedesBroker implements Part {
  readonly name = 'broker (aedes)';
  readonly #options: BrokerOptions;
  readonly #handlers: BrokerHandlers;
  readonly #log: Logger;
  readonly #gateways = new WeakMap<Client, ConnectedGateway>();
  readonly #sockets = new Set<Socket>();
  #running: { readonly broker: Aedes; readonly server: Server } | undefined;

  constructor(options: BrokerOptions, handlers: BrokerHandlers, log: Logger) {
    this.#options = options;
    this.#handlers = handlers;
    this.#log = log;
  }

  async start(): Promise<void> {
    const { host, port, maxPacketBytes = 256 * 1024, maxConnections = 10_000 } = this.#options;
    const broker = await Aedes.createBroker({
      concurrency: 2000,
      drainTimeout: 30_000,
      queueLimit: 1000,
      keepaliveLimit: 600,
      authenticate: (client, username, password, done) => {
        this.#authenticate(client, username ?? '', password?.toString() ?? '').then(
          (refused) => done(refused ?? null, refused === undefined),
          (cause) => done(refusal(connack.serverUnavailable, 'the gateways cannot be looked up', cause), false),
        );
      },
      // Not `published` or a subscriber: only this hook is before the acknowledgement.
      authorizePublish: (client, packet, done) => {
        this.#publish(client, packet).then(() => done(null), done);
      },
      authorizeSubscribe: (client, subscription, done) =>
        done(null, this.#maySubscribe(client, subscription.topic) ? subscription : null),
    });
    for (const event of ['clientError', 'connectionError'] as const)
      broker.on(event, (client: Client, error: Error) =>
        this.#log.debug({ err: error, client: client.id }, 'a connection ended with an error'),
      );
    const server = createServer((socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
      limitPackets(socket, maxPacketBytes);
      broker.handle(socket);
    });
    server.maxConnections = maxConnections;
    this.#running = { broker, server };
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, resolve);
    });
  }

  async stop(): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    if (!running) return;
    const closed = new Promise<void>((resolve) => running.server.close(() => resolve()));
    await new Promise<void>((resolve) => running.broker.close(() => resolve()));
    // Who never sent a CONNECT is no client of the broker and would hold up the server.
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  /** The port that it listens on, once started. */
  port(): number {
    const address = this.#running?.server.address();
    return typeof address === 'object' && address ? address.port : 0;
  }

  /** Why this client may not connect, or undefined when it may. */
  async #authenticate(client: Client, gatewayId: string, token: string): Promise<AuthenticateError | undefined> {
    const gateway = await this.#handlers.identify(gatewayId, token);
    if (!gateway) return refusal(connack.badCredentials, 'bad gateway id or token');
    // A second connection with the same client id ends the first: no gateway may do that to another. An empty one,
    // which aedes replaces by its own, would get a session that nobody can come back to.
    if (!client.id.includes(gatewayId))
      return refusal(connack.identifierRejected, 'the client id must contain the gateway id');
    this.#gateways.set(client, gateway);
    return undefined;
  }

  async #publish(client: Client | null, packet: PublishPacket): Promise<void> {
    const gateway = client ? this.#gateways.get(client) : undefined;
    if (!gateway) throw new Error('not signed in');
    const topic = parseTopic(packet.topic);
    const channel = upChannels.find((up) => up === topic?.channel);
    if (!channel || topic?.gatewayId !== gateway.gatewayId || topic.organisationId !== gateway.organisationId) {
      this.#handlers.trespassed(gateway.gatewayId);
      throw new Error(`not a topic of gateway ${gateway.gatewayId}`);
    }
    // Only the state is worth keeping for who comes later.
    if (channel !== 'state') packet.retain = false;
    try {
      await this.#handlers.take({ ...gateway, channel, payload: bytesOf(packet.payload) });
    } catch (error) {
      const { code } = asAppError(error);
      this.#log.warn({ err: error, code, gatewayId: gateway.gatewayId }, 'a message was not taken');
      throw error;
    }
  }

  /** Its own channels down, spelled out: a wildcard or a share of others' messages is no topic of its own. */
  #maySubscribe(client: Client, topic: string): boolean {
    const gateway = this.#gateways.get(client);
    return (
      gateway !== undefined &&
      downChannels.some((channel) => topicOf(gateway.organisationId, gateway.gatewayId, channel) === topic)
    );
  }
}
