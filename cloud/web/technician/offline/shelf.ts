import { ProblemError } from '../../parts/api-client.ts';

/** What the documents of a day may take of a phone: some ten manuals. The rest is read with a signal. */
export const shelfBytes = 80 * 1024 * 1024;

const tooManyRequests = 429;

/** A file that a visit wants on the phone, or the text of one. */
export interface WantedFile {
  readonly fileId: string;
  readonly path: string;
  readonly bytes: number;
}

export interface KeptFile {
  readonly fileId: string;
  readonly bytes: ArrayBuffer;
  readonly mediaType: string;
}

export interface FileKeeper {
  fileIds(): Promise<string[]>;
  file(fileId: string): Promise<KeptFile | undefined>;
  /** @throws what the browser says when the phone is full */
  keepFile(file: KeptFile): Promise<void>;
  dropFile(fileId: string): Promise<void>;
}

/** Those that fit, each once, the first ones first: a large one that does not fit keeps no smaller one behind it out. */
export const filesThatFit = (wanted: readonly WantedFile[], mostBytes: number): WantedFile[] => {
  const files = new Map<string, WantedFile>();
  let left = mostBytes;
  for (const file of wanted) {
    if (files.has(file.fileId) || file.bytes > left) continue;
    files.set(file.fileId, file);
    left -= file.bytes;
  }
  return [...files.values()];
};

/**
 * Brings the phone's files to what is wanted: what is wanted no more goes first and makes room, then what is missing comes,
 * one by one.
 * @param onChange told of what is kept now
 * @returns whether there is nothing more to fetch: all that fits is here, or the phone is full, where each try would fetch a
 * file over again; not when the service is away or busy
 */
export const fillShelf = async (
  keeper: FileKeeper,
  wanted: readonly WantedFile[],
  fetchFile: (path: string) => Promise<KeptFile>,
  onChange: (fileIds: readonly string[]) => void,
): Promise<boolean> => {
  const fitting = filesThatFit(wanted, shelfBytes);
  const kept = new Set(await keeper.fileIds());
  for (const fileId of [...kept])
    if (!fitting.some((file) => file.fileId === fileId)) {
      await keeper.dropFile(fileId);
      kept.delete(fileId);
    }
  onChange([...kept]);
  for (const { fileId, path } of fitting) {
    if (kept.has(fileId)) continue;
    try {
      await keeper.keepFile(await fetchFile(path));
    } catch (error) {
      if (error instanceof DOMException && error.name === 'QuotaExceededError') return true;
      if (!(error instanceof ProblemError)) throw error;
      if (error.ambiguous || error.status === tooManyRequests) return false;
      // It was retired or replaced meanwhile: the next list says what takes its place.
      continue;
    }
    kept.add(fileId);
    onChange([...kept]);
  }
  return true;
};
