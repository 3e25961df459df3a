import { AppError } from '../errors.ts';

/** The bytes at hand are not what their writer would have written; `path` says where. */
export const refuse = (path: string, message: string, cause?: unknown): never => {
  throw new AppError('INPUT_INVALID', `the bytes are not valid: ${path} ${message}`, {
    faults: [{ path, message }],
    cause,
  });
};

/** Appends numbers and bytes to a buffer that grows. */
export class ByteWriter {
  #bytes: Uint8Array<ArrayBuffer>;
  #view: DataView;
  #length = 0;

  /** @param firstBytes what is reserved at once */
  constructor(firstBytes = 1024) {
    this.#bytes = new Uint8Array(firstBytes);
    this.#view = new DataView(this.#bytes.buffer);
  }

  #reserve(count: number): number {
    const at = this.#length;
    this.#length += count;
    if (this.#length > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(this.#length, 2 * this.#bytes.length));
      grown.set(this.#bytes.subarray(0, at));
      this.#bytes = grown;
      this.#view = new DataView(grown.buffer);
    }
    return at;
  }

  byte(value: number): void {
    const at = this.#reserve(1);
    this.#bytes[at] = value;
  }

  bytes(bytes: Uint8Array): void {
    const at = this.#reserve(bytes.length);
    this.#bytes.set(bytes, at);
  }

  /** An integer from 0 to 2^53 - 1, seven bits a byte, the lowest first; the top bit says that more follow. */
  count(value: number): void {
    let rest = value;
    while (rest > 127) {
      this.byte((rest % 128) + 128);
      rest = Math.floor(rest / 128);
    }
    this.byte(rest);
  }

  /** An integer of up to 53 bits and a sign; the sign is the lowest bit of the first byte. */
  integer(value: number): void {
    const magnitude = Math.abs(value);
    const first = 2 * (magnitude % 64) + (value < 0 ? 1 : 0);
    this.byte(magnitude < 64 ? first : first + 128);
    if (magnitude >= 64) this.count(Math.floor(magnitude / 64));
  }

  float32(value: number): void {
    const at = this.#reserve(4);
    this.#view.setFloat32(at, value, true);
  }

  float64(value: number): void {
    const at = this.#reserve(8);
    this.#view.setFloat64(at, value, true);
  }

  /** A copy of what was written. */
  done(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#length);
  }
}

/** Reads what a ByteWriter wrote. Every method throws INPUT_INVALID, naming `path`, where that is not what stands there. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  #take(count: number, path: string): number {
    if (count > this.left) refuse(path, `must have ${count} bytes, there are ${this.left}`);
    const at = this.#at;
    this.#at += count;
    return at;
  }

  byte(path: string): number {
    return this.#bytes[this.#take(1, path)] as number;
  }

  /** A view, not a copy. */
  bytes(count: number, path: string): Uint8Array {
    const at = this.#take(count, path);
    return this.#bytes.subarray(at, at + count);
  }

  count(path: string, most = Number.MAX_SAFE_INTEGER): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.byte(path);
      value += (byte & 127) * scale;
      if (value > most) refuse(path, `must be at most ${most}`);
      if (byte > 127) continue;
      if (byte === 0 && scale > 1) refuse(path, 'must be as short as it can be');
      return value;
    }
  }

  integer(path: string): number {
    const first = this.byte(path);
    const low = (first & 127) >> 1;
    const magnitude = first > 127 ? 64 * this.count(path, mostSixtyFourths) + low : low;
    if (first > 127 && magnitude < 64) refuse(path, 'must be as short as it can be');
    if ((first & 1) === 0) return magnitude;
    return magnitude === 0 ? refuse(path, 'must be as short as it can be') : -magnitude;
  }

  float32(path: string): number {
    return this.#view.getFloat32(this.#take(4, path), true);
  }

  float64(path: string): number {
    return this.#view.getFloat64(this.#take(8, path), true);
  }

  end(path: string): void {
    if (this.left > 0) refuse(path, `must end, ${this.left} bytes follow`);
  }
}

const mostSixtyFourths = Math.floor(Number.MAX_SAFE_INTEGER / 64);
