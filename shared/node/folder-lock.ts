import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../errors.ts';

export interface FolderLock {
  release(): Promise<void>;
}

/** Tells a process from a later one with the same pid (a container restarts as pid 1): its start in clock ticks since boot. */
const startOf = async (pid: number): Promise<string> => {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '');
  // The name of the program stands in parentheses and may hold spaces; the start is the 20th field behind it.
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
};

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
};

const isHeld = async (owner: string): Promise<boolean> => {
  const [pid, start] = owner.trim().split(' ');
  return Number(pid) > 0 && isAlive(Number(pid)) && (await startOf(Number(pid))) === (start ?? '');
};

const refuse = (dir: string, owner: string): AppError =>
  new AppError('STORE_LOCKED', `${dir} is in use by process ${owner.split(' ')[0]}`, {
    hint: 'stop that process, or give this one another data folder',
  });

/**
 * Takes the folder for this process alone, by a file `lock` in it; the lock of a process that is gone is taken over.
 * @throws STORE_LOCKED while another live process, or another part of this one, holds it.
 */
export const lockFolder = async (dir: string): Promise<FolderLock> => {
  const file = join(dir, 'lock');
  const self = `${process.pid} ${await startOf(process.pid)}\n`;
  await mkdir(dir, { recursive: true });
  for (;;) {
    try {
      await writeFile(file, self, { flag: 'wx' });
      return { release: () => rm(file, { force: true }) };
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
    const owner = await readFile(file, 'latin1').catch(() => undefined);
    if (owner === undefined) continue;
    if (await isHeld(owner)) throw refuse(dir, owner);
    // Two processes may find the same dead owner: whoever moves away a lock that is not that one puts it back.
    const aside = `${file}.${process.pid}`;
    await rename(file, aside).catch(() => undefined);
    const moved = await readFile(aside, 'latin1').catch(() => owner);
    if (moved !== owner) {
      await rename(aside, file);
      throw refuse(dir, moved);
    }
    await rm(aside, { force: true });
  }
};
