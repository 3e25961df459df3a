import { open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncFolder } from '../log/segment-files.ts';

/** Puts `text` in the place of the file, whole or not at all, and durable when it returns. @throws what the file system throws */
export const replaceFile = async (file: string, text: string): Promise<void> => {
  const handle = await open(`${file}.new`, 'w');
  try {
    await handle.writeFile(text);
    await handle.datasync();
  } finally {
    await handle.close();
  }
  await rename(`${file}.new`, file);
  await syncFolder(dirname(file));
};
