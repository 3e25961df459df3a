import { join } from 'node:path';
import { AppError, asAppError } from '@kuluma/shared/errors.ts';
import { SegmentLog } from '@kuluma/shared/log/segment-log.ts';
import type { Id } from '@kuluma/shared/model/base.ts';
import type { Sample } from '@kuluma/shared/model/sample.ts';
import type { Logger } from '@kuluma/shared/node/logger.ts';
import { encodeBatch } from '@kuluma/shared/wire/sample-batch.ts';
import type { Outbox, StoredBatch } from '../ports.ts';

export interface LogOutboxOptions {
  readonly dataDir: string;
  readonly gatewayId: Id<'gateway'>;
  /** A batch is closed and committed so long after its first sample, wall time, or when it has so many samples. */
  readonly commitMs: number;
  readonly commitSamples: number;
  readonly maxBytes: number;
  /** Of this start, never used before: see boot-epoch.ts. */
  readonly epoch: number;
  readonly log: Logger;
}

/** Samples that may wait in memory for a disk that hangs. */
const mostQueuedSamples = 200_000;

/** A record of the log: how many samples (uint32, little-endian), then the batch as it goes on the wire. */
const toRecord = (payload: Uint8Array, sampleCount: number): Uint8Array => {
  const record = new Uint8Array(4 + payload.length);
  new DataView(record.buffer).setUint32(0, sampleCount, true);
  record.set(payload, 4);
  return record;
};

/** The outbox on a segment log: one record is one batch, made once, so its key stays over restarts and resends. */
class LogOutbox implements Outbox {
  readonly epoch: number;
  readonly #options: LogOutboxOptions;
  readonly #segments: SegmentLog;
  #collecting: Sample[] = [];
  #timer: NodeJS.Timeout | undefined;
  #storing: Promise<void> = Promise.resolve();
  #queuedSamples = 0;
  #nextSeq = 0;
  #droppedSamples = 0;
  #isRefusing = false;
  #stored: () => void = () => undefined;

  constructor(options: LogOutboxOptions, segments: SegmentLog) {
    this.#options = options;
    this.epoch = options.epoch;
    this.#segments = segments;
  }

  accept(samples: readonly Sample[]): void {
    for (const sample of samples) this.#collecting.push(sample);
    if (this.#collecting.length >= this.#options.commitSamples) this.#close();
    else this.#timer ??= setTimeout(() => this.#close(), this.#options.commitMs);
  }

  /** Closes the batch that is being collected and queues it behind those before it. */
  #close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const samples = this.#collecting;
    this.#collecting = [];
    if (samples.length === 0) return;
    if (this.#queuedSamples < mostQueuedSamples) {
      this.#queuedSamples += samples.length;
      this.#storing = this.#storing.then(() => this.#store(samples));
    } else this.#drop(samples, new AppError('OUTBOX_FULL', 'the disk hangs'));
  }

  #drop(samples: readonly Sample[], error: AppError): void {
    this.#droppedSamples += samples.length;
    if (!this.#isRefusing)
      this.#options.log.error({ code: error.code, why: error.message }, 'the outbox drops samples');
    this.#isRefusing = true;
  }

  /** One at a time: a seq is used up only by a batch that was kept, so the cloud sees no hole. */
  async #store(samples: readonly Sample[]): Promise<void> {
    const { gatewayId, log } = this.#options;
    const payload = encodeBatch({ gatewayId, epoch: this.epoch, class: 'live', seq: this.#nextSeq, samples });
    const error = await this.#segments.append(toRecord(payload, samples.length)).then(() => undefined, asAppError);
    this.#queuedSamples -= samples.length;
    if (error) {
      this.#drop(samples, error);
      return;
    }
    this.#nextSeq++;
    if (this.#isRefusing) log.info({ droppedSamples: this.#droppedSamples }, 'the outbox keeps samples again');
    this.#isRefusing = false;
    this.#stored();
  }

  async flush(): Promise<void> {
    this.#close();
    await this.#storing;
  }

  async read(from: number, limit: number): Promise<StoredBatch[]> {
    const records = await this.#segments.read(from, limit);
    return records.map(({ position, payload }) => ({
      position,
      payload: payload.subarray(4),
      sampleCount: new DataView(payload.buffer, payload.byteOffset).getUint32(0, true),
    }));
  }

  ack(position: number): Promise<void> {
    return this.#segments.ack(position);
  }

  onStored(listener: () => void): void {
    this.#stored = listener;
  }

  get depth() {
    const { cursor, end, bytes } = this.#segments;
    return { cursor, end, bytes, droppedSamples: this.#droppedSamples };
  }

  async close(): Promise<void> {
    await this.flush();
    await this.#segments.close();
  }
}

/** Opens the outbox in `dataDir`; a damaged tail is reported and set aside. @throws what the file system throws */
export const openLogOutbox = async (options: LogOutboxOptions): Promise<Outbox> => {
  const segments = await SegmentLog.open({
    dir: join(options.dataDir, 'outbox'),
    consumer: 'uplink',
    // Samples are grouped here already: a batch is committed as soon as it is closed.
    commitMs: 0,
    commitRecords: 1,
    maxBytes: options.maxBytes,
  });
  for (const damage of segments.damage) options.log.warn({ damage }, 'the outbox had a damaged tail');
  return new LogOutbox(options, segments);
};
