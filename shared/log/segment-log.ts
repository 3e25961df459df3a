import { type FileHandle, open } from 'node:fs/promises';
import { AppError } from '../errors.ts';
import { decodeFrames, encodeFrames, frameHeaderBytes, frameLengthAt, maxPayloadBytes } from './frame.ts';
import {
  type Damage,
  listSegments,
  readCursor,
  removeSegments,
  type Segment,
  segmentFile,
  syncFolder,
  writeCursor,
} from './segment-files.ts';

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
}

export interface LogRecord {
  readonly position: number;
  readonly payload: Uint8Array;
}

interface Waiting {
  readonly payload: Uint8Array;
  resolve(position: number): void;
  reject(error: AppError): void;
}

const readChunkBytes = 256 * 1024;

/**
 * A durable append-only log with one consumer. What `append` accepted survives a crash, in order, until `ack`; a group
 * of records costs one fdatasync. Records are numbered from 0 without a gap, across restarts.
 */
export class SegmentLog {
  readonly #options: SegmentLogOptions;
  readonly #segmentBytes: number;
  readonly #segments: Segment[];
  readonly #damage: Damage[];
  #cursor: number;
  #storedCursor: number;
  #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #timer: NodeJS.Timeout | undefined;
  #committing: Promise<void> | undefined;
  #storingCursor: Promise<void> | undefined;
  #active: FileHandle | undefined;
  /** The file may hold more than the committed bytes: cut it off before anything is written behind them. */
  #tailUnknown = true;
  /** Where the last read ended: the next one mostly goes on from there. */
  #readHint = { segment: -1, position: 0, offset: 0 };
  #closed = false;

  private constructor(options: SegmentLogOptions, segments: Segment[], damage: Damage[], cursor: number) {
    this.#options = options;
    this.#segmentBytes = options.segmentBytes ?? Math.min(8 * 1024 * 1024, Math.ceil(options.maxBytes / 4));
    this.#segments = segments;
    this.#damage = damage;
    this.#cursor = cursor;
    this.#storedCursor = cursor;
  }

  /** Never fails because of damaged contents: see `damage`. @throws what the file system throws when the folder cannot be read. */
  static async open(options: SegmentLogOptions): Promise<SegmentLog> {
    const { segments, damage } = await listSegments(options.dir);
    const stored = (await readCursor(options.dir, options.consumer)) ?? 0;
    const cursor = Math.max(stored, segments[0]?.first ?? 0);
    const last = segments.at(-1);
    if (last && last.first + last.count <= cursor) {
      // All is consumed; where the disk lost such records, this goes on behind them, so that no position is used twice.
      await removeSegments(segments);
      segments.length = 0;
    }
    return new SegmentLog(options, segments, damage, cursor);
  }

  /** Position of the oldest record that is not consumed. */
  get cursor(): number {
    return this.#cursor;
  }

  /** Position that the next committed record gets; `end - cursor` records wait for the consumer. */
  get end(): number {
    const last = this.#segments.at(-1);
    return last ? last.first + last.count : this.#cursor;
  }

  /** Bytes on disk and waiting. */
  get bytes(): number {
    return this.#segments.reduce((sum, s) => sum + s.bytes, this.#waitingBytes);
  }

  /** What was found damaged since open. */
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
    try {
      const { segment, handle } = await this.#writable();
      this.#tailUnknown = true;
      const { bytesWritten } = await handle.write(frames, 0, frames.length, segment.bytes);
      if (bytesWritten < frames.length) throw new Error(`wrote ${bytesWritten} of ${frames.length} bytes`);
      await handle.datasync();
      this.#tailUnknown = false;
      const first = segment.first + segment.count;
      segment.count += group.length;
      segment.bytes += frames.length;
      this.#waitingBytes -= frames.length;
      for (const [i, waiting] of group.entries()) waiting.resolve(first + i);
    } catch (cause) {
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
    if (!segment || segment.bytes >= this.#segmentBytes) {
      await this.#active?.close();
      const first = this.end;
      const file = segmentFile(this.#options.dir, first);
      this.#active = await open(file, 'w');
      await syncFolder(this.#options.dir);
      segment = { file, first, count: 0, bytes: 0 };
      this.#segments.push(segment);
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
    for (const segment of [...this.#segments]) {
      position = Math.max(position, segment.first);
      while (position < segment.first + segment.count && records.length < limit) {
        const payloads = await this.#readSegment(segment, position, limit - records.length);
        for (const payload of payloads) records.push({ position: position++, payload });
        if (payloads.length === 0) break;
      }
    }
    return records;
  }

  async #readSegment(segment: Segment, position: number, limit: number): Promise<Uint8Array[]> {
    const hint = this.#readHint;
    const useful = hint.segment === segment.first && hint.position <= position;
    let at = useful ? hint.position : segment.first;
    let offset = useful ? hint.offset : 0;
    const committed = { bytes: segment.bytes, end: segment.first + segment.count };
    const handle = await open(segment.file, 'r');
    try {
      while (at < committed.end) {
        const bytes = await readFrames(handle, offset, committed.bytes);
        const skip = position - at;
        const { payloads, end } = decodeFrames(bytes, skip + limit);
        if (end === 0) {
          this.#giveUp(segment, at, offset);
          return [];
        }
        at += payloads.length;
        offset += end;
        if (payloads.length > skip) {
          this.#readHint = { segment: segment.first, position: at, offset };
          return payloads.slice(skip);
        }
      }
      return [];
    } finally {
      await handle.close();
    }
  }

  /** A committed record no longer reads back: what follows it in its segment is lost, and said so. */
  #giveUp(segment: Segment, position: number, offset: number): void {
    if (!this.#damage.some((d) => d.file === segment.file && d.offset === offset))
      this.#damage.push({ file: segment.file, offset, bytes: segment.bytes - offset });
    if (segment !== this.#segments.at(-1)) segment.count = position - segment.first;
  }

  /**
   * Everything up to and including `position` is consumed. Resolves when the cursor is durable and whole consumed
   * segments are deleted; acks that come meanwhile share one write.
   */
  async ack(position: number): Promise<void> {
    if (position >= this.end) throw new AppError('INPUT_INVALID', `position ${position} is not in the log`);
    this.#cursor = Math.max(this.#cursor, position + 1);
    while (this.#storedCursor < position + 1) {
      this.#storingCursor ??= this.#storeCursor().finally(() => {
        this.#storingCursor = undefined;
      });
      await this.#storingCursor;
    }
  }

  async #storeCursor(): Promise<void> {
    const cursor = this.#cursor;
    try {
      await writeCursor(this.#options.dir, this.#options.consumer, cursor);
      this.#storedCursor = cursor;
      // The last one goes too once it is full: nothing would be written to it, and it could hold the whole quota.
      const isDone = (s: Segment) =>
        s.first + s.count <= cursor && (s !== this.#segments.at(-1) || s.bytes >= this.#segmentBytes);
      const kept = this.#segments.findIndex((s) => !isDone(s));
      await removeSegments(this.#segments.splice(0, kept < 0 ? this.#segments.length : kept));
    } catch (cause) {
      throw new AppError('STORE_UNAVAILABLE', `cannot store the cursor in ${this.#options.dir}`, { cause });
    }
  }

  /** Commits what waits and closes the file; later appends are refused. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.flush();
    // Whoever acknowledged hears of a failure; the file is closed all the same.
    await this.#storingCursor?.catch(() => undefined);
    await this.#active?.close();
    this.#active = undefined;
  }
}

/** The committed bytes from `offset`: at least one whole frame, else about a mebibyte. */
const readFrames = async (handle: FileHandle, offset: number, committedBytes: number): Promise<Uint8Array> => {
  let wanted = Math.min(readChunkBytes, committedBytes - offset);
  for (;;) {
    const { buffer, bytesRead } = await handle.read(new Uint8Array(wanted), 0, wanted, offset);
    const bytes = buffer.subarray(0, bytesRead);
    const first = frameLengthAt(bytes, 0);
    if (first === undefined || first <= wanted || wanted === committedBytes - offset) return bytes;
    wanted = Math.min(first, committedBytes - offset);
  }
};
