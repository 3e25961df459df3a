import { type AddressInfo, createServer, type Socket } from 'node:net';
import { AppError } from '@kuluma/shared/errors.ts';
import type { OpenLink } from './link.ts';

const dropCheckMs = 50;

/**
 * Listens on TCP and hands over each connection; while the link is dropped it ends all connections and refuses more.
 * @param port 0 for any free port. @throws LINK_DOWN when the port cannot be had.
 */
export const listenTcp = async (
  options: { name: string; host: string; port: number; isDropped: () => boolean; canDrop: boolean },
  onConnection: (socket: Socket) => void,
): Promise<OpenLink> => {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    if (options.isDropped()) {
      socket.destroy();
      return;
    }
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    // A peer that goes away mid-write is its own business; 'close' follows.
    socket.on('error', () => socket.destroy());
    onConnection(socket);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) =>
      reject(
        new AppError('LINK_DOWN', `link ${options.name} cannot listen on ${options.host}:${options.port}`, { cause }),
      ),
    );
    server.listen(options.port, options.host, resolve);
  });
  const dropCheck = options.canDrop
    ? setInterval(() => {
        if (options.isDropped()) for (const socket of sockets) socket.destroy();
      }, dropCheckMs)
    : undefined;
  const { port } = server.address() as AddressInfo;
  return {
    ready: { name: options.name, host: options.host, port },
    close: () => {
      clearInterval(dropCheck);
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
};
