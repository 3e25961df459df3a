import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { AppError } from '@kuluma/shared/errors.ts';
import type { ByteLink } from './byte-link.ts';

/** Datagrams to one host. `drop` takes a new port of ours, so that what is still on its way arrives nowhere. */
export const udpLink = ({ host, port }: { readonly host: string; readonly port: number }): ByteLink => {
  let socket: Socket | undefined;
  let data: ((bytes: Uint8Array) => void) | undefined;
  let closed: (() => void) | undefined;

  const connected = async (): Promise<Socket> => {
    const fresh = createSocket(host.includes(':') ? 'udp6' : 'udp4');
    try {
      fresh.connect(port, host);
      await once(fresh, 'connect');
      return fresh;
    } catch (cause) {
      fresh.close();
      throw new AppError('LINK_DOWN', `cannot find ${host}:${port}`, { cause, hint: 'check the address' });
    }
  };

  return {
    async open() {
      if (socket) return;
      const fresh = await connected();
      socket = fresh;
      fresh.on('message', (bytes) => {
        if (fresh === socket) data?.(bytes);
      });
      // As a rule: nobody listens on that port of the device.
      fresh.on('error', () => {
        if (fresh !== socket) return;
        socket = undefined;
        fresh.close();
        closed?.();
      });
    },
    write: (bytes) => socket?.send(bytes),
    onData: (listener) => {
      data = listener;
    },
    onClosed: (listener) => {
      closed = listener;
    },
    async drop() {
      socket?.close();
      socket = undefined;
    },
  };
};
