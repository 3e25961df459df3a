import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FolderLock } from '@kuluma/shared/node/folder-lock.ts';

/** More than the lock, the epoch, the time and the cursors of the outbox take together. */
const reserveBytes = 128 * 1024;
const fileIn = (dataDir: string): string => join(dataDir, 'reserve');

/**
 * Takes the lock of a folder whose disk may be full: an outbox that filled it must be able to start again, or it could
 * never send what it holds. From here until `layReserve` the start has what the run before laid aside.
 */
export const lockWithReserve = async (
  dataDir: string,
  lockFolder: (dir: string) => Promise<FolderLock>,
): Promise<FolderLock> => {
  const free = () => rm(fileIn(dataDir), { force: true });
  const lock = await lockFolder(dataDir).catch(async (error: unknown) => {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
    await free();
    return lockFolder(dataDir);
  });
  await free();
  return lock;
};

/** Lays some room aside for the next start. On a disk that is full just now there is none to lay aside. */
export const layReserve = (dataDir: string): Promise<void> =>
  writeFile(fileIn(dataDir), new Uint8Array(reserveBytes)).catch(() => rm(fileIn(dataDir), { force: true }));
