import { mkdir, readdir, readFile, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { AckSet } from './ack-set.ts';
import { crc32c } from './crc32c.ts';
import { replaceFile } from './replace-file.ts';

/** One file of the log. Its name is the position of its first record; positions number the records from 0 without a gap. */
export interface Segment {
  readonly file: string;
  readonly first: number;
  /** Committed records and bytes; what stands behind them in the file does not count. */
  count: number;
  bytes: number;
}

/** Something that was found damaged: it was set aside, never a reason to stop. */
export interface Damage {
  readonly file: string;
  readonly offset: number;
  readonly bytes: number;
  /** Position of the first record that is lost by it. */
  readonly firstLost: number;
  /** How many records are lost; null for a tail, of which nobody can know. */
  readonly lost: number | null;
  /** Where a copy of the damaged bytes is, if it could be written. */
  readonly quarantinedAs?: string;
}

/** The `1` is the version of the frame format. */
const extension = '.klog1';

export const segmentFile = (dir: string, first: number): string =>
  join(dir, `${String(first).padStart(16, '0')}${extension}`);

/** The segments in order, none of them read: the count of one follows from the name of the next, that of the last is 0. */
export const listSegments = async (dir: string): Promise<Segment[]> => {
  await mkdir(dir, { recursive: true });
  const firsts = (await readdir(dir))
    .filter((name) => name.endsWith(extension))
    .map((name) => Number.parseInt(name, 10))
    .sort((a, b) => a - b);
  const segments: Segment[] = [];
  for (const [i, first] of firsts.entries()) {
    const file = segmentFile(dir, first);
    segments.push({ file, first, count: (firsts[i + 1] ?? first) - first, bytes: (await stat(file)).size });
  }
  return segments;
};

const cursorFile = (dir: string, consumer: string): string => join(dir, `cursor-${consumer}`);

/** What `consumer` has acknowledged; undefined where nothing is stored or it is damaged. */
export const readCursor = async (dir: string, consumer: string): Promise<AckSet | undefined> => {
  const text = await readFile(cursorFile(dir, consumer), 'latin1').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  const [, acks = '', check] = /^(.*) ([0-9a-f]+)\n$/.exec(text) ?? [];
  return check === checkOf(acks) ? AckSet.parse(acks) : undefined;
};

const checkOf = (acks: string): string => crc32c(Buffer.from(acks, 'latin1')).toString(16);

/** Durable when it returns. A rename cannot be torn; if it is lost, records are given twice, never skipped. */
export const writeCursor = async (dir: string, consumer: string, acks: string): Promise<void> => {
  await replaceFile(cursorFile(dir, consumer), `${acks} ${checkOf(acks)}\n`);
};

/** Removes the segment files; one that is gone already is fine. */
export const removeSegments = async (segments: readonly Segment[]): Promise<void> => {
  for (const { file } of segments)
    await unlink(file).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
};
