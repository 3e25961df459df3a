import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { syncFolder } from '@kuluma/shared/log/segment-files.ts';

/**
 * Counts this start of the agent, durably, and returns the count. It is at least the wall time in seconds: a gateway
 * whose disk was replaced must never use an epoch again, or the cloud would take its new batches for old ones.
 */
export const nextEpoch = async (dataDir: string, wallNowMs: number): Promise<number> => {
  await mkdir(dataDir, { recursive: true });
  const file = join(dataDir, 'epoch');
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  const before = /^\d{1,15}\n$/.test(text) ? Number(text) : 0;
  const epoch = Math.max(before + 1, Math.floor(wallNowMs / 1000));
  const handle = await open(`${file}.new`, 'w');
  try {
    await handle.writeFile(`${epoch}\n`);
    await handle.datasync();
  } finally {
    await handle.close();
  }
  await rename(`${file}.new`, file);
  await syncFolder(dataDir);
  return epoch;
};
