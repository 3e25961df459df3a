import { connect, type Socket } from 'node:net';
import { AppError } from '@kuluma/shared/errors.ts';
import type { ByteLink } from './byte-link.ts';

export interface TcpAddress {
  readonly host: string;
  readonly port: number;
  /** Bound of the connection attempt, wall time. */
  readonly timeoutMs: number;
}

const connected = (address: TcpAddress): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = connect({ host: address.host, port: address.port, noDelay: true, keepAlive: true });
    const fail = (cause: unknown) => {
      clearTimeout(timer);
      socket.destroy();
      const where = `${address.host}:${address.port}`;
      const hint = 'check the address, the cable and that the device listens there';
      reject(new AppError('LINK_DOWN', `cannot connect to ${where}`, { cause, hint }));
    };
    const timer = setTimeout(() => fail(new Error(`no answer within ${address.timeoutMs} ms`)), address.timeoutMs);
    socket.once('error', fail);
    socket.once('connect', () => {
      clearTimeout(timer);
      socket.off('error', fail);
      // 'close' follows every error and is what the user of the link acts upon.
      socket.on('error', () => undefined);
      resolve(socket);
    });
  });

export const tcpLink = (address: TcpAddress): ByteLink => {
  let socket: Socket | undefined;
  let data: ((bytes: Uint8Array) => void) | undefined;
  let closed: (() => void) | undefined;
  return {
    async open() {
      if (socket) return;
      const fresh = await connected(address);
      socket = fresh;
      fresh.on('data', (bytes) => {
        if (fresh === socket) data?.(bytes);
      });
      fresh.once('close', () => {
        if (fresh !== socket) return;
        socket = undefined;
        closed?.();
      });
    },
    write: (bytes) => void socket?.write(bytes),
    onData: (listener) => {
      data = listener;
    },
    onClosed: (listener) => {
      closed = listener;
    },
    async drop() {
      socket?.destroy();
      socket = undefined;
    },
  };
};
