import { ModbusException, type ModbusUnit } from './modbus-unit.ts';

/** The reply to one request PDU; `onSent` is called when it has left. */
export interface PduReply {
  readonly pdu: Buffer;
  readonly onSent?: () => void;
}

const checkCount = (count: number, max: number): void => {
  if (count < 1 || count > max) throw new ModbusException('illegalValue');
};

const readBits = (fn: number, pdu: Buffer, unit: ModbusUnit): PduReply => {
  const count = pdu.readUInt16BE(3);
  checkCount(count, 2000);
  const bits = unit.readBits(fn === 1 ? 'coil' : 'discrete', pdu.readUInt16BE(1), count);
  const reply = Buffer.alloc(2 + Math.ceil(count / 8));
  reply.set([fn, reply.length - 2]);
  for (const [i, bit] of bits.entries()) if (bit) reply[2 + (i >> 3)] = (reply[2 + (i >> 3)] ?? 0) | (1 << (i & 7));
  return { pdu: reply };
};

const readRegisters = (fn: number, pdu: Buffer, unit: ModbusUnit): PduReply => {
  const count = pdu.readUInt16BE(3);
  checkCount(count, 125);
  const read = unit.readRegisters(fn === 3 ? 'holding' : 'input', pdu.readUInt16BE(1), count);
  const reply = Buffer.alloc(2 + 2 * count);
  reply.set([fn, 2 * count]);
  for (const [i, word] of read.words.entries()) reply.writeUInt16BE(word, 2 + 2 * i);
  return { pdu: reply, onSent: () => read.onSent?.() };
};

const writeOne = (fn: number, pdu: Buffer, unit: ModbusUnit): PduReply => {
  const address = pdu.readUInt16BE(1);
  const value = pdu.readUInt16BE(3);
  if (fn === 6) unit.writeRegisters(address, [value]);
  else if (value === 0 || value === 0xff00) unit.writeBits(address, [value !== 0]);
  else throw new ModbusException('illegalValue');
  return { pdu: pdu.subarray(0, 5) };
};

const writeMany = (fn: number, pdu: Buffer, unit: ModbusUnit): PduReply => {
  const address = pdu.readUInt16BE(1);
  const count = pdu.readUInt16BE(3);
  const data = pdu.subarray(6);
  checkCount(count, fn === 15 ? 1968 : 123);
  const expected = fn === 15 ? Math.ceil(count / 8) : 2 * count;
  if (pdu[5] !== expected || data.length !== expected) throw new ModbusException('illegalValue');
  const items = Array.from({ length: count }, (_, i) => i);
  if (fn === 15)
    unit.writeBits(
      address,
      items.map((i) => (((data[i >> 3] ?? 0) >> (i & 7)) & 1) === 1),
    );
  else
    unit.writeRegisters(
      address,
      items.map((i) => data.readUInt16BE(2 * i)),
    );
  return { pdu: pdu.subarray(0, 5) };
};

const handlers: Record<number, (fn: number, pdu: Buffer, unit: ModbusUnit) => PduReply> = {
  1: readBits,
  2: readBits,
  3: readRegisters,
  4: readRegisters,
  5: writeOne,
  6: writeOne,
  15: writeMany,
  16: writeMany,
};

/**
 * Answers a request PDU (function code and data). Never throws on what came over the wire: a faulty request gets the
 * exception reply of the Modbus Application Protocol 1.1b3. @throws what a bug inside the unit throws.
 */
export const answerPdu = (pdu: Buffer, unit: ModbusUnit): PduReply => {
  const fn = pdu[0] ?? 0;
  try {
    const handler = handlers[fn];
    if (!handler) throw new ModbusException('illegalFunction');
    const hasLength = fn < 15 ? pdu.length === 5 : pdu.length >= 6;
    if (!hasLength) throw new ModbusException('illegalValue');
    return handler(fn, pdu, unit);
  } catch (error) {
    if (!(error instanceof ModbusException)) throw error;
    return { pdu: Buffer.from([fn | 0x80, error.exceptionCode]) };
  }
};
