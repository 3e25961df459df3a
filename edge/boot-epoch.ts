import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceFile } from '@kuluma/shared/log/replace-file.ts';

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
  await replaceFile(file, `${epoch}\n`);
  return epoch;
};
