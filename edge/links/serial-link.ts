import { AppError } from '@kuluma/shared/errors.ts';
import type { SerialPort } from 'serialport';
import type { ByteLink } from './byte-link.ts';

export interface SerialAddress {
  readonly path: string;
  readonly baudRate: number;
  readonly parity: 'none' | 'even' | 'odd';
}

/** A driver that hangs must not hang the bus: opening and closing end within this time, in success or not. */
const driverMs = 5000;

const opened = async ({ path, baudRate, parity }: SerialAddress): Promise<SerialPort> => {
  const { SerialPort } = await import('serialport');
  return new Promise((resolve, reject) => {
    // Modbus over Serial Line V1.02, 2.5.1: without parity a character has two stop bits.
    const stopBits = parity === 'none' ? 2 : 1;
    const port = new SerialPort({ path, baudRate, parity, dataBits: 8, stopBits, autoOpen: false });
    const hint = 'check the path, its permissions, and that no other program holds the port';
    const fail = (cause: unknown) => reject(new AppError('LINK_DOWN', `cannot open ${path}`, { cause, hint }));
    let isLate = false;
    const late = setTimeout(() => {
      isLate = true;
      fail(new Error(`the driver did not answer within ${driverMs} ms`));
    }, driverMs);
    port.open((cause) => {
      clearTimeout(late);
      if (isLate && port.isOpen) port.close(() => undefined);
      else if (cause) fail(cause);
      else resolve(port);
    });
  });
};

export const serialLink = (address: SerialAddress): ByteLink => {
  let port: SerialPort | undefined;
  let data: ((bytes: Uint8Array) => void) | undefined;
  let closed: (() => void) | undefined;
  return {
    async open() {
      if (port) return;
      const fresh = await opened(address);
      port = fresh;
      const ended = () => {
        if (fresh !== port) return;
        port = undefined;
        closed?.();
      };
      fresh.on('data', (bytes: Uint8Array) => {
        if (fresh === port) data?.(bytes);
      });
      fresh.once('close', ended);
      fresh.on('error', () => {
        ended();
        // Whether it could still be closed makes no difference: it is not used again.
        if (fresh.isOpen) fresh.close(() => undefined);
      });
    },
    write: (bytes) => void port?.write(bytes),
    onData: (listener) => {
      data = listener;
    },
    onClosed: (listener) => {
      closed = listener;
    },
    async drop() {
      const old = port;
      port = undefined;
      if (!old?.isOpen) return;
      // Closed before the next open: Linux keeps the port locked until then.
      const ended = Promise.withResolvers<void>();
      const late = setTimeout(ended.resolve, driverMs);
      old.close(() => ended.resolve());
      await ended.promise;
      clearTimeout(late);
    },
  };
};
