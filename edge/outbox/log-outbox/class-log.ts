import { AppError, asAppError } from '@kuluma/shared/errors.ts';
import type { Damage } from '@kuluma/shared/log/segment-files.ts';
import { SegmentLog } from '@kuluma/shared/log/segment-log.ts';
import type { SampleClass } from '@kuluma/shared/model/topics.ts';
import { decodeRecord, peekRecord } from '@kuluma/shared/wire/record.ts';
import type { OutboxQueue, StoredRecord } from '../../ports.ts';
import type { Losses } from './losses.ts';
import { type Slip, slipBytes, slipOf, withSlip } from './slip.ts';

/** What becomes of a class when the link stays down for too long. */
export interface ClassPolicy {
  readonly maxBytes: number;
  /** Days after which a record is given up; null: never. */
  readonly maxAgeDays: number | null;
  readonly whenFull: 'dropOldest' | 'dropNewest';
}

interface ClassLogOptions {
  readonly dir: string;
  readonly of: SampleClass;
  readonly policy: ClassPolicy;
  readonly losses: Losses;
  readonly now: () => number;
  readonly onDamage: (damage: Damage) => void;
}

/** A record and what the outbox has to know of it. */
export interface LogItem {
  readonly slip: Slip;
  readonly record: Uint8Array;
}

const dayMs = 86_400_000;
const mostSegmentBytes = 8 * 1024 * 1024;
/** Gap records may go above the quota: they say what was dropped because of it. */
const reserveBytes = 64 * 1024;
const dropReadRecords = 200;
/** Turns of the house-keeping from one look to the next. */
const oldestTurns = 10;
const agedTurns = 60;

/** The log of one class under its policy. */
export class ClassLog {
  readonly #options: ClassLogOptions;
  readonly #log: SegmentLog;
  #oldestMs: number | null = null;
  #turns = 0;
  #isDirty = false;

  private constructor(options: ClassLogOptions, log: SegmentLog) {
    this.#options = options;
    this.#log = log;
  }

  static async open(options: ClassLogOptions): Promise<ClassLog> {
    const { dir, policy, onDamage } = options;
    const log = await SegmentLog.open({
      dir,
      consumer: 'uplink',
      // Samples are grouped before: a group is committed when it is whole.
      commitMs: 60_000,
      commitRecords: Number.POSITIVE_INFINITY,
      maxBytes: policy.maxBytes + reserveBytes,
      // Small enough that giving up the oldest gives up little.
      segmentBytes: Math.min(mostSegmentBytes, Math.ceil(policy.maxBytes / 8)),
      onDamage,
    });
    return new ClassLog(options, log);
  }

  /** Damage that was found at the start. */
  get damage(): readonly Damage[] {
    return this.#log.damage;
  }

  get queue(): OutboxQueue {
    const { cursor, end, waiting, bytes } = this.#log;
    return { cursor, end, records: waiting, bytes, oldestMs: waiting > 0 ? this.#oldestMs : null };
  }

  /**
   * Commits the records as one group. Each gets undefined when it is durable, or why it is not in the log.
   * @param isReserved may use the reserve
   */
  async append(items: readonly LogItem[], isReserved = false): Promise<(AppError | undefined)[]> {
    const payloads = items.map(({ slip, record }) => withSlip(slip, record));
    const mostBytes = this.#options.policy.maxBytes + (isReserved ? reserveBytes : 0);
    try {
      await this.#makeRoom(mostBytes - payloads.reduce((sum, p) => sum + p.length, 0));
    } catch (error) {
      return items.map(() => asAppError(error));
    }
    const appended = payloads.map((payload) =>
      this.#log.bytes + payload.length > mostBytes
        ? new AppError('OUTBOX_FULL', `the ${this.#options.of} log holds its quota`)
        : this.#log.append(payload).then(() => undefined, asAppError),
    );
    await this.#log.flush();
    return Promise.all(appended);
  }

  async #makeRoom(mostBytes: number): Promise<void> {
    if (this.#log.bytes > mostBytes) await this.#storeMarks();
    if (this.#options.policy.whenFull === 'dropNewest') return;
    while (this.#log.bytes > mostBytes && this.#log.oldest) await this.#giveUpOldest('outboxFull');
  }

  /** At most `limit` waiting records; what no longer reads back is counted as done with. */
  async read(from: number, limit: number): Promise<StoredRecord[]> {
    const end = this.#log.end;
    const records: StoredRecord[] = [];
    let next = this.#log.nextWaiting(from);
    while (records.length < limit && next < end) {
      const read = await this.#log.read(next, limit - records.length);
      for (const { position, payload } of read) {
        if (position > next) this.#mark(next, position);
        if (this.#log.nextWaiting(position) === position) records.push(this.#stored(position, payload));
        next = position + 1;
      }
      if (read.length === 0) {
        this.#mark(next, end);
        break;
      }
      next = this.#log.nextWaiting(next);
    }
    return records;
  }

  #stored(position: number, payload: Uint8Array): StoredRecord {
    const { samples, tableId, isProvisional } = slipOf(payload);
    const bytes = payload.subarray(slipBytes);
    const provisionalEpoch = isProvisional ? peekRecord(bytes).key.epoch : null;
    return { class: this.#options.of, position, bytes, samples, tableId, provisionalEpoch };
  }

  #mark(from: number, to: number): void {
    this.#log.mark(from, to);
    this.#isDirty = true;
  }

  async #storeMarks(): Promise<void> {
    if (!this.#isDirty) return;
    this.#isDirty = false;
    await this.#log.storeMarks().catch((error: unknown) => {
      this.#isDirty = true;
      throw error;
    });
  }

  ack(position: number): void {
    this.#mark(position, position + 1);
  }

  /** Slip of the first sound record from a position on. */
  async #slipAt(position: number): Promise<{ position: number; slip: Slip } | undefined> {
    const [record] = await this.#log.read(position, 1);
    return record && { position: record.position, slip: slipOf(record.payload) };
  }

  /** Gives up the oldest segment and enters what of it was waiting as lost. */
  async #giveUpOldest(reason: 'outboxFull' | 'aged'): Promise<void> {
    const { oldest } = this.#log;
    if (!oldest) return;
    if (oldest.isLast) this.#log.seal();
    let samples = 0;
    let fromMs = Infinity;
    let toMs = 0;
    for (let at = this.#log.nextWaiting(oldest.from); at < oldest.to; at = this.#log.nextWaiting(at)) {
      const read = await this.#log.read(at, Math.min(dropReadRecords, oldest.to - at));
      for (const { position, payload } of read) {
        if (position >= oldest.to || this.#log.nextWaiting(position) !== position) continue;
        const slip = slipOf(payload);
        if (slip.samples === 0) {
          // What was lost before must still be told.
          this.#carryGap(payload);
          continue;
        }
        samples += slip.samples;
        fromMs = Math.min(fromMs, slip.fromMs);
        toMs = Math.max(toMs, slip.toMs);
      }
      at = (read.at(-1)?.position ?? oldest.to) + 1;
    }
    this.#log.mark(oldest.from, oldest.to);
    if (samples > 0) this.#options.losses.add({ reason, fromMs, toMs, samples });
    await this.#log.storeMarks();
  }

  #carryGap(payload: Uint8Array): void {
    const record = decodeRecord(payload.subarray(slipBytes));
    if (record.kind === 'gap') this.#options.losses.putBack(record.gap);
  }

  /** Where in time records lie that are lost by damage; undefined where none of them was waiting. */
  async whenLost({ firstLost, lost }: Damage): Promise<{ fromMs: number; toMs: number } | undefined> {
    const end = firstLost + (lost ?? 1);
    if (lost !== null && this.#log.nextWaiting(firstLost) >= end) return undefined;
    const before = firstLost > 0 ? await this.#slipAt(firstLost - 1) : undefined;
    const after = await this.#slipAt(end);
    const toMs = after?.slip.fromMs ?? this.#options.now();
    return { fromMs: before && before.position < firstLost ? before.slip.toMs : toMs, toMs };
  }

  /** Time of the newest sample that was committed; undefined where nothing is left in the log. */
  async newestMs(): Promise<number | undefined> {
    return (await this.#slipAt(this.#log.end - 1))?.slip.toMs;
  }

  /** To be called about every second: makes acks durable, gives up what is too old, looks at the oldest. @throws STORE_UNAVAILABLE */
  async keepHouse(): Promise<void> {
    await this.#storeMarks();
    const turn = this.#turns++;
    // Either may have to read through a segment.
    if (turn % agedTurns === 0) await this.#giveUpAged();
    if (turn % oldestTurns === 0) await this.#lookAtOldest();
  }

  async #lookAtOldest(): Promise<void> {
    const { cursor, waiting } = this.#log;
    const oldest = waiting > 0 ? await this.#slipAt(cursor) : undefined;
    this.#oldestMs = oldest?.slip.toMs ?? null;
  }

  async #giveUpAged(): Promise<void> {
    const { policy, now } = this.#options;
    if (policy.maxAgeDays === null) return;
    const limitMs = now() - policy.maxAgeDays * dayMs;
    const isAged = async (position: number) => {
      const found = await this.#slipAt(position);
      return found !== undefined && !found.slip.isProvisional && found.slip.toMs < limitMs;
    };
    for (;;) {
      const { oldest } = this.#log;
      if (!oldest || oldest.from === oldest.to || this.#log.nextWaiting(oldest.from) >= oldest.to) return;
      if (!(await isAged(oldest.from)) || !(await isAged(oldest.to - 1))) return;
      await this.#giveUpOldest('aged');
    }
  }

  async close(): Promise<void> {
    await this.#log.storeMarks().finally(() => this.#log.close());
  }
}
