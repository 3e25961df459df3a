import { AppError } from '@kuluma/shared/errors.ts';
import { Type } from 'typebox';
import type { ByteLink } from './byte-link.ts';
import { serialLink } from './serial-link.ts';
import { tcpLink } from './tcp-link.ts';

/** Keys of the configuration of a device that talks by itself. */
export const streamFields = {
  /** Either a serial port ... */
  path: Type.Optional(Type.String({ minLength: 1 })),
  baudRate: Type.Integer({ minimum: 300, default: 19_200 }),
  /** ... or a serial device server, or the device itself on the network. */
  host: Type.Optional(Type.String({ minLength: 1 })),
  port: Type.Optional(Type.Integer({ minimum: 1, maximum: 65_535 })),
  /** A device that sends nothing for so long does not answer. */
  timeoutMs: Type.Integer({ minimum: 1, default: 5000 }),
};

export interface StreamAddress {
  readonly path?: string;
  readonly baudRate: number;
  readonly host?: string;
  readonly port?: number;
  readonly timeoutMs: number;
}

/** @throws CONFIG_INVALID where it is neither or both. */
export const streamLink = ({ path, host, port, baudRate, timeoutMs }: StreamAddress): ByteLink => {
  if (path !== undefined && host === undefined && port === undefined)
    return serialLink({ path, baudRate, parity: 'none' });
  if (path === undefined && host !== undefined && port !== undefined) return tcpLink({ host, port, timeoutMs });
  throw new AppError('CONFIG_INVALID', 'a device that talks by itself needs either a path, or a host and a port');
};
