import { mkdir, open, readdir, readFile, rename, truncate, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32c } from './crc32c.ts';
import { decodeFrames } from './frame.ts';

/** One file of the log. Its name is the position of its first record; positions number the records from 0 without a gap. */
export interface Segment {
  readonly file: string;
  readonly first: number;
  /** Committed records and bytes; what stands behind them in the file does not count. */
  count: number;
  bytes: number;
}

/** Something that was found damaged at open: it was set aside, never a reason not to start. */
export interface Damage {
  readonly file: string;
  readonly offset: number;
  readonly bytes: number;
  /** Where a copy of the damaged bytes is, if it could be written. */
  readonly quarantinedAs?: string;
}

/** The `1` is the version of the frame format. */
const extension = '.klog1';

export const segmentFile = (dir: string, first: number): string =>
  join(dir, `${String(first).padStart(16, '0')}${extension}`);

/** Makes a created, renamed or removed entry of the folder itself survive a power cut. */
export const syncFolder = async (dir: string): Promise<void> => {
  const handle = await open(dir, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};

/** The segments in order. Only the last is read: the count of an earlier one follows from the name of the next. */
export const listSegments = async (dir: string): Promise<{ segments: Segment[]; damage: Damage[] }> => {
  await mkdir(dir, { recursive: true });
  const firsts = (await readdir(dir))
    .filter((name) => name.endsWith(extension))
    .map((name) => Number.parseInt(name, 10))
    .sort((a, b) => a - b);
  const segments: Segment[] = [];
  for (const [i, first] of firsts.entries()) {
    const file = segmentFile(dir, first);
    const handle = await open(file, 'r');
    try {
      segments.push({ file, first, count: (firsts[i + 1] ?? first) - first, bytes: (await handle.stat()).size });
    } finally {
      await handle.close();
    }
  }
  const last = segments.at(-1);
  const damage = last ? await settleLast(dir, last) : undefined;
  return { segments, damage: damage ? [damage] : [] };
};

/** Counts the records of the last segment; bytes after the last sound one go to `quarantine/` and are cut off. */
const settleLast = async (dir: string, last: Segment): Promise<Damage | undefined> => {
  const bytes = await readFile(last.file);
  const { payloads, end } = decodeFrames(bytes);
  last.count = payloads.length;
  last.bytes = end;
  if (end === bytes.length) return undefined;
  const found = { file: last.file, offset: end, bytes: bytes.length - end };
  const quarantinedAs = join(dir, 'quarantine', `${last.first}-${end}.bin`);
  try {
    await mkdir(join(dir, 'quarantine'), { recursive: true });
    await writeFile(quarantinedAs, bytes.subarray(end));
    await truncate(last.file, end);
    return { ...found, quarantinedAs };
  } catch {
    // A full or read-only disk: the damage is reported all the same, and the next commit cuts it off before it writes.
    return found;
  }
};

const cursorFile = (dir: string, consumer: string): string => join(dir, `cursor-${consumer}`);

/** Position of the first record that `consumer` has not consumed; undefined where none is stored or it is damaged. */
export const readCursor = async (dir: string, consumer: string): Promise<number | undefined> => {
  const text = await readFile(cursorFile(dir, consumer), 'latin1').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  const [position = '', check] = text.trim().split(' ');
  return check === checkOf(position) ? Number(position) : undefined;
};

const checkOf = (position: string): string => crc32c(Buffer.from(position, 'latin1')).toString(16);

/** Durable when it returns. A rename cannot be torn; if it is lost, records are given twice, never skipped. */
export const writeCursor = async (dir: string, consumer: string, position: number): Promise<void> => {
  const file = cursorFile(dir, consumer);
  const handle = await open(`${file}.new`, 'w');
  try {
    await handle.writeFile(`${position} ${checkOf(String(position))}\n`);
    await handle.datasync();
  } finally {
    await handle.close();
  }
  await rename(`${file}.new`, file);
  await syncFolder(dir);
};

/** Removes the segment files; one that is gone already is fine. */
export const removeSegments = async (segments: readonly Segment[]): Promise<void> => {
  for (const { file } of segments)
    await unlink(file).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
};
