import { open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Makes a created, renamed or removed entry of the folder itself survive a power cut. */
export const syncFolder = async (dir: string): Promise<void> => {
  const handle = await open(dir, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};

/**
 * Puts `content` in the place of the file, whole or not at all, and durable when it returns.
 * @param mode of the file; as usual unless given. @throws what the file system throws
 */
export const replaceFile = async (file: string, content: string | Uint8Array, mode?: number): Promise<void> => {
  const handle = await open(`${file}.new`, 'w', mode);
  try {
    await handle.writeFile(content);
    await handle.datasync();
  } finally {
    await handle.close();
  }
  await rename(`${file}.new`, file);
  await syncFolder(dirname(file));
};
