import { type FileHandle, mkdir, open, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { decodeFrames, frameHeaderBytes, frameLengthAt, soundFrameAt } from './frame.ts';
import type { Damage, Segment } from './segment-files.ts';

export interface LogRecord {
  readonly position: number;
  readonly payload: Uint8Array;
}

interface PlacedFrame {
  readonly position: number;
  readonly offset: number;
  readonly bytes: number;
}

/** Where the sound frames of a damaged segment stand, up to `end`. */
interface FrameMap {
  readonly frames: readonly PlacedFrame[];
  readonly damage: readonly Omit<Damage, 'file'>[];
  readonly end: Place;
}

/** A record of the segment and where its frame begins. */
interface Place {
  readonly segment: number;
  readonly position: number;
  readonly offset: number;
}

const mostChunkBytes = 256 * 1024;
const leastChunkBytes = 16 * 1024;
/** What a record is taken to have at most, so that a reader of few does not fetch many. */
const guessedRecordBytes = 2048;
/** Readers that go through the log at places of their own: live, backlog and some to spare. */
const mostPlaces = 4;
/** Searching for a sound frame, a longer one is noise. */
export const mostSearchedBytes = 512 * 1024;

/** Reads committed records and finds its way around damage, which it sets aside and reports once. */
export class SegmentReader {
  readonly #report: (damage: Damage) => void;
  /** Where the last reads ended: the next ones mostly go on from there. */
  #places: Place[] = [];
  readonly #maps = new Map<number, FrameMap>();

  constructor(report: (damage: Damage) => void) {
    this.#report = report;
  }

  /** The segment is gone. */
  forget(segment: Segment): void {
    this.#maps.delete(segment.first);
    this.#places = this.#places.filter((p) => p.segment !== segment.first);
  }

  /** At most `limit` records from `position` on; none where no sound one follows in the segment. */
  async read(segment: Segment, position: number, limit: number): Promise<LogRecord[]> {
    // The segment may grow meanwhile.
    const committed = { ...segment };
    const handle = await open(segment.file, 'r').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    if (!handle) return [];
    try {
      const map = this.#maps.get(segment.first);
      if (map && position < map.end.position) {
        const mapped = await readMapped(handle, map, position, limit);
        if (mapped.length > 0) return mapped;
      }
      const records = await this.#readOn(handle, committed, position, limit);
      if (records) return records;
      await this.#findAround(handle, committed);
    } finally {
      await handle.close();
    }
    return this.read(segment, position, limit);
  }

  /** Undefined where damage stands in the way. */
  async #readOn(
    handle: FileHandle,
    { first, count, bytes }: Segment,
    position: number,
    limit: number,
  ): Promise<LogRecord[] | undefined> {
    let place = this.#nearest(first, position);
    while (place.position < first + count) {
      const skip = Math.max(0, position - place.position);
      // What a failed commit left behind the committed records is none of them.
      const most = Math.min(skip + limit, first + count - place.position);
      const { payloads, end } = decodeFrames(await readFrames(handle, place.offset, bytes, most), most);
      if (end === 0) return undefined;
      const from = place.position;
      place = { segment: first, position: from + payloads.length, offset: place.offset + end };
      if (payloads.length <= skip) continue;
      this.#places = [place, ...this.#places.filter((p) => p.segment !== first || p.position !== position)];
      this.#places.length = Math.min(mostPlaces, this.#places.length);
      return payloads.slice(skip).map((payload, i) => ({ position: from + skip + i, payload }));
    }
    return [];
  }

  #nearest(first: number, position: number): Place {
    const start = this.#maps.get(first)?.end ?? { segment: first, position: first, offset: 0 };
    return this.#places
      .filter((p) => p.segment === first && p.position <= position)
      .reduce((best, p) => (p.position > best.position ? p : best), start);
  }

  async #findAround(handle: FileHandle, segment: Segment): Promise<void> {
    const whole = await handle.read(new Uint8Array(segment.bytes), 0, segment.bytes, 0);
    const bytes = whole.buffer.subarray(0, whole.bytesRead);
    const map = mapFrames(bytes, segment);
    const known = new Set(this.#maps.get(segment.first)?.damage.map((d) => d.offset));
    this.#maps.set(segment.first, map);
    this.#places = this.#places.filter((p) => p.segment !== segment.first);
    for (const damage of map.damage) {
      if (known.has(damage.offset)) continue;
      const found = { file: segment.file, ...damage };
      this.#report(await setAside(found, bytes.subarray(damage.offset, damage.offset + damage.bytes)));
    }
  }
}

/** Copies damaged bytes to `quarantine/` beside their file, where the disk takes them. */
export const setAside = async (damage: Damage, bytes: Uint8Array): Promise<Damage> => {
  const folder = join(dirname(damage.file), 'quarantine');
  const quarantinedAs = join(folder, `${damage.firstLost}-${damage.offset}.bin`);
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(quarantinedAs, bytes);
    return { ...damage, quarantinedAs };
  } catch {
    // A full or read-only disk: the damage is reported all the same.
    return damage;
  }
};

const readMapped = async (
  handle: FileHandle,
  { frames }: FrameMap,
  position: number,
  limit: number,
): Promise<LogRecord[]> => {
  const records: LogRecord[] = [];
  for (const frame of frames) {
    if (frame.position < position) continue;
    if (records.length === limit) break;
    const bytes = new Uint8Array(frame.bytes);
    await handle.read(bytes, 0, bytes.length, frame.offset);
    // It may have rotted since it was mapped.
    if (soundFrameAt(bytes, 0) === undefined) continue;
    records.push({ position: frame.position, payload: bytes.subarray(frameHeaderBytes) });
  }
  return records;
};

/**
 * The sound frames of a segment of which `count` is known, and the damage between them. A record whose bytes are
 * damaged behind a sound length is one record; where the length is damaged too, the search goes on byte by byte, and
 * the records that are missing at the end are taken to have stood in the last such place.
 */
const mapFrames = (bytes: Uint8Array, { first, count, bytes: committedBytes }: Segment): FrameMap => {
  const frames: PlacedFrame[] = [];
  const damage: { offset: number; bytes: number; firstLost: number; lost: number; framesBefore: number }[] = [];
  let lastUnknown: (typeof damage)[number] | undefined;
  let position = first;
  for (let offset = 0; offset < bytes.length && position < first + count; ) {
    const sound = soundFrameAt(bytes, offset);
    if (sound !== undefined) {
      frames.push({ position: position++, offset, bytes: sound });
      offset += sound;
      continue;
    }
    const stated = offset + (frameLengthAt(bytes, offset) ?? Infinity);
    const isOne = stated === bytes.length || (stated < bytes.length && soundFrameAt(bytes, stated) !== undefined);
    let end = isOne ? stated : offset + 1;
    while (!isOne && end < bytes.length && soundFrameAt(bytes, end, mostSearchedBytes) === undefined) end++;
    const found = { offset, bytes: end - offset, firstLost: position++, lost: 1, framesBefore: frames.length };
    damage.push(found);
    if (!isOne) lastUnknown = found;
    offset = end;
  }
  const missing = first + count - position;
  if (missing > 0 && lastUnknown) lastUnknown.lost += missing;
  else if (missing > 0)
    damage.push({ offset: bytes.length, bytes: 0, firstLost: position, lost: missing, framesBefore: frames.length });
  const shiftFrom = lastUnknown?.framesBefore ?? frames.length;
  return {
    frames: frames.map((f, i) => (i < shiftFrom || missing <= 0 ? f : { ...f, position: f.position + missing })),
    damage: damage.map(({ framesBefore, ...d }) => ({
      ...d,
      firstLost: lastUnknown && d.offset > lastUnknown.offset && missing > 0 ? d.firstLost + missing : d.firstLost,
    })),
    end: { segment: first, position: first + count, offset: committedBytes },
  };
};

/** The committed bytes from `offset`: at least one whole frame, else what so many records are likely to have. */
const readFrames = async (
  handle: FileHandle,
  offset: number,
  committedBytes: number,
  records: number,
): Promise<Uint8Array> => {
  const likelyBytes = Math.min(mostChunkBytes, Math.max(leastChunkBytes, records * guessedRecordBytes));
  let wanted = Math.min(likelyBytes, committedBytes - offset);
  for (;;) {
    const { buffer, bytesRead } = await handle.read(new Uint8Array(wanted), 0, wanted, offset);
    const bytes = buffer.subarray(0, bytesRead);
    const first = frameLengthAt(bytes, 0);
    if (first === undefined || first <= wanted || wanted === committedBytes - offset) return bytes;
    wanted = Math.min(first, committedBytes - offset);
  }
};
