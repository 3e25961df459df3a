import { AppError } from '@kuluma/shared/errors.ts';
import { decodeRegisters } from './core/decode-registers.ts';
import { type Framing, mostPerRead, rtuFraming, tcpFraming, udpFraming } from './core/modbus-frame.ts';
import type { NumberType } from './core/profile.ts';
import type { ByteLink } from './links/byte-link.ts';
import { ModbusMaster } from './links/modbus-master.ts';
import { type SerialAddress, serialLink } from './links/serial-link.ts';
import { tcpLink } from './links/tcp-link.ts';
import { udpLink } from './links/udp-link.ts';
import { wallTimer } from './wall-timer.ts';

export interface ProbeLine {
  /** For each answer. */
  readonly timeoutMs: number;
  readonly baudRate: number;
  readonly parity: SerialAddress['parity'];
}

export interface ProbeOptions extends ProbeLine {
  readonly unit: number;
  readonly from: number;
  readonly count: number;
}

export interface ProbedRegister {
  readonly address: number;
  readonly uint16: number;
  readonly int16: number;
  /** Of this register and the next, in the order of the protocol and with the two words turned around. */
  readonly float32?: number;
  readonly float32Swapped?: number;
  /** Two characters, where both are printable. */
  readonly text?: string;
}

export interface ProbedTable {
  readonly function: 'holding' | 'input';
  /** What the device said instead of data, where it did. */
  readonly refusal?: string;
  readonly registers: readonly ProbedRegister[];
}

/** How a unit answered: with data, with an exception (it is there all the same), or not at all. */
export interface ProbedUnit {
  readonly unit: number;
  readonly answer: string;
  readonly isThere: boolean;
}

const isAbsentCode = (code: number): boolean => code === 10 || code === 11;

const lineOf = (target: string, options: ProbeLine): { link: ByteLink; framing: Framing } => {
  const network = /^(tcp|udp|rtu-tcp):\/\/([^:/]+|\[[^\]]+\]):(\d{1,5})$/.exec(target);
  if (network?.[2] && network[3]) {
    const address = {
      host: network[2].replace(/^\[|\]$/g, ''),
      port: Number(network[3]),
      timeoutMs: options.timeoutMs,
    };
    if (network[1] === 'udp') return { link: udpLink(address), framing: udpFraming };
    return { link: tcpLink(address), framing: network[1] === 'tcp' ? tcpFraming : rtuFraming };
  }
  const path = /^rtu:(?!\/\/)(.+)$/.exec(target)?.[1];
  if (path)
    return { link: serialLink({ path, baudRate: options.baudRate, parity: options.parity }), framing: rtuFraming };
  throw new AppError('INPUT_INVALID', `${target} is no line`, {
    hint: 'tcp://host:port, udp://host:port, rtu-tcp://host:port or rtu:PATH',
  });
};

const withMaster = async <T>(
  target: string,
  options: ProbeLine,
  act: (master: ModbusMaster) => Promise<T>,
): Promise<T> => {
  const { timeoutMs } = options;
  const line = lineOf(target, options);
  // Probing asks for one thing after another and compares nothing: a late reply shows by its unit or its length.
  const quiet = { gapMs: 5, silenceMs: 50, dropOnFailure: line.framing !== rtuFraming };
  const master = new ModbusMaster({ ...line, timer: wallTimer, timeoutMs, ...quiet });
  try {
    return await act(master);
  } finally {
    await master.close();
  }
};

/**
 * What stands in the holding and input registers of a unit, to compare with its manual.
 * @throws LINK_DOWN, LINK_TIMEOUT, REPLY_MISMATCH; INPUT_INVALID for a wrong target or range
 */
export const probe = (target: string, options: ProbeOptions): Promise<ProbedTable[]> => {
  const { unit, from, count } = options;
  if (count < 1 || count > mostPerRead.input || from < 0 || from + count > 65_536)
    throw new AppError('INPUT_INVALID', `cannot read ${count} registers from ${from}`, {
      hint: 'one read takes 1-125',
    });
  return withMaster(target, options, async (master) => {
    const tables: ProbedTable[] = [];
    for (const table of ['holding', 'input'] as const) {
      const reply = await master.read({ unit, function: table, address: from, count }).catch(explained);
      if (reply.kind === 'exception')
        tables.push({ function: table, refusal: `exception ${reply.code}`, registers: [] });
      else tables.push({ function: table, registers: registersIn(reply.data, from) });
    }
    return tables;
  });
};

const explained = (error: unknown): never => {
  if (error instanceof AppError && error.code === 'LINK_TIMEOUT')
    throw new AppError('LINK_TIMEOUT', error.message, {
      cause: error,
      hint: 'check the unit id (--units 1-10 tries several), and on a serial line the wiring, --baud and --parity',
    });
  throw error;
};

/** Which of the units `from`..`to` answer. @throws LINK_DOWN where the line itself cannot be had */
export const probeUnits = (
  target: string,
  { from, to, ...line }: ProbeLine & { from: number; to: number },
): Promise<ProbedUnit[]> =>
  withMaster(target, line, async (master) => {
    const units: ProbedUnit[] = [];
    for (let unit = from; unit <= to; unit++) {
      const reply = await master.read({ unit, function: 'holding', address: 0, count: 1 }).catch((error: unknown) => {
        if (error instanceof AppError && error.code !== 'LINK_DOWN') return error;
        throw error;
      });
      if (reply instanceof AppError)
        units.push({ unit, isThere: reply.code === 'REPLY_MISMATCH', answer: reply.message });
      else if (reply.kind === 'data') units.push({ unit, isThere: true, answer: 'answers' });
      else units.push({ unit, isThere: !isAbsentCode(reply.code), answer: `answers with exception ${reply.code}` });
    }
    return units;
  });

const numberAt = (data: Uint8Array, offset: number, type: NumberType, wordOrder: 'big' | 'little' = 'big'): number =>
  decodeRegisters(data, offset, { type, wordOrder, byteOrder: 'big' });

const textAt = (data: Uint8Array, offset: number): { text?: string } => {
  const text = String.fromCharCode(data[offset] as number, data[offset + 1] as number);
  return /^[\x20-\x7e]{2}$/.test(text) ? { text } : {};
};

const registersIn = (data: Uint8Array, from: number): ProbedRegister[] =>
  Array.from({ length: data.length / 2 }, (_, i) => ({
    address: from + i,
    uint16: numberAt(data, 2 * i, 'uint16'),
    int16: numberAt(data, 2 * i, 'int16'),
    ...(2 * i + 4 <= data.length
      ? {
          float32: numberAt(data, 2 * i, 'float32'),
          float32Swapped: numberAt(data, 2 * i, 'float32', 'little'),
        }
      : {}),
    ...textAt(data, 2 * i),
  }));
