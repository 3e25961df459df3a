import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { type DownChannel, parseTopic, topicOf } from '@kuluma/shared/model/topics.ts';
import { Aedes } from 'aedes';
import { gatewayId, type Ledger, organisationId } from './edge-harness.ts';

/** A broker that enters each batch into the ledger before it acknowledges, and can leave acknowledgements out. */
export class Broker {
  readonly states: unknown[] = [];
  isSilent = false;
  readonly #ledger: Ledger;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #aedes: Aedes | undefined;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  async start(port: number): Promise<void> {
    const aedes = await Aedes.createBroker({
      authenticate: (client, user, password, done) =>
        done(null, client.id === gatewayId && user === gatewayId && password?.toString() === 'secret'),
      authorizePublish: (_, packet, done) => {
        const topic = parseTopic(packet.topic);
        if (topic?.organisationId !== organisationId) return done(new Error('not its topic'));
        if (topic.channel === 'state') this.states.push(JSON.parse(packet.payload.toString()));
        else this.#ledger.take(packet.payload as Buffer);
        if (!this.isSilent) done(null);
      },
    });
    const server = createServer((socket) => {
      this.#sockets.add(socket);
      aedes.handle(socket);
    });
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    this.#aedes = aedes;
    this.#server = server;
  }

  /** To the gateway, if it listens. */
  send(channel: DownChannel, payload: string): void {
    const topic = topicOf(organisationId, gatewayId, channel);
    this.#aedes?.publish(
      { cmd: 'publish', topic, payload, qos: 1, dup: false, retain: false },
      // A publish by the broker itself fails only when it is closing.
      () => undefined,
    );
  }

  async stop(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server?.close(() => resolve());
    for (const socket of this.#sockets) socket.destroy();
    this.#sockets.clear();
    if (this.#server) await promise;
    this.#aedes?.close();
    this.#server = undefined;
    this.#aedes = undefined;
  }
}
