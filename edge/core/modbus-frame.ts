import type { ModbusFunction } from './profile.ts';

/** One read: `count` registers or bits of one unit from `address`. */
export interface ReadRequest {
  readonly unit: number;
  readonly function: ModbusFunction;
  readonly address: number;
  readonly count: number;
}

/** One write: a coil (a single 0 or 1), or the words of one value. Each word is of 16 bits. */
export interface WriteRequest {
  readonly unit: number;
  readonly function: 'coil' | 'holding';
  readonly address: number;
  readonly words: readonly number[];
}
export type Request = ReadRequest | WriteRequest;

/**
 * What came back: the data bytes, an exception code of the device, or a reason why this is no reply to this request.
 * Undefined: there are bytes to come.
 */
export type Reply =
  | { readonly kind: 'data'; readonly data: Uint8Array }
  | { readonly kind: 'exception'; readonly code: number }
  | { readonly kind: 'mismatch'; readonly reason: string };

/** How requests and replies stand on a line. `transaction` is of use where the framing carries one. */
export interface Framing {
  /** Each piece that arrives is a whole reply or none: what one leaves open no other completes. */
  readonly isPacketed: boolean;
  request(request: Request, transaction: number): Uint8Array;
  reply(bytes: Uint8Array, request: Request, transaction: number): Reply | undefined;
}

/** Protocol limits of one read (Modbus Application Protocol V1.1b3, 6.1-6.4). */
export const mostPerRead = { coil: 2000, discrete: 2000, holding: 125, input: 125 } as const;

const readCodes = { coil: 1, discrete: 2, holding: 3, input: 4 } as const;
const writeOne = { coil: 5, holding: 6 } as const;
const writeMany = 16;

const isBits = (f: ModbusFunction): boolean => f === 'coil' || f === 'discrete';

const dataBytesOf = (request: ReadRequest): number =>
  isBits(request.function) ? Math.ceil(request.count / 8) : request.count * 2;

const words = (...values: readonly number[]): number[] => values.flatMap((word) => [word >> 8, word & 255]);

const requestPdu = (request: Request): number[] => {
  const { function: f, address } = request;
  if ('count' in request) return [readCodes[f], ...words(address, request.count)];
  const [first = 0] = request.words;
  if (request.function === 'coil') return [writeOne.coil, ...words(address, first ? 0xff00 : 0)];
  if (request.words.length === 1) return [writeOne.holding, ...words(address, first)];
  const { length } = request.words;
  return [writeMany, ...words(address, length), 2 * length, ...words(...request.words)];
};

const mismatch = (reason: string): Reply => ({ kind: 'mismatch', reason });

/** Judges unit, function and length of a whole reply; `pdu` is what follows the unit. A write must be confirmed as it was asked. */
const judge = (unit: number, pdu: Uint8Array, request: Request): Reply => {
  const asked = requestPdu(request);
  const [code = 0] = asked;
  if (unit !== request.unit) return mismatch(`unit ${unit} instead of ${request.unit}`);
  if (pdu[0] === (code | 0x80) && pdu.length === 2) return { kind: 'exception', code: pdu[1] as number };
  if (pdu[0] !== code) return mismatch(`function ${pdu[0]} instead of ${code}`);
  if ('words' in request) {
    const isConfirmed = pdu.length === 5 && pdu.every((byte, i) => byte === asked[i]);
    return isConfirmed ? { kind: 'data', data: pdu.subarray(3) } : mismatch('something else than was written');
  }
  const wanted = dataBytesOf(request);
  if (pdu[1] !== wanted || pdu.length !== 2 + wanted) return mismatch(`${pdu[1]} data bytes instead of ${wanted}`);
  return { kind: 'data', data: pdu.subarray(2) };
};

/** Modbus TCP (Messaging on TCP/IP Implementation Guide V1.0b, 3.1.3): transaction, protocol 0, length, unit, PDU. */
export const tcpFraming: Framing = {
  isPacketed: false,
  request(request, transaction) {
    const pdu = requestPdu(request);
    return Uint8Array.of(transaction >> 8, transaction & 255, 0, 0, 0, pdu.length + 1, request.unit, ...pdu);
  },
  reply(bytes, request, transaction) {
    if (bytes.length < 8) return undefined;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const length = view.getUint16(4);
    if (view.getUint16(2) !== 0) return mismatch(`protocol ${view.getUint16(2)} instead of 0`);
    if (view.getUint16(0) !== transaction) return mismatch('the reply to another request');
    if (length < 3 || length > 254) return mismatch(`a length of ${length}`);
    if (bytes.length < 6 + length) return undefined;
    if (bytes.length > 6 + length) return mismatch('more than one reply');
    return judge(bytes[6] as number, bytes.subarray(7), request);
  },
};

/**
 * The same in datagrams. There is no connection that could be dropped, so a reply to an older request, late or doubled,
 * is passed over; half a reply is none.
 */
export const udpFraming: Framing = {
  isPacketed: true,
  request: tcpFraming.request,
  reply(bytes, request, transaction) {
    const isOlder = bytes.length >= 2 && ((bytes[0] as number) << 8) + (bytes[1] as number) !== transaction;
    return isOlder ? undefined : (tcpFraming.reply(bytes, request, transaction) ?? mismatch('half a reply'));
  },
};

const crcTable = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xa001 : crc >>> 1;
  return crc;
});

/** CRC-16/MODBUS: polynomial 0x8005 reflected, start 0xFFFF (Modbus over Serial Line V1.02, appendix B). */
export const crc16 = (bytes: Uint8Array): number => {
  let crc = 0xffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ (crcTable[(crc ^ byte) & 255] as number);
  return crc;
};

/** Modbus RTU: unit, PDU, CRC with the low byte first. The length of a reply follows from its own first bytes. */
export const rtuFraming: Framing = {
  isPacketed: false,
  request(request) {
    const body = Uint8Array.of(request.unit, ...requestPdu(request));
    const crc = crc16(body);
    return Uint8Array.of(...body, crc & 255, crc >> 8);
  },
  reply(bytes, request) {
    if (bytes.length < 5) return undefined;
    const isException = (bytes[1] as number) & 0x80;
    const length = isException ? 5 : 'words' in request ? 8 : 5 + (bytes[2] as number);
    if (bytes.length < length) return undefined;
    if (bytes.length > length) return mismatch('more than one reply');
    const body = bytes.subarray(0, length - 2);
    if (crc16(body) !== ((bytes[length - 2] as number) | ((bytes[length - 1] as number) << 8)))
      return mismatch('a wrong CRC');
    return judge(body[0] as number, body.subarray(1), request);
  },
};
