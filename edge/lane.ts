import type { SampleClass } from '@kuluma/shared/model/topics.ts';
import type { Outbox, StoredRecord } from './ports.ts';

/** A stretch of one log that goes out in order by one channel. */
export interface Stretch {
  readonly class: SampleClass;
  /** Position of the next record to send. */
  next: number;
  /** Before which it ends; undefined: it goes on with the log. */
  until: number | undefined;
}

/** What may be under way by a lane. At least one record always may. */
export interface LaneLimits {
  readonly records: number;
  readonly bytes: number;
}

/** One of the ways to the broker: a channel, the stretches of the logs that go by it, and what is under way. */
export class Lane {
  readonly channel: 'alarm' | 'live' | 'history';
  readonly stretches: readonly Stretch[];
  readonly #limits: LaneLimits;
  #records = 0;
  #bytes = 0;

  constructor(channel: Lane['channel'], stretches: readonly Stretch[], limits: LaneLimits) {
    this.channel = channel;
    this.stretches = stretches;
    this.#limits = limits;
  }

  get isIdle(): boolean {
    return this.#records === 0;
  }

  get isFull(): boolean {
    return this.#records >= this.#limits.records || this.#bytes >= this.#limits.bytes;
  }

  /** The next records, oldest stretch first; a few, so that other lanes are not kept waiting. */
  async read(outbox: Outbox, most: number): Promise<{ stretch: Stretch; records: StoredRecord[] } | undefined> {
    const free = Math.min(most, this.#limits.records - this.#records);
    for (const stretch of this.stretches) {
      const { end } = outbox.queue(stretch.class);
      const until = Math.min(end, stretch.until ?? end);
      if (free < 1 || stretch.next >= until) continue;
      const read = await outbox.read(stretch.class, stretch.next, free);
      const records = read.filter(({ position }) => position < until);
      if (records.length > 0) return { stretch, records };
      // Nothing in it waits any more.
      stretch.next = until;
    }
    return undefined;
  }

  departs(record: StoredRecord): void {
    this.#records++;
    this.#bytes += record.bytes.length;
  }

  arrives(record: StoredRecord): void {
    this.#records--;
    this.#bytes -= record.bytes.length;
  }
}
