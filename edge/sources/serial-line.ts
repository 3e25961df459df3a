import type { Clock } from '@kuluma/shared/clock.ts';
import { AppError } from '@kuluma/shared/errors.ts';
import { oneOf } from '@kuluma/shared/model/base.ts';
import { type Static, Type } from 'typebox';
import { scaled } from '../core/decode-block.ts';
import type { Reading } from '../core/judge-reading.ts';
import { fieldsOf, LineSplitter, numberOf } from '../core/line-frame.ts';
import { LineProfile } from '../core/profile.ts';
import type { ByteLink } from '../links/byte-link.ts';
import { streamFields, streamLink } from '../links/stream-link.ts';
import type { DeviceSpec, Scan, ScannedDevice } from '../ports.ts';
import { defineSource } from './define-source.ts';

const schema = Type.Object(
  {
    kind: Type.Literal('serial-line'),
    ...streamFields,
    delimiter: Type.String({ minLength: 1, default: ',' }),
    regex: Type.Optional(Type.String({ format: 'regex' })),
    checksum: Type.Optional(oneOf(['nmea'])),
  },
  { additionalProperties: false },
);
type LineConfig = Static<typeof schema>;

interface TimedLine {
  readonly line: string;
  readonly sampledAtMs: number;
}

/** Lines that no scan fetched; a device that talks on while nobody asks must not fill the memory. */
const mostWaiting = 10_000;

/** A clock that goes back further than this was set; less is lines that came together. */
const mostAheadMs = 1000;

class SerialLine {
  readonly #config: LineConfig;
  readonly #link: ByteLink;
  readonly #clock: Clock;
  #splitter: LineSplitter;
  #waiting: TimedLine[] = [];
  /** Lines that were thrown away because nobody fetched them. */
  #overflowed = 0;
  #lastMs = Number.NEGATIVE_INFINITY;
  #wake: () => void = () => undefined;
  #taken = false;
  #isOpen = false;

  constructor(config: LineConfig, clock: Clock) {
    this.#config = config;
    this.#link = streamLink(config);
    this.#splitter = new LineSplitter(config.checksum === undefined);
    this.#clock = clock;
    this.#link.onData((bytes) => this.#receive(bytes));
    this.#link.onClosed(() => {
      this.#isOpen = false;
      this.#wake();
    });
  }

  #receive(bytes: Uint8Array): void {
    const nowMs = this.#clock.now();
    for (const line of this.#splitter.take(Buffer.from(bytes).toString('latin1')))
      this.#waiting.push({ line, sampledAtMs: this.#timeAfterLast(nowMs) });
    if (this.#waiting.length > mostWaiting)
      this.#overflowed += this.#waiting.splice(0, this.#waiting.length - mostWaiting).length;
    if (this.#waiting.length > 0) this.#wake();
  }

  /** A point has one value at a time: lines that arrive in one piece stand a millisecond apart, or all but one were lost. */
  #timeAfterLast(nowMs: number): number {
    const isTaken = nowMs <= this.#lastMs && nowMs > this.#lastMs - mostAheadMs;
    this.#lastMs = isTaken ? this.#lastMs + 1 : nowMs;
    return this.#lastMs;
  }

  /** Each scan gives the lines since the last one, every one with its own time. */
  device({ profile, wanted }: DeviceSpec<LineProfile>): ScannedDevice {
    if (this.#taken) throw new AppError('CONFIG_INVALID', 'a serial line carries one device');
    this.#taken = true;
    const points = profile.points.filter((p) => wanted.has(p.name));
    const readingOf = (line: string, sampledAtMs: number): Reading | undefined => {
      const fields = fieldsOf(line, this.#config);
      if (!fields || points.some((p) => p.field >= fields.length)) return undefined;
      return { sampledAtMs, values: points.map((p) => [p.name, scaled(numberOf(fields[p.field]), p.scale, p.offset)]) };
    };
    const scanOf = (lines: readonly TimedLine[]): Scan => {
      const readings = lines.flatMap(({ line, sampledAtMs }) => readingOf(line, sampledAtMs) ?? []);
      const strange = lines.length - readings.length;
      const failure = new AppError('REPLY_MISMATCH', `${strange} of ${lines.length} lines do not have the format`);
      const linesDropped = strange + this.#overflowed;
      this.#overflowed = 0;
      return { readings, rowsRefused: 0, linesDropped, ...(strange > 0 ? { failure } : {}) };
    };
    return {
      scan: async () => {
        const lines = await this.#lines().catch((error: unknown) => {
          if (error instanceof AppError) return error;
          throw error;
        });
        return lines instanceof AppError ? { readings: [], rowsRefused: 0, failure: lines } : scanOf(lines);
      },
      rest: () => scanOf(this.#waiting.splice(0)),
    };
  }

  /** What came since the last call, after waiting for at least one line. @throws LINK_DOWN, LINK_TIMEOUT */
  async #lines(): Promise<TimedLine[]> {
    if (this.#waiting.length > 0) return this.#waiting.splice(0);
    if (!this.#isOpen) {
      this.#splitter = new LineSplitter(this.#config.checksum === undefined);
      await this.#link.open();
      this.#isOpen = true;
    }
    await new Promise<void>((resolve) => {
      const timeout = setTimeout(resolve, this.#config.timeoutMs);
      this.#wake = () => {
        clearTimeout(timeout);
        resolve();
      };
    });
    this.#wake = () => undefined;
    if (this.#waiting.length > 0) return this.#waiting.splice(0);
    if (!this.#isOpen) throw new AppError('LINK_DOWN', 'the line ended');
    await this.close();
    throw new AppError('LINK_TIMEOUT', `no line within ${this.#config.timeoutMs} ms`);
  }

  async close(): Promise<void> {
    this.#isOpen = false;
    await this.#link.drop();
    this.#wake();
  }
}

/** A device that sends its values as lines of text, by itself. */
export const source = defineSource({
  kind: 'serial-line',
  schema,
  profileSchema: LineProfile,
  open: (config, { clock }) => new SerialLine(config, clock),
});
