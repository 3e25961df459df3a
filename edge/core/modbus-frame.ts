import type { ModbusFunction } from './profile.ts';

/** One read: `count` registers or bits of one unit from `address`. */
export interface ReadRequest {
  readonly unit: number;
  readonly function: ModbusFunction;
  readonly address: number;
  readonly count: number;
}

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
  request(request: ReadRequest, transaction: number): Uint8Array;
  reply(bytes: Uint8Array, request: ReadRequest, transaction: number): Reply | undefined;
}

/** Protocol limits of one read (Modbus Application Protocol V1.1b3, 6.1-6.4). */
export const mostPerRead = { coil: 2000, discrete: 2000, holding: 125, input: 125 } as const;

const functionCodes = { coil: 1, discrete: 2, holding: 3, input: 4 } as const;

const isBits = (f: ModbusFunction): boolean => f === 'coil' || f === 'discrete';

const dataBytesOf = (request: ReadRequest): number =>
  isBits(request.function) ? Math.ceil(request.count / 8) : request.count * 2;

const requestPdu = ({ function: f, address, count }: ReadRequest): number[] => [
  functionCodes[f],
  address >> 8,
  address & 255,
  count >> 8,
  count & 255,
];

const mismatch = (reason: string): Reply => ({ kind: 'mismatch', reason });

/** Judges unit, function and length of a whole reply; `pdu` is what follows the unit. */
const judge = (unit: number, pdu: Uint8Array, request: ReadRequest): Reply => {
  const code = functionCodes[request.function];
  if (unit !== request.unit) return mismatch(`unit ${unit} instead of ${request.unit}`);
  if (pdu[0] === (code | 0x80) && pdu.length === 2) return { kind: 'exception', code: pdu[1] as number };
  if (pdu[0] !== code) return mismatch(`function ${pdu[0]} instead of ${code}`);
  const wanted = dataBytesOf(request);
  if (pdu[1] !== wanted || pdu.length !== 2 + wanted) return mismatch(`${pdu[1]} data bytes instead of ${wanted}`);
  return { kind: 'data', data: pdu.subarray(2) };
};

/** Modbus TCP (Messaging on TCP/IP Implementation Guide V1.0b, 3.1.3): transaction, protocol 0, length, unit, PDU. */
export const tcpFraming: Framing = {
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

/** CRC-16/MODBUS: polynomial 0x8005 reflected, start 0xFFFF (Modbus over Serial Line V1.02, appendix B). */
export const crc16 = (bytes: Uint8Array): number => {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xa001 : crc >>> 1;
  }
  return crc;
};

/** Modbus RTU: unit, PDU, CRC with the low byte first. The length of a reply follows from its own first bytes. */
export const rtuFraming: Framing = {
  request(request) {
    const body = Uint8Array.of(request.unit, ...requestPdu(request));
    const crc = crc16(body);
    return Uint8Array.of(...body, crc & 255, crc >> 8);
  },
  reply(bytes, request) {
    if (bytes.length < 5) return undefined;
    const length = (bytes[1] as number) & 0x80 ? 5 : 5 + (bytes[2] as number);
    if (bytes.length < length) return undefined;
    if (bytes.length > length) return mismatch('more than one reply');
    const body = bytes.subarray(0, length - 2);
    if (crc16(body) !== ((bytes[length - 2] as number) | ((bytes[length - 1] as number) << 8)))
      return mismatch('a wrong CRC');
    return judge(body[0] as number, body.subarray(1), request);
  },
};
