import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { AppError, asAppError } from '@kuluma/shared/errors.ts';
import { SegmentLog } from '@kuluma/shared/log/segment-log.ts';
import type { Id } from '@kuluma/shared/model/base.ts';
import { type FolderLock, lockFolder } from '@kuluma/shared/node/folder-lock.ts';
import type { Part } from '@kuluma/shared/node/lifecycle.ts';
import type { Logger } from '@kuluma/shared/node/logger.ts';
import type { ReceivedLetter } from '../../core/ingest/received-letter.ts';
import type { Dumpable } from '../../ports.ts';

export interface InboxOptions {
  readonly dir: string;
  readonly maxBytes?: number;
  /** A publish waits at most so long for others to share its disk sync. */
  readonly commitMs?: number;
}

export interface InboxHandlers {
  /** Bears repetition; gives back the letters that cannot be stored yet. */
  store(letters: readonly ReceivedLetter[]): Promise<readonly ReceivedLetter[]>;
  /** Takes a letter that cannot be stored yet, and for which there is no room to wait. */
  giveUp(letter: ReceivedLetter): Promise<void>;
}

/** About so much is in memory at a time, and in one write to the store. */
const drainBytes = 1024 * 1024;
const mostDrained = 1024;
const leastDrained = 16;
/** A pause between writes lets them grow: a store likes few big ones. */
const gatherMs = 15;
const firstBackoffMs = 100;
const longestBackoffMs = 10_000;
const laterEveryMs = 2000;

const receivedAtBytes = 8;
/** `org_` and 26 characters. */
const organisationBytes = 30;

const encode = ({ organisationId, receivedAtMs, payload }: ReceivedLetter): Uint8Array => {
  const record = Buffer.allocUnsafe(receivedAtBytes + organisationBytes + payload.length);
  record.writeDoubleLE(receivedAtMs);
  record.write(organisationId, receivedAtBytes, 'latin1');
  record.set(payload, receivedAtBytes + organisationBytes);
  return record;
};

interface KeptLetter {
  readonly payload: Uint8Array;
}

const decode = ({ payload }: KeptLetter): ReceivedLetter => {
  const record = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
  const start = receivedAtBytes + organisationBytes;
  return {
    receivedAtMs: record.readDoubleLE(),
    organisationId: record.toString('latin1', receivedAtBytes, start) as Id<'organisation'>,
    payload: record.subarray(start),
  };
};

/** Of each log of an inbox, unless said otherwise. */
const logOptions = { consumer: 'store', commitMs: 5, commitRecords: 500, maxBytes: Number.POSITIVE_INFINITY };

const copyLetters = async (from: SegmentLog, to: SegmentLog): Promise<void> => {
  for (let at = from.cursor, end = from.end; at < end; ) {
    const records = await from.read(at, Math.min(leastDrained, end - at));
    const last = records.at(-1);
    // Damaged to its end, or stored meanwhile.
    if (!last) return;
    await Promise.all(records.map(({ payload }) => to.append(payload)));
    at = last.position + 1;
  }
};

interface Logs {
  readonly lock: FolderLock;
  readonly letters: SegmentLog;
  /** Letters that the store gave back; tried again every few seconds, so that nobody waits behind them. */
  readonly later: SegmentLog;
}

/**
 * Stands between the broker and the stores: what `keep` accepted is on disk, and is given to `store` until that
 * succeeds, across restarts.
 */
export class Inbox implements Part, Dumpable {
  readonly name: string;
  readonly #options: InboxOptions;
  readonly #handlers: InboxHandlers;
  readonly #log: Logger;
  readonly #stopping = new AbortController();
  #logs: Logs | undefined;
  #draining: Promise<void> | undefined;
  /** How many letters are about `drainBytes`, as the last ones were. */
  #drainLetters = leastDrained;
  /** When the last letters that went to the store were received. */
  #drainedMs: number | undefined;
  #lastLaterMs = Number.NEGATIVE_INFINITY;
  /** Something was kept since the last read. */
  #more = false;
  #wake: () => void = () => {};
  #settlers: (() => void)[] = [];

  constructor(options: InboxOptions, handlers: InboxHandlers, log: Logger) {
    this.name = `inbox ${options.dir}`;
    this.#options = options;
    this.#handlers = handlers;
    this.#log = log;
  }

  async start(): Promise<void> {
    const { dir, maxBytes = 256 * 1024 * 1024, commitMs = 5 } = this.#options;
    const lock = await lockFolder(dir);
    try {
      const options = { ...logOptions, commitMs, maxBytes };
      const letters = await SegmentLog.open({ ...options, dir });
      const later = await SegmentLog.open({ ...options, dir: join(dir, 'later') });
      this.#logs = { lock, letters, later };
      for (const damage of [...letters.damage, ...later.damage])
        this.#log.error(damage, 'a part of the inbox was damaged and is set aside');
      this.#draining = this.#drain(this.#logs);
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  /** Ends within the running write; what is not stored yet waits on disk for the next start. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#wake();
    await this.#draining;
    await this.#logs?.letters.close();
    await this.#logs?.later.close();
    await this.#logs?.lock.release();
    this.#logs = undefined;
  }

  /** Resolves when the letter is durable. @throws OUTBOX_FULL while the store lags too far behind. */
  async keep(letter: ReceivedLetter): Promise<void> {
    if (!this.#logs) throw new AppError('STORE_UNAVAILABLE', 'the inbox is not open');
    await this.#logs.letters.append(encode(letter));
    this.#more = true;
    this.#wake();
  }

  /** Copies what was kept and has not been stored into a log of its own; what is stored meanwhile may be in it. */
  async dump(dir: string): Promise<void> {
    if (!this.#logs) throw new AppError('STORE_UNAVAILABLE', 'the inbox is not open');
    const { letters, later } = this.#logs;
    const copy = await SegmentLog.open({ dir, ...logOptions });
    try {
      // In this order: a letter goes from the first to the second.
      for (const log of [letters, later]) await copyLetters(log, copy);
    } finally {
      await copy.close();
    }
  }

  /** Letters that wait for the store, without those that it gave back. */
  get waiting(): number {
    return this.#logs ? this.#logs.letters.end - this.#logs.letters.cursor : 0;
  }

  /** Age of the letters that go to the store at this moment; 0 when none wait. @param nowMs on the clock of their receipt */
  lagMs(nowMs: number): number {
    return this.waiting > 0 && this.#drainedMs !== undefined ? Math.max(0, nowMs - this.#drainedMs) : 0;
  }

  /** Resolves when everything that was kept was stored or given back, or the inbox is stopped. */
  async settled(): Promise<void> {
    while (this.waiting > 0 && !this.#stopping.signal.aborted)
      await new Promise<void>((resolve) => this.#settlers.push(resolve));
  }

  #settle(): void {
    for (const settle of this.#settlers.splice(0)) settle();
  }

  async #drain(logs: Logs): Promise<void> {
    let backoffMs = firstBackoffMs;
    while (!this.#stopping.signal.aborted) {
      try {
        await this.#drainLater(logs.later);
        await this.#drainSome(logs);
        backoffMs = firstBackoffMs;
      } catch (error) {
        this.#log.warn({ err: error, waiting: this.waiting, backoffMs }, 'the store did not take the letters');
        await this.#pause(backoffMs);
        backoffMs = Math.min(backoffMs * 2, longestBackoffMs);
      }
    }
    this.#settle();
  }

  async #drainSome({ letters, later }: Logs): Promise<void> {
    this.#more = false;
    const records = await letters.read(letters.cursor, this.#drainLetters);
    const last = records.at(-1);
    if (last) {
      this.#learnSize(records);
      const batch = records.map(decode);
      this.#drainedMs = batch[0]?.receivedAtMs;
      await this.#putLater(later, await this.#handlers.store(batch));
      await letters.ack(last.position);
      return;
    }
    this.#settle();
    if (!this.#more && !this.#stopping.signal.aborted) await this.#sleep(later.end > later.cursor);
    await this.#pause(gatherMs);
  }

  /** Until something is kept; not for long while letters wait for another try. */
  async #sleep(isShort: boolean): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      if (isShort) timer = setTimeout(resolve, laterEveryMs);
    });
    clearTimeout(timer);
  }

  #learnSize(records: readonly KeptLetter[]): void {
    const bytes = records.reduce((sum, { payload }) => sum + payload.length, 0);
    const letters = Math.floor((drainBytes * records.length) / Math.max(bytes, 1));
    this.#drainLetters = Math.min(mostDrained, Math.max(leastDrained, letters));
  }

  /** Another try for what was given back, once around. */
  async #drainLater(later: SegmentLog): Promise<void> {
    const nowMs = performance.now();
    if (later.cursor === later.end || nowMs - this.#lastLaterMs < laterEveryMs) return;
    for (const end = later.end; later.cursor < end; ) {
      const records = await later.read(later.cursor, Math.min(leastDrained, end - later.cursor));
      const last = records.at(-1);
      // Damaged to its end: nothing of it can be read any more.
      if (!last) return later.ack(end - 1);
      await this.#putLater(later, await this.#handlers.store(records.map(decode)));
      await later.ack(last.position);
    }
    this.#lastLaterMs = nowMs;
  }

  async #putLater(later: SegmentLog, letters: readonly ReceivedLetter[]): Promise<void> {
    const put = async (letter: ReceivedLetter): Promise<void> => {
      try {
        await later.append(encode(letter));
      } catch (error) {
        if (asAppError(error).code !== 'OUTBOX_FULL') throw error;
        await this.#handlers.giveUp(letter);
      }
    };
    await Promise.all(letters.map(put));
  }

  async #pause(ms: number): Promise<void> {
    // Ended early by `stop`, which is no error.
    await pause(ms, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
  }
}
