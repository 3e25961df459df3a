import { Readable } from 'node:stream';
import type { Client, PublishPacket } from 'aedes';
import memory from 'aedes-persistence';

type Queued = Omit<PublishPacket, 'cmd'> & { readonly cmd: string };

/** What the broker keeps of its clients, as far as it is asked for here. */
export interface SessionStore {
  /** For clients that are away. */
  outgoingEnqueueCombi(subscriptions: readonly unknown[], packet: Queued): Promise<void>;
  /** What a client has not acknowledged, as it comes back. */
  outgoingStream(client: Client): Readable;
  /** Rejects where no message of QoS 2 is under way under this number. */
  incomingGetPacket(client: Client, packet: Pick<PublishPacket, 'messageId'>): Promise<unknown>;
}

async function* repeatsIn(queue: Readable): AsyncGenerator<Queued> {
  // A number was given when it was sent first. The flag of a PUBREL is another.
  for await (const packet of queue as AsyncIterable<Queued>)
    yield packet.cmd === 'publish' && packet.messageId ? { ...packet, dup: true } : packet;
}

/**
 * The broker's own store in memory, with two things that it leaves out of MQTT 3.1.1: what is sent for a subscription
 * that stands is not marked as retained (3.3.1-9), and what is sent again is marked as that (3.3.1-1).
 */
export const createSessionStore = (): SessionStore => {
  // Its types are those of another module format, and of the callbacks that it has beside promises.
  const store = (memory as unknown as () => SessionStore)();
  const enqueue = store.outgoingEnqueueCombi.bind(store);
  const outgoing = store.outgoingStream.bind(store);
  return Object.assign(store, {
    outgoingEnqueueCombi: (subscriptions: readonly unknown[], packet: Queued) =>
      enqueue(subscriptions, { ...packet, retain: false }),
    outgoingStream: (client: Client) => Readable.from(repeatsIn(outgoing(client))),
  });
};
