import { once } from 'node:events';
import type { Socket } from 'node:net';
import { createPacketSplitter } from './packet-splitter.ts';

/** A PUBLISH at QoS 1, as it came. */
export interface QosOnePublish {
  readonly topic: string;
  readonly payload: Uint8Array;
}

export interface LaneHandlers {
  /** Whether this sender's publishes go by the lane yet. */
  isOpen(): boolean;
  /** Resolves when the message may be acknowledged; a rejection closes the connection. */
  take(publish: QosOnePublish): Promise<void>;
}

/** First bytes of a PUBLISH at QoS 1, without and with the flags for a repeat and for keeping it (section 3.3.1). */
const isQosOnePublish = (firstByte: number): boolean => (firstByte & 0xf6) === 0x32;
const isKept = (firstByte: number): boolean => (firstByte & 1) === 1;
const puback = 0x40;

const afterLength = (packet: Uint8Array): number => {
  let at = 1;
  while ((packet[at] as number) > 127) at++;
  return at + 1;
};

/** @throws where the lengths in the packet do not fit, or its number is none. Source: MQTT 3.1.1, sections 2.3.1 and 3.3. */
const parsePublish = (packet: Buffer): QosOnePublish & { readonly id: number } => {
  const start = afterLength(packet);
  const idAt = start + 2 + packet.readUInt16BE(start);
  const id = packet.readUInt16BE(idAt);
  if (id === 0) throw new Error('a message without a number');
  return { topic: packet.toString('utf8', start + 2, idAt), id, payload: packet.subarray(idAt + 2) };
};

/**
 * Takes the QoS 1 publishes of a signed-in gateway out of what a broker reads from its socket, and acknowledges them:
 * the broker would look for subscribers and keep a copy of each, which costs several times what the rest does. All
 * other packets pass. It stands in `socket.read`, so that nothing is read on while messages wait: what cannot be taken
 * yet stays in the gateway's outbox. A packet of over `maxBytes` closes the connection before it is gathered.
 */
export const layPublishLane = (socket: Socket, maxBytes: number, { isOpen, take }: LaneHandlers): void => {
  const read = socket.read.bind(socket);
  const split = createPacketSplitter(
    maxBytes,
    (firstByte) => isOpen() && isQosOnePublish(firstByte) && !isKept(firstByte),
  );
  let isBusy = false;

  const takeAll = async (packets: readonly Buffer[]): Promise<void> => {
    const publishes = packets.map(parsePublish);
    await Promise.all(publishes.map(take));
    // In the order in which they came, as section 4.6 wants it.
    const acks = Buffer.from(publishes.flatMap(({ id }) => [puback, 2, id >> 8, id & 255]));
    if (!socket.destroyed && !socket.write(acks)) await once(socket, 'drain');
  };

  socket.read = (size?: number) => {
    if (isBusy) return null;
    const piece = read(size) as Buffer | null;
    if (piece === null) return null;
    const found = split(piece);
    if (!found) {
      socket.destroy(new Error(`a packet of over ${maxBytes} bytes, or of none that it could have`));
      return null;
    }
    if (found.taken.length > 0) {
      isBusy = true;
      takeAll(found.taken).then(
        () => {
          isBusy = false;
          socket.emit('readable');
        },
        (error: Error) => socket.destroy(error),
      );
    }
    return found.passed ?? null;
  };
};
