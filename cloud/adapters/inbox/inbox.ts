import { setTimeout as pause } from 'node:timers/promises';
import { AppError } from '@kuluma/shared/errors.ts';
import { type LogRecord, SegmentLog } from '@kuluma/shared/log/segment-log.ts';
import type { Id } from '@kuluma/shared/model/base.ts';
import { type FolderLock, lockFolder } from '@kuluma/shared/node/folder-lock.ts';
import type { Part } from '@kuluma/shared/node/lifecycle.ts';
import type { Logger } from '@kuluma/shared/node/logger.ts';
import { decodeBatch } from '@kuluma/shared/wire/sample-batch.ts';
import type { ReceivedBatch } from '../../core/ingest/check-batch.ts';

export interface InboxOptions {
  readonly dir: string;
  readonly maxBytes?: number;
  /** A publish waits at most so long for others to share its disk sync. */
  readonly commitMs?: number;
}

/** Messages a time: what one write to the store carries. */
const drainRecords = 256;
/** A pause between writes lets them grow: a store likes few big ones. */
const gatherMs = 50;
const firstBackoffMs = 100;
const longestBackoffMs = 10_000;

const receivedAtBytes = 8;
/** `org_` and 26 characters. */
const organisationBytes = 30;

const encode = (organisationId: string, receivedAtMs: number, payload: Uint8Array): Uint8Array => {
  const record = Buffer.allocUnsafe(receivedAtBytes + organisationBytes + payload.length);
  record.writeDoubleLE(receivedAtMs);
  record.write(organisationId, receivedAtBytes, 'latin1');
  record.set(payload, receivedAtBytes + organisationBytes);
  return record;
};

const decode = ({ payload }: LogRecord): ReceivedBatch => {
  const record = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
  const start = receivedAtBytes + organisationBytes;
  return {
    receivedAtMs: record.readDoubleLE(),
    organisationId: record.toString('latin1', receivedAtBytes, start) as Id<'organisation'>,
    batch: decodeBatch(record.subarray(start)),
  };
};

/**
 * Stands between the broker and the time series store: what `keep` accepted is on disk, and is given to `store` until
 * that succeeds, across restarts. `store` must bear repetition.
 */
export class Inbox implements Part {
  readonly name = 'inbox';
  readonly #options: InboxOptions;
  readonly #store: (received: readonly ReceivedBatch[]) => Promise<void>;
  readonly #log: Logger;
  readonly #stopping = new AbortController();
  #records: { readonly lock: FolderLock; readonly log: SegmentLog } | undefined;
  #draining: Promise<void> | undefined;
  /** Something was kept since the last read. */
  #more = false;
  #wake: () => void = () => {};
  #settlers: (() => void)[] = [];

  constructor(options: InboxOptions, store: (received: readonly ReceivedBatch[]) => Promise<void>, log: Logger) {
    this.#options = options;
    this.#store = store;
    this.#log = log;
  }

  async start(): Promise<void> {
    const { dir, maxBytes = 256 * 1024 * 1024, commitMs = 5 } = this.#options;
    const lock = await lockFolder(dir);
    try {
      const log = await SegmentLog.open({ dir, consumer: 'store', commitMs, commitRecords: 500, maxBytes });
      this.#records = { lock, log };
      for (const damage of log.damage) this.#log.error(damage, 'a part of the inbox was damaged and is set aside');
      this.#draining = this.#drain(log);
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
    await this.#records?.log.close();
    await this.#records?.lock.release();
    this.#records = undefined;
  }

  /** Resolves when the batch is durable. @throws OUTBOX_FULL while the store lags too far behind. */
  async keep(organisationId: string, receivedAtMs: number, payload: Uint8Array): Promise<void> {
    if (!this.#records) throw new AppError('STORE_UNAVAILABLE', 'the inbox is not open');
    await this.#records.log.append(encode(organisationId, receivedAtMs, payload));
    this.#more = true;
    this.#wake();
  }

  /** Batches that wait for the store. */
  get waiting(): number {
    return this.#records ? this.#records.log.end - this.#records.log.cursor : 0;
  }

  /** Resolves when everything that was kept is in the store, or the inbox is stopped. */
  async settled(): Promise<void> {
    while (this.waiting > 0 && !this.#stopping.signal.aborted)
      await new Promise<void>((resolve) => this.#settlers.push(resolve));
  }

  #settle(): void {
    for (const settle of this.#settlers.splice(0)) settle();
  }

  async #drain(log: SegmentLog): Promise<void> {
    let backoffMs = firstBackoffMs;
    while (!this.#stopping.signal.aborted) {
      try {
        await this.#drainSome(log);
        backoffMs = firstBackoffMs;
      } catch (error) {
        this.#log.warn({ err: error, waiting: this.waiting, backoffMs }, 'the store did not take the batches');
        await this.#pause(backoffMs);
        backoffMs = Math.min(backoffMs * 2, longestBackoffMs);
      }
    }
    this.#settle();
  }

  async #drainSome(log: SegmentLog): Promise<void> {
    this.#more = false;
    const records = await log.read(log.cursor, drainRecords);
    const last = records.at(-1);
    if (last) {
      await this.#store(records.map(decode));
      await log.ack(last.position);
      return;
    }
    this.#settle();
    if (!this.#more && !this.#stopping.signal.aborted)
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    await this.#pause(gatherMs);
  }

  async #pause(ms: number): Promise<void> {
    // Ended early by `stop`, which is no error.
    await pause(ms, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
  }
}
