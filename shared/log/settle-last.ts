import { readFile, truncate } from 'node:fs/promises';
import { decodeFrames, frameHeaderBytes, soundFrameAt } from './frame.ts';
import type { Damage, Segment } from './segment-files.ts';
import { mostSearchedBytes, setAside } from './segment-reader.ts';

/** What stood in the last segment behind its first damage. */
export interface Settled {
  readonly damage: Damage;
  /** Payloads of sound frames in the damaged tail: they are to be appended again. */
  readonly salvaged: readonly Uint8Array[];
}

/**
 * Counts the records of the last segment; bytes after the last sound one go to `quarantine/` and are cut off. Sound
 * records in what is cut off come back, as positions behind a damage cannot be told any more.
 */
export const settleLast = async (last: Segment): Promise<Settled | undefined> => {
  const bytes = await readFile(last.file);
  const { payloads, end } = decodeFrames(bytes);
  last.count = payloads.length;
  last.bytes = end;
  if (end === bytes.length) return undefined;
  const found = {
    file: last.file,
    offset: end,
    bytes: bytes.length - end,
    firstLost: last.first + last.count,
    lost: null,
  };
  const damage = await setAside(found, bytes.subarray(end));
  // Where that fails too, the next commit cuts it off before it writes.
  if (damage.quarantinedAs) await truncate(last.file, end).catch(() => undefined);
  return { damage, salvaged: soundPayloads(bytes, end) };
};

const soundPayloads = (bytes: Uint8Array, from: number): Uint8Array[] => {
  const payloads: Uint8Array[] = [];
  for (let at = from; at < bytes.length; ) {
    const length = soundFrameAt(bytes, at, mostSearchedBytes);
    if (length !== undefined) payloads.push(bytes.slice(at + frameHeaderBytes, at + length));
    at += length ?? 1;
  }
  return payloads;
};
