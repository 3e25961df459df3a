/** The protocol buffers wire format (protobuf.dev, "Encoding"), as far as Sparkplug B needs it. */
import { AppError } from '../errors.ts';
import { ByteWriter } from './bytes.ts';

/** Wire types; groups (3 and 4) were taken out of the language and are refused. */
export const wireTypes = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

const malformed = (what: string): AppError => new AppError('INPUT_INVALID', `not a protobuf message: ${what}`);

const utf8 = new TextEncoder();
const text = new TextDecoder('utf-8', { fatal: true });

/**
 * Walks the fields of one message: `next` moves to a field, the getters read what it moved to.
 * @throws INPUT_INVALID at the first byte that cannot belong to a message
 */
export class ProtobufReader {
  field = 0;
  wireType = 0;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;
  /** Of a varint or fixed field: its low and high halves, unsigned. */
  #low = 0;
  #high = 0;
  #start = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** False at the end of the message. */
  next(): boolean {
    if (this.#at === this.#bytes.length) return false;
    this.#varint();
    if (this.#high !== 0) throw malformed(`a field number above its range at byte ${this.#at}`);
    this.field = this.#low >>> 3;
    this.wireType = this.#low & 7;
    if (this.field === 0) throw malformed(`field 0 at byte ${this.#at}`);
    this.#start = this.#at;
    if (this.wireType === wireTypes.varint) this.#varint();
    else if (this.wireType === wireTypes.fixed64) this.#skip(8);
    else if (this.wireType === wireTypes.fixed32) this.#skip(4);
    else if (this.wireType === wireTypes.bytes) this.#lengthDelimited();
    else throw malformed(`wire type ${this.wireType} at byte ${this.#at}`);
    return true;
  }

  /** True when the field that `next` moved to is this one: another wire type makes it an unknown field, as in protobuf. */
  is(field: number, wireType: number): boolean {
    return this.field === field && this.wireType === wireType;
  }

  get uint32(): number {
    return this.#low;
  }

  /** Rounded where it is above 2^53. */
  get uint64(): number {
    return this.#high * 4_294_967_296 + this.#low;
  }

  get bigUint64(): bigint {
    return (BigInt(this.#high) << 32n) | BigInt(this.#low);
  }

  get boolean(): boolean {
    return (this.#low | this.#high) !== 0;
  }

  get float(): number {
    return this.#view.getFloat32(this.#start, true);
  }

  get double(): number {
    return this.#view.getFloat64(this.#start, true);
  }

  /** A view, not a copy. */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(this.#start, this.#at);
  }

  get string(): string {
    try {
      return text.decode(this.bytes);
    } catch {
      throw malformed(`text that is not UTF-8 at byte ${this.#start}`);
    }
  }

  #skip(count: number): void {
    if (this.#at + count > this.#bytes.length) throw malformed(`it ends within field ${this.field}`);
    this.#at += count;
  }

  #lengthDelimited(): void {
    this.#varint();
    const length = this.uint64;
    this.#start = this.#at;
    this.#skip(length);
  }

  /** Seven bits a byte, lowest first, at most ten bytes; bits above the 64th are dropped, as in other readers. */
  #varint(): void {
    let low = 0;
    let high = 0;
    for (let i = 0; i < 10; i++) {
      const byte = this.#bytes[this.#at];
      if (byte === undefined) throw malformed('it ends within a number');
      this.#at++;
      const bits = byte & 0x7f;
      if (i < 4) low |= bits << (7 * i);
      else if (i === 4) {
        low |= bits << 28;
        high = bits >>> 4;
      } else high |= bits << (7 * i - 32);
      if (byte < 0x80) {
        this.#low = low >>> 0;
        this.#high = high >>> 0;
        return;
      }
    }
    throw malformed(`a number of more than ten bytes at byte ${this.#at}`);
  }
}

/** Writes the fields of one message, in the order in which they are given. */
export class ProtobufWriter {
  readonly #bytes = new ByteWriter();

  /** @param value a whole number of 0 to 2^53 - 1, or a bigint of 0 to 2^64 - 1 */
  varint(field: number, value: number | bigint): this {
    this.#key(field, wireTypes.varint);
    let rest = value;
    for (; typeof rest === 'bigint' && rest > 0x7fn; rest >>= 7n) this.#bytes.byte(Number(rest & 0x7fn) | 0x80);
    this.#bytes.count(Number(rest));
    return this;
  }

  boolean(field: number, value: boolean): this {
    return this.varint(field, value ? 1 : 0);
  }

  float(field: number, value: number): this {
    this.#key(field, wireTypes.fixed32);
    this.#bytes.float32(value);
    return this;
  }

  double(field: number, value: number): this {
    this.#key(field, wireTypes.fixed64);
    this.#bytes.float64(value);
    return this;
  }

  bytes(field: number, value: Uint8Array): this {
    this.#key(field, wireTypes.bytes);
    this.#bytes.count(value.length);
    this.#bytes.bytes(value);
    return this;
  }

  string(field: number, value: string): this {
    return this.bytes(field, utf8.encode(value));
  }

  /** A copy of what was written. */
  done(): Uint8Array<ArrayBuffer> {
    return this.#bytes.done();
  }

  #key(field: number, wireType: number): void {
    this.#bytes.count(field * 8 + wireType);
  }
}
