import { AppError } from '@kuluma/shared/errors.ts';
import type { Framing, ReadRequest, Reply, Request, WriteRequest } from '../core/modbus-frame.ts';
import type { WallTimer } from '../ports.ts';
import type { ByteLink } from './byte-link.ts';

export interface MasterOptions {
  readonly link: ByteLink;
  readonly framing: Framing;
  readonly timer: WallTimer;
  /** Bound of every request, wall time. */
  readonly timeoutMs: number;
  /**
   * How long a line must be quiet before a request, and after a reply before it counts as whole: 3.5 characters on a
   * serial line. 0 where the framing alone says where a reply ends.
   */
  readonly gapMs: number;
  /** After a failure nothing is sent so long, and what comes is thrown away: the longest time by which a reply may be late. */
  readonly silenceMs: number;
  /** A connection on which a request failed is not used again. */
  readonly dropOnFailure: boolean;
}

const failuresBeforeReopening = 5;

/** What a device answered to a request. */
export type Answer = Exclude<Reply, { kind: 'mismatch' }>;
type Outcome = Reply | { kind: 'timeout' } | { kind: 'closed' };

/**
 * Reads and writes registers with exactly one request in flight. A reply is only ever taken for the request that was just sent:
 * unit, function, length (and on TCP the transaction) must fit, and after a failure no reply to an old request can come.
 */
export class ModbusMaster {
  readonly #options: MasterOptions;
  #turn: Promise<unknown> = Promise.resolve();
  #transaction = 0;
  #quietUntilMs = 0;
  #failuresInARow = 0;
  #received: (bytes: Uint8Array) => void = () => undefined;
  #closed: () => void = () => undefined;

  constructor(options: MasterOptions) {
    this.#options = options;
    const { link, timer, gapMs } = options;
    link.onData((bytes) => {
      this.#quietUntilMs = Math.max(this.#quietUntilMs, timer.now() + gapMs);
      this.#received(bytes);
    });
    link.onClosed(() => this.#closed());
  }

  /** The data or the exception of the device. @throws LINK_DOWN, LINK_TIMEOUT, REPLY_MISMATCH */
  read(request: ReadRequest): Promise<Answer> {
    return this.#ask(request);
  }

  /**
   * The same for a write. It goes before whatever a scan still has to read, since a scan asks for one thing at a time.
   * @throws as `read`; the device may have taken the value then
   */
  write(request: WriteRequest): Promise<Answer> {
    return this.#ask(request);
  }

  #ask(request: Request): Promise<Answer> {
    const result = this.#turn.then(() => this.#exchange(request));
    this.#turn = result.catch(() => undefined);
    return result;
  }

  async #exchange(request: Request): Promise<Answer> {
    const { link, timer, timeoutMs } = this.#options;
    await link.open();
    while (this.#quietUntilMs > timer.now()) await timer.sleep(this.#quietUntilMs - timer.now());
    const outcome = await this.#send(request);
    if (outcome.kind === 'data' || outcome.kind === 'exception') {
      this.#failuresInARow = 0;
      return outcome;
    }
    await this.#recover();
    const what = `unit ${request.unit}, ${request.function} ${request.address}`;
    if (outcome.kind === 'mismatch') throw new AppError('REPLY_MISMATCH', `${what}: the reply has ${outcome.reason}`);
    if (outcome.kind === 'closed') throw new AppError('LINK_DOWN', `${what}: the connection ended`);
    throw new AppError('LINK_TIMEOUT', `${what}: no reply within ${timeoutMs} ms`);
  }

  #send(request: Request): Promise<Outcome> {
    const { link, framing, timeoutMs, gapMs } = this.#options;
    this.#transaction = (this.#transaction + 1) & 0xffff;
    const transaction = this.#transaction;
    let bytes: Uint8Array = new Uint8Array();
    return new Promise((resolve) => {
      const settle = (outcome: Outcome) => {
        clearTimeout(timeout);
        this.#received = () => undefined;
        this.#closed = () => undefined;
        resolve(outcome);
      };
      let timeout = setTimeout(() => settle({ kind: 'timeout' }), timeoutMs);
      let whole: Reply | undefined;
      // After a whole reply an end is as good as silence.
      this.#closed = () => settle(whole ?? { kind: 'closed' });
      this.#received = (chunk) => {
        bytes = bytes.length === 0 || framing.isPacketed ? chunk : Buffer.concat([bytes, chunk]);
        const reply = framing.reply(bytes, request, transaction);
        whole = reply;
        if (!reply) return;
        if (gapMs === 0 || reply.kind === 'mismatch') return settle(reply);
        // More bytes in this time make it something else than a reply to this request.
        clearTimeout(timeout);
        timeout = setTimeout(() => settle(reply), gapMs);
      };
      link.write(framing.request(request, transaction));
    });
  }

  async #recover(): Promise<void> {
    const { link, timer, silenceMs, dropOnFailure } = this.#options;
    this.#quietUntilMs = timer.now() + silenceMs;
    this.#failuresInARow++;
    // A serial port may go deaf and only a fresh one hears again.
    if (dropOnFailure || this.#failuresInARow % failuresBeforeReopening === 0) await link.drop();
  }

  /** Waits for the request in flight, then closes. */
  async close(): Promise<void> {
    await this.#turn;
    await this.#options.link.drop();
  }
}
