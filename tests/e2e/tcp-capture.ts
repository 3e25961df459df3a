import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

interface Piece {
  readonly fromClient: boolean;
  readonly bytes: Buffer;
}

export interface TcpCapture {
  readonly port: number;
  /** The connections so far as a capture file (libpcap 2.4, raw IPv4): what a tool on the wire would have seen. */
  pcap(): Buffer;
  /** Breaks the connections there are. */
  cut(): void;
  stop(): void;
}

const rawIp = 101;
const headBytes = 40;
/** So that a segment stays below what IPv4 can carry. */
const mostSegmentBytes = 60_000;

const fileHead = (): Buffer => {
  const head = Buffer.alloc(24);
  head.writeUInt32LE(0xa1b2c3d4, 0);
  head.writeUInt16LE(2, 4);
  head.writeUInt16LE(4, 6);
  head.writeUInt32LE(0xffff, 16);
  head.writeUInt32LE(rawIp, 20);
  return head;
};

/** A packet of a capture: IPv4 (RFC 791) and TCP (RFC 9293) headers without checksums, which dissectors need not check. */
const packet = (from: number, to: number, seq: number, ack: number, bytes: Buffer, at: number): Buffer => {
  const head = Buffer.alloc(16);
  head.writeUInt32LE(at, 0);
  head.writeUInt32LE(headBytes + bytes.length, 8);
  head.writeUInt32LE(headBytes + bytes.length, 12);
  const ip = Buffer.alloc(headBytes);
  ip.set([0x45, 0], 0);
  ip.writeUInt16BE(headBytes + bytes.length, 2);
  ip.set([64, 6], 8);
  ip.set([127, 0, 0, 1], 12);
  ip.set([127, 0, 0, 1], 16);
  ip.writeUInt16BE(from, 20);
  ip.writeUInt16BE(to, 22);
  ip.writeUInt32BE(seq, 24);
  ip.writeUInt32BE(ack, 28);
  ip.set([0x50, 0x18, 0xff, 0xff], 32);
  return Buffer.concat([head, ip, bytes]);
};

const packetsOf = (pieces: readonly Piece[], clientPort: number, serverPort: number): Buffer[] => {
  const next = { client: 1, server: 1 };
  return pieces.flatMap(({ fromClient, bytes }, at) =>
    Array.from({ length: Math.ceil(bytes.length / mostSegmentBytes) }, (_, i) => {
      const part = bytes.subarray(i * mostSegmentBytes, (i + 1) * mostSegmentBytes);
      const made = fromClient
        ? packet(clientPort, serverPort, next.client, next.server, part, at)
        : packet(serverPort, clientPort, next.server, next.client, part, at);
      next[fromClient ? 'client' : 'server'] += part.length;
      return made;
    }),
  );
};

/** Stands before a server on loopback, passes everything on and remembers it. */
export const captureTcp = async (serverPort: number): Promise<TcpCapture> => {
  const connections: { readonly clientPort: number; readonly pieces: Piece[] }[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(serverPort, '127.0.0.1');
    const pieces: Piece[] = [];
    connections.push({ clientPort: client.remotePort ?? 0, pieces });
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from);
      from.on('error', () => to.destroy());
      from.on('close', () => to.end());
      from.on('data', (bytes: Buffer) => {
        pieces.push({ fromClient: from === client, bytes });
        to.write(bytes);
      });
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = () => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  };
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    pcap: () =>
      Buffer.concat([
        fileHead(),
        ...connections.flatMap(({ clientPort, pieces }) => packetsOf(pieces, clientPort, serverPort)),
      ]),
    cut,
    stop() {
      server.close();
      cut();
    },
  };
};
