import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import type { Random } from '@kuluma/shared/clock.ts';

/** What a rough link does to what passes. `cut`: it ends every connection and takes none. */
export type Roughness = 'well' | 'slow' | 'garbage' | 'lossy' | 'cut';

export interface RoughLink {
  readonly port: number;
  be(roughness: Roughness): void;
  close(): Promise<void>;
}

/** A TCP proxy before a device that can be made rough. Only what the device says is spoilt. */
export const openRoughLink = async (toPort: number, random: Random): Promise<RoughLink> => {
  let roughness: Roughness = 'well';
  const open = new Set<Socket>();
  const pass = (chunk: Buffer, to: Socket): void => {
    if (roughness === 'lossy' && random() < 0.3) return;
    if (roughness === 'garbage' && random() < 0.5) {
      chunk[Math.floor(random() * chunk.length)] = Math.floor(random() * 256);
      to.write(chunk);
      to.write(Buffer.from(Array.from({ length: Math.floor(random() * 40) }, () => Math.floor(random() * 256))));
    } else if (roughness === 'slow') setTimeout(() => to.writable && to.write(chunk), random() * 1500);
    else to.write(chunk);
  };
  const server = createServer((near) => {
    if (roughness === 'cut') return near.destroy();
    const far = connect(toPort, '127.0.0.1');
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(socket);
      // Ends of connections are what this link is for.
      socket.on('error', () => undefined);
      socket.on('close', () => {
        open.delete(socket);
        other.destroy();
      });
    }
    near.on('data', (chunk) => far.writable && far.write(chunk));
    far.on('data', (chunk: Buffer) => near.writable && pass(chunk, near));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = () => {
    for (const socket of open) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    be(next) {
      roughness = next;
      if (next === 'cut') cut();
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      cut();
      await closed;
    },
  };
};
