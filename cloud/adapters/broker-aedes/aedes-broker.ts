import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, TLSSocket, type Server as TlsServer } from 'node:tls';
import { AppError, asAppError } from '@kuluma/shared/errors.ts';
import { type DownChannel, downChannels, topicOf, type UpChannel, upChannels } from '@kuluma/shared/model/topics.ts';
import type { Part } from '@kuluma/shared/node/lifecycle.ts';
import type { Logger } from '@kuluma/shared/node/logger.ts';
import { hostStateTopic, isFromNode, isNodeFilter, parseSparkplugTopic } from '@kuluma/shared/wire/sparkplug-topic.ts';
import { Aedes, type AuthenticateError, type Client, type ConnectPacket, type PublishPacket } from 'aedes';
import type { Certificates, ServedCertificate } from '../../access-ports.ts';
import type { BrokerHandlers, GatewayBroker, SignedInGateway } from '../../broker-ports.ts';
import type { GatewayProof } from '../../core/access/ways-in.ts';
import { hostId, hostState } from '../../core/sparkplug/host-state.ts';
import type { KnownGateway } from '../../ports.ts';
import { layPublishLane } from './publish-lane.ts';
import { createSessionStore, type SessionStore } from './session-store.ts';
import { shownCertificate } from './shown-certificate.ts';

export interface BrokerOptions {
  readonly host: string;
  /** 0 for a free one. */
  readonly port: number;
  readonly maxPacketBytes?: number;
  readonly maxConnections?: number;
  /** With one nothing is said in the clear. */
  readonly certificates?: Certificates;
}

/** A gateway may show a certificate; whoever shows none, or none of that authority, has to show a token. */
const contextOf = ({ cert, key, gatewayAuthority }: ServedCertificate) => ({
  ...{ cert, key },
  ...(gatewayAuthority ? { ca: gatewayAuthority } : {}),
});

/** A gateway that is connected, and what may be published where. */
interface SignedIn {
  readonly client: Client;
  readonly gateway: SignedInGateway;
  readonly channels: ReadonlyMap<string, UpChannel>;
}

/** CONNACK codes of MQTT 3.1.1, section 3.2.2.3. */
const connack = { identifierRejected: 2, serverUnavailable: 3, badCredentials: 4 } as const;

const refusal = (returnCode: number, message: string, cause?: unknown): AuthenticateError =>
  Object.assign(new Error(message, { cause }), { returnCode });

const bytesOf = (payload: string | Buffer): Uint8Array =>
  typeof payload === 'string' ? Buffer.from(payload) : payload;

/** Longest silence of a client, whatever it asked for. */
const longestKeepAliveS = 600;

/** The embedded MQTT 3.1.1 broker. A gateway has its own topics and nothing else. */
export class AedesBroker implements GatewayBroker, Part {
  readonly name = 'broker (aedes)';
  readonly #options: BrokerOptions;
  readonly #handlers: BrokerHandlers;
  readonly #log: Logger;
  /** By connection. */
  readonly #signedIn = new WeakMap<object, SignedIn>();
  readonly #sockets = new Set<Socket>();
  /** Who is being looked up, and by what they are let in since they were changed meanwhile. */
  readonly #attempts = new Set<{ readonly gatewayId: string; waysIn?: readonly string[] }>();
  readonly #sessions: SessionStore = createSessionStore();
  #running: { readonly broker: Aedes; readonly server: Server; readonly isSafe: boolean } | undefined;

  constructor(options: BrokerOptions, handlers: BrokerHandlers, log: Logger) {
    this.#options = options;
    this.#handlers = handlers;
    this.#log = log;
  }

  async start(): Promise<void> {
    const { host, port, maxConnections = 10_000 } = this.#options;
    const broker = await Aedes.createBroker({
      persistence: this.#sessions,
      concurrency: 2000,
      drainTimeout: 30_000,
      queueLimit: 1000,
      preConnect: (client, packet, done) => {
        this.#watchKeepAlive(client, packet);
        done(null, true);
      },
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
    broker.on('subscribe', (_, client) => {
      const signedIn = this.#signedIn.get(client.conn);
      if (signedIn) this.#handlers.subscribed(signedIn.gateway);
    });
    const certificate = await this.#options.certificates?.current();
    const connected = (socket: Socket) => this.#connect(broker, socket);
    const server = certificate ? this.#safeServer(certificate, connected) : createServer({ noDelay: true }, connected);
    server.on('tlsClientError', (error) => this.#log.debug({ err: error }, 'a connection never became safe'));
    server.maxConnections = maxConnections;
    this.#running = { broker, server, isSafe: certificate !== undefined };
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, resolve);
    });
    this.#tellNodes(broker);
  }

  #safeServer(certificate: ServedCertificate, connected: (socket: Socket) => void): TlsServer {
    const minVersion = 'TLSv1.2';
    const asks = { requestCert: certificate.gatewayAuthority !== undefined, rejectUnauthorized: false };
    const server = createTlsServer({ ...contextOf(certificate), ...asks, minVersion, noDelay: true }, connected);
    // Connections that are open go on under what they were opened with.
    this.#options.certificates?.onChange((next) => server.setSecureContext({ ...contextOf(next), minVersion }));
    return server;
  }

  /** To edge nodes that wait for their host. It needs no will: when the broker ends, the host does. */
  #tellNodes(broker: Aedes): void {
    const payload = hostState(true, Date.now());
    const packet = {
      cmd: 'publish',
      topic: hostStateTopic(hostId),
      payload,
      qos: 0,
      retain: true,
      dup: false,
    } as const;
    broker.publish(packet, () => undefined);
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

  url(): string {
    const address = this.#running?.server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    return `${this.#running?.isSafe ? 'mqtts' : 'mqtt'}://${this.#options.host}:${port}`;
  }

  async send(to: KnownGateway, channel: DownChannel, payload: string, keep: boolean): Promise<void> {
    const topic = topicOf(to.organisationId, to.gatewayId, channel);
    const packet = { cmd: 'publish', topic, payload, qos: keep ? 1 : 0, retain: keep, dup: false } as const;
    const broker = this.#running?.broker;
    if (!broker) throw new AppError('LINK_DOWN', 'the broker does not run');
    await new Promise<void>((resolve, reject) =>
      broker.publish(packet, (error) => (error ? reject(error) : resolve())),
    );
  }

  dismiss(gatewayId: string, waysIn: readonly string[]): void {
    for (const attempt of this.#attempts) if (attempt.gatewayId === gatewayId) attempt.waysIn = waysIn;
    for (const socket of this.#sockets) {
      const gateway = this.#signedIn.get(socket)?.gateway;
      if (gateway?.gatewayId !== gatewayId || waysIn.includes(gateway.wayIn)) continue;
      // What is on its way in finds nobody who may publish, and is not acknowledged.
      this.#signedIn.delete(socket);
      socket.destroy(new Error('what it signed in by opens nothing any more'));
    }
  }

  connected(): readonly SignedInGateway[] {
    return [...this.#sockets].flatMap((socket) => this.#signedIn.get(socket)?.gateway ?? []);
  }

  #connect(broker: Aedes, socket: Socket): void {
    const { maxPacketBytes = 256 * 1024 } = this.#options;
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    layPublishLane(socket, maxPacketBytes, {
      isOpen: () => this.#signedIn.has(socket),
      // After what came before it at QoS 0, which goes by the broker: the death of an edge node is its last word.
      take: ({ topic, payload }) => Promise.resolve().then(() => this.#take(socket, topic, payload)),
    });
    broker.handle(socket);
  }

  /** In place of the broker's own watch, which does not see what goes by the publish lane. */
  #watchKeepAlive(client: Client, packet: ConnectPacket): void {
    const seconds = Math.min(packet.keepalive || longestKeepAliveS, longestKeepAliveS);
    packet.keepalive = 0;
    const socket = client.conn as Socket;
    // Half as much again: MQTT 3.1.1, section 3.1.2.10.
    socket.setTimeout(seconds * 1500, () => socket.destroy(new Error('keep alive timeout')));
  }

  /** Why this client may not connect, or undefined when it may. A certificate says alone who shows it. */
  async #authenticate(client: Client, username: string, token: string): Promise<AuthenticateError | undefined> {
    const shown = client.conn instanceof TLSSocket ? shownCertificate(client.conn) : undefined;
    if (shown && username !== '' && username !== shown.gatewayId)
      return refusal(connack.badCredentials, 'the certificate is that of another gateway');
    const gatewayId = shown?.gatewayId ?? username;
    const proof: GatewayProof = shown ?? { token };
    const attempt: { readonly gatewayId: string; waysIn?: readonly string[] } = { gatewayId };
    this.#attempts.add(attempt);
    const gateway = await this.#handlers.identify(gatewayId, proof).finally(() => this.#attempts.delete(attempt));
    if (!gateway) return refusal(connack.badCredentials, 'bad gateway id, token or certificate');
    if (attempt.waysIn && !attempt.waysIn.includes(gateway.wayIn))
      return refusal(connack.serverUnavailable, 'the gateway was changed meanwhile');
    // A second connection with the same client id ends the first: no gateway may do that to another. An empty one,
    // which aedes replaces by its own, would get a session that nobody can come back to.
    if (!client.id.includes(gatewayId))
      return refusal(connack.identifierRejected, 'the client id must contain the gateway id');
    const topicFor = (channel: UpChannel) => topicOf(gateway.organisationId, gateway.gatewayId, channel);
    const channels = new Map(upChannels.map((channel) => [topicFor(channel), channel]));
    this.#signedIn.set(client.conn, { client, gateway, channels });
    return undefined;
  }

  /** What comes by the broker itself: states, wills, and messages at other levels than QoS 1. */
  async #publish(client: Client | null, packet: PublishPacket): Promise<void> {
    if (!client) throw new Error('not signed in');
    if (packet.qos > 0 && packet.messageId === 0) throw new Error('a message without a number');
    if (packet.qos === 2 && (await this.#isUnderWay(client, packet))) return;
    await this.#take(client.conn as Socket, packet.topic, bytesOf(packet.payload));
    // There is nobody who might come later for it.
    packet.retain = false;
  }

  /** Whether this is the repeat of a message that was taken, and is not to be taken again (MQTT 3.1.1, 4.3.3-2). */
  #isUnderWay(client: Client, packet: PublishPacket): Promise<boolean> {
    return this.#sessions.incomingGetPacket(client, packet).then(
      () => true,
      () => false,
    );
  }

  /** @throws when the message must not be acknowledged */
  async #take(socket: Socket, topic: string, payload: Uint8Array): Promise<void> {
    const signedIn = this.#signedIn.get(socket);
    if (!signedIn) throw new Error('not signed in');
    const { gateway, channels } = signedIn;
    const channel = channels.get(topic);
    const nodeTopic = channel ? undefined : parseSparkplugTopic(topic);
    const isWanted = () => !socket.destroyed;
    try {
      if (channel) await this.#handlers.take({ ...gateway, channel, payload, isWanted });
      else if (nodeTopic && isFromNode(nodeTopic)) {
        const command = (at: string, bytes: Uint8Array) => this.#command(signedIn.client, at, bytes);
        await this.#handlers.takeFromNode({ gateway, topic: nodeTopic, payload, isWanted, command });
      } else {
        this.#handlers.trespassed(gateway.gatewayId);
        throw new Error(`not a topic of gateway ${gateway.gatewayId}`);
      }
    } catch (error) {
      const { code } = asAppError(error);
      this.#log.warn({ err: error, code, gatewayId: gateway.gatewayId }, 'a message was not taken');
      throw error;
    }
  }

  /** To the connection from which the node spoke, so that a node of the same name elsewhere hears nothing of it. */
  #command(client: Client, topic: string, payload: Uint8Array): Promise<void> {
    const packet = { cmd: 'publish', topic, payload: Buffer.from(payload), qos: 0, retain: false, dup: false } as const;
    return new Promise((resolve) => client.publish(packet, () => resolve()));
  }

  /**
   * Its own channels down, spelled out: a wildcard or a share of others' messages is no topic of its own. On the topics
   * of Sparkplug B nothing is forwarded but what is told to all.
   */
  #maySubscribe(client: Client, topic: string): boolean {
    const gateway = this.#signedIn.get(client.conn)?.gateway;
    if (!gateway) return false;
    const isItsChannel = (channel: DownChannel) =>
      topicOf(gateway.organisationId, gateway.gatewayId, channel) === topic;
    return isNodeFilter(topic) || downChannels.some(isItsChannel);
  }
}
