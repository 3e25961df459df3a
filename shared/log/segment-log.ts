import { type FileHandle, open } from 'node:fs/promises';
import { AppError } from '../errors.ts';
import { AckSet } from './ack-set.ts';
import { encodeFrames, frameHeaderBytes, maxPayloadBytes } from './frame.ts';
import { syncFolder } from './replace-file.ts';
import {
  type Damage,
  listSegments,
  readCursor,
  removeSegments,
  type Segment,
  segmentFile,
  writeCursor,
} from './segment-files.ts';
import { type LogRecord, SegmentReader } from './segment-reader.ts';
import { settleLast } from './settle-last.ts';

export type { LogRecord };

export interface SegmentLogOptions {
  readonly dir: string;
  /** Name of the one reader whose cursor is kept; a-z, 0-9 and hyphen. */
  readonly consumer: string;
  /** The first record of a group waits at most so long for company; 0 commits at once. */
  readonly commitMs: number;
  /** A group of so many records is committed without waiting. */
  readonly commitRecords: number;
  /** On disk and waiting, together. Beyond it `append` answers OUTBOX_FULL. */
  readonly maxBytes: number;
  /** A new segment begins above this size; what is consumed is given back segment by segment. */
  readonly segmentBytes?: number;
  /** Called for damage found after open; what open itself found stands in `damage`. */
  readonly onDamage?: (damage: Damage) => void;
}

interface Waiting {
  readonly payload: Uint8Array;
  resolve(position: number): void;
  reject(error: AppError): void;
}

/**
 * A durable append-only log with one consumer. What `append` accepted survives a crash, in order, until `ack`; a group
 * of records costs one fdatasync. Records are numbered from 0 without a gap, across restarts.
 */
export class SegmentLog {
  readonly #options: SegmentLogOptions;
  readonly #segmentBytes: number;
  readonly #segments: Segment[];
  readonly #reader: SegmentReader;
  readonly #damage: Damage[] = [];
  readonly #acks: AckSet;
  #end: number;
  /** The text of `#acks` on the disk. */
  #storedAcks: string;
  #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #timer: NodeJS.Timeout | undefined;
  #committing: Promise<void> | undefined;
  #storing: Promise<void> | undefined;
  #active: FileHandle | undefined;
  /** Nothing more is written to the last segment. */
  #isSealed: boolean;
  /** The file may hold more than the committed bytes: cut it off before anything is written behind them. */
  #tailUnknown = true;
  #closed = false;

  private constructor(options: SegmentLogOptions, segments: Segment[], acks: AckSet) {
    this.#options = options;
    this.#segmentBytes = options.segmentBytes ?? Math.min(8 * 1024 * 1024, Math.ceil(options.maxBytes / 4));
    this.#segments = segments;
    this.#reader = new SegmentReader((damage) => {
      this.#damage.push(damage);
      options.onDamage?.(damage);
    });
    this.#acks = acks;
    this.#storedAcks = String(acks);
    const last = segments.at(-1);
    const written = last ? last.first + last.count : 0;
    // Where the disk lost records that were acknowledged, this goes on behind them: no position is used twice.
    this.#end = Math.max(written, acks.end);
    this.#isSealed = written < this.#end;
  }

  /**
   * Reads no more than the last segment, however long the log is. Never fails because of damaged contents: see `damage`.
   * @throws what the file system throws when the folder cannot be read
   */
  static async open(options: SegmentLogOptions): Promise<SegmentLog> {
    const segments = await listSegments(options.dir);
    const last = segments.at(-1);
    const settled = last && (await settleLast(last));
    const stored = await readCursor(options.dir, options.consumer);
    const acks = AckSet.upTo(Math.max(stored?.prefix ?? 0, segments[0]?.first ?? 0));
    for (const [from, to] of stored?.above ?? []) acks.add(from, to);
    // A segment that is gone was acknowledged: what its name still counts into the one before does not.
    for (const segment of segments.slice(0, -1))
      segment.count = Math.max(0, acks.startOfRunTo(segment.first + segment.count) - segment.first);
    const log = new SegmentLog(options, segments, acks);
    if (settled) {
      log.#damage.push(settled.damage);
      await log.#salvage(settled.salvaged);
    }
    await log.#forgetDone();
    return log;
  }

  async #salvage(payloads: readonly Uint8Array[]): Promise<void> {
    // What the disk refuses stays in the quarantine, and its damage is reported.
    const appended = payloads.map((payload) => this.append(payload).catch(() => undefined));
    await this.flush();
    await Promise.all(appended);
  }

  /** Position of the oldest record that is not consumed. */
  get cursor(): number {
    return this.#acks.prefix;
  }

  /** Position that the next committed record gets. */
  get end(): number {
    return this.#end;
  }

  /** Records that are not acknowledged. */
  get waiting(): number {
    return this.#end - this.#acks.countIn(0, this.#end);
  }

  /** Bytes on disk and waiting. */
  get bytes(): number {
    return this.#segments.reduce((sum, s) => sum + s.bytes, this.#waitingBytes);
  }

  /** The oldest segment: its first position and where the next begins. */
  get oldest(): { readonly from: number; readonly to: number; readonly isLast: boolean } | undefined {
    const [first, second] = this.#segments;
    return first && { from: first.first, to: second?.first ?? this.#end, isLast: second === undefined };
  }

  /** The first position from `from` on that is not acknowledged. */
  nextWaiting(from: number): number {
    return this.#acks.next(from);
  }

  /** What was found damaged since open, and at open. */
  get damage(): readonly Damage[] {
    return this.#damage;
  }

  /**
   * Resolves with the position once the group commit of the record returned: then it is accepted. `payload` must not
   * change until then.
   * @throws OUTBOX_FULL above the quota; STORE_UNAVAILABLE where the disk refuses: then the record is not in the log,
   * though it may come back if the process dies before its next commit.
   */
  append(payload: Uint8Array): Promise<number> {
    if (this.#closed) return Promise.reject(new AppError('STORE_UNAVAILABLE', 'the log is closed'));
    if (payload.length > maxPayloadBytes)
      return Promise.reject(new AppError('INPUT_INVALID', `a record has ${payload.length} bytes, over the limit`));
    const bytes = frameHeaderBytes + payload.length;
    if (this.bytes + bytes > this.#options.maxBytes) {
      const hint = 'the consumer is behind: see whether its link is up, or raise maxBytes';
      return Promise.reject(new AppError('OUTBOX_FULL', `${this.#options.dir} holds its quota`, { hint }));
    }
    this.#waitingBytes += bytes;
    return new Promise((resolve, reject) => {
      this.#waiting.push({ payload, resolve, reject });
      if (this.#waiting.length >= this.#options.commitRecords || this.#options.commitMs === 0) void this.flush();
      else this.#timer ??= setTimeout(() => void this.flush(), this.#options.commitMs);
    });
  }

  /** Commits what waits; returns when it and any commit before it is done. Never throws: the appends carry the outcome. */
  async flush(): Promise<void> {
    while (this.#committing) await this.#committing;
    if (this.#waiting.length === 0) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const group = this.#waiting;
    this.#waiting = [];
    this.#committing = this.#commit(group).finally(() => {
      this.#committing = undefined;
    });
    await this.#committing;
  }

  async #commit(group: readonly Waiting[]): Promise<void> {
    const frames = encodeFrames(group.map((w) => w.payload));
    let segment: Segment | undefined;
    try {
      const writable = await this.#writable();
      segment = writable.segment;
      const { handle } = writable;
      this.#tailUnknown = true;
      const { bytesWritten } = await handle.write(frames, 0, frames.length, segment.bytes);
      if (bytesWritten < frames.length) throw new Error(`wrote ${bytesWritten} of ${frames.length} bytes`);
      await handle.datasync();
      this.#tailUnknown = false;
      const first = this.#end;
      segment.count += group.length;
      this.#end += group.length;
      segment.bytes += frames.length;
      this.#waitingBytes -= frames.length;
      for (const [i, waiting] of group.entries()) waiting.resolve(first + i);
    } catch (cause) {
      // On a full disk the space of this one may be what is needed: it goes as soon as its records are consumed.
      if (segment && segment.count > 0) this.#isSealed = true;
      this.#waitingBytes -= frames.length;
      const error = new AppError('STORE_UNAVAILABLE', `cannot write to ${this.#options.dir}`, {
        cause,
        hint: 'check the free space and the permissions of the disk',
      });
      for (const waiting of group) waiting.reject(error);
    }
  }

  /** The segment to write to, its file ready for writing behind the committed bytes. */
  async #writable(): Promise<{ segment: Segment; handle: FileHandle }> {
    let segment = this.#segments.at(-1);
    if (!segment || (this.#isSealed && segment.first < this.#end) || segment.bytes >= this.#segmentBytes) {
      await this.#active?.close();
      this.#active = undefined;
      const first = this.#end;
      const file = segmentFile(this.#options.dir, first);
      this.#active = await open(file, 'w');
      await syncFolder(this.#options.dir);
      segment = { file, first, count: 0, bytes: 0 };
      this.#segments.push(segment);
      this.#isSealed = false;
      this.#tailUnknown = false;
    }
    this.#active ??= await open(segment.file, 'r+');
    if (this.#tailUnknown) await this.#active.truncate(segment.bytes);
    return { segment, handle: this.#active };
  }

  /** At most `limit` committed records in order, from position `from` (or the oldest there is). Damaged ones are left out and show in `damage`. */
  async read(from: number, limit: number): Promise<LogRecord[]> {
    const records: LogRecord[] = [];
    let position = from;
    for (const segment of this.#segments.slice(this.#segmentOf(from))) {
      position = Math.max(position, segment.first);
      while (position < segment.first + segment.count && records.length < limit) {
        const read = await this.#reader.read(segment, position, limit - records.length);
        const last = read.at(-1);
        if (!last) break;
        records.push(...read);
        position = last.position + 1;
      }
      if (records.length >= limit) break;
    }
    return records;
  }

  /** Index of the last segment that begins at or before the position. */
  #segmentOf(position: number): number {
    const after = this.#segments.findIndex((s) => s.first > position);
    return Math.max(0, (after < 0 ? this.#segments.length : after) - 1);
  }

  /**
   * Everything up to and including `position` is consumed. Resolves when that is durable and whole consumed segments are
   * deleted; acks that come meanwhile share one write.
   */
  async ack(position: number): Promise<void> {
    if (position >= this.#end) throw new AppError('INPUT_INVALID', `position ${position} is not in the log`);
    this.mark(0, position + 1);
    await this.storeMarks();
  }

  /** Those from `from` to before `to` are consumed, whatever stands before them; durable after `storeMarks`. */
  mark(from: number, to = from + 1): void {
    this.#acks.add(from, Math.min(to, this.#end));
  }

  /** Makes the marks durable and deletes segments of which every record is consumed. @throws STORE_UNAVAILABLE */
  async storeMarks(): Promise<void> {
    const wanted = String(this.#acks);
    for (let isMine = false; !isMine && this.#storedAcks !== wanted; ) {
      isMine = this.#storing === undefined;
      this.#storing ??= this.#store().finally(() => {
        this.#storing = undefined;
      });
      await this.#storing;
    }
  }

  async #store(): Promise<void> {
    const text = String(this.#acks);
    const write = () => writeCursor(this.#options.dir, this.#options.consumer, text);
    try {
      // On a full disk the cursor fits once consumed segments are gone; if the process dies between, their names tell.
      const failed = await write().then(
        () => false,
        () => true,
      );
      await this.#forgetDone();
      if (failed) await write();
      this.#storedAcks = text;
    } catch (cause) {
      throw new AppError('STORE_UNAVAILABLE', `cannot store the cursor in ${this.#options.dir}`, { cause });
    }
  }

  async #forgetDone(): Promise<void> {
    // The last one goes too once it is full: nothing would be written to it, and it could hold the whole quota.
    const isFull = (s: Segment) =>
      s !== this.#segments.at(-1) || (!this.#committing && (this.#isSealed || s.bytes >= this.#segmentBytes));
    const done = this.#segments.filter((s) => isFull(s) && this.#acks.next(s.first) >= s.first + s.count);
    if (done.length === 0) return;
    const last = this.#segments.at(-1);
    if (last && done.includes(last)) this.#isSealed = true;
    for (const segment of done) {
      this.#segments.splice(this.#segments.indexOf(segment), 1);
      this.#reader.forget(segment);
    }
    await removeSegments(done);
  }

  /** Ends the segment that is being written, so that it can be given up as a whole. */
  seal(): void {
    this.#isSealed = true;
  }

  /** Commits what waits and closes the file; later appends are refused. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.flush();
    // Whoever acknowledged hears of a failure; the file is closed all the same.
    await this.#storing?.catch(() => undefined);
    await this.#active?.close();
    this.#active = undefined;
  }
}
