import { AppError } from '@kuluma/shared/errors.ts';
import { decodeRegisters } from './core/decode-registers.ts';
import { type Framing, mostPerRead, rtuFraming, tcpFraming } from './core/modbus-frame.ts';
import type { NumberType } from './core/profile.ts';
import type { ByteLink } from './links/byte-link.ts';
import { ModbusMaster } from './links/modbus-master.ts';
import { type SerialAddress, serialLink } from './links/serial-link.ts';
import { tcpLink } from './links/tcp-link.ts';
import { wallTimer } from './wall-timer.ts';

export interface ProbeOptions {
  readonly unit: number;
  readonly from: number;
  readonly count: number;
  readonly timeoutMs: number;
  readonly baudRate: number;
  readonly parity: SerialAddress['parity'];
}

export interface ProbedTable {
  readonly function: 'holding' | 'input';
  /** What the device said instead of data, where it did. */
  readonly refusal?: string;
  readonly registers: readonly { address: number; uint16: number; int16: number; float32?: number }[];
}

const lineOf = (target: string, options: ProbeOptions): { link: ByteLink; framing: Framing } => {
  const tcp = /^tcp:\/\/([^:/]+|\[[^\]]+\]):(\d{1,5})$/.exec(target);
  if (tcp?.[1] && tcp[2]) {
    const address = { host: tcp[1].replace(/^\[|\]$/g, ''), port: Number(tcp[2]), timeoutMs: options.timeoutMs };
    return { link: tcpLink(address), framing: tcpFraming };
  }
  const path = /^rtu:(.+)$/.exec(target)?.[1];
  if (path)
    return { link: serialLink({ path, baudRate: options.baudRate, parity: options.parity }), framing: rtuFraming };
  throw new AppError('INPUT_INVALID', `${target} is no line`, { hint: 'tcp://host:port or rtu:PATH' });
};

/**
 * What stands in the holding and input registers of a device, to compare with its manual.
 * @throws LINK_DOWN, LINK_TIMEOUT, REPLY_MISMATCH; INPUT_INVALID for a wrong target or range
 */
export const probe = async (target: string, options: ProbeOptions): Promise<ProbedTable[]> => {
  const { unit, from, count, timeoutMs } = options;
  if (count < 1 || count > mostPerRead.input || from < 0 || from + count > 65_536)
    throw new AppError('INPUT_INVALID', `cannot read ${count} registers from ${from}`, {
      hint: 'one read takes 1-125',
    });
  const line = lineOf(target, options);
  const silent = { gapMs: 5, silenceMs: 0, dropOnFailure: false };
  const master = new ModbusMaster({ ...line, timer: wallTimer, timeoutMs, ...silent });
  try {
    const tables: ProbedTable[] = [];
    for (const table of ['holding', 'input'] as const) {
      const reply = await master.read({ unit, function: table, address: from, count });
      if (reply.kind === 'exception')
        tables.push({ function: table, refusal: `exception ${reply.code}`, registers: [] });
      else tables.push({ function: table, registers: registersIn(reply.data, from) });
    }
    return tables;
  } finally {
    await master.close();
  }
};

const numberAt = (data: Uint8Array, offset: number, type: NumberType): number =>
  decodeRegisters(data, offset, { type, wordOrder: 'big', byteOrder: 'big' });

const registersIn = (data: Uint8Array, from: number): ProbedTable['registers'] =>
  Array.from({ length: data.length / 2 }, (_, i) => ({
    address: from + i,
    uint16: numberAt(data, 2 * i, 'uint16'),
    int16: numberAt(data, 2 * i, 'int16'),
    ...(2 * i + 4 <= data.length ? { float32: numberAt(data, 2 * i, 'float32') } : {}),
  }));
