import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { AppError } from '../errors.ts';

export interface FolderLock {
  release(): Promise<void>;
}

/** For `catch`: `value` where the error has that code. */
const ifCode =
  <T>(code: string, value: T) =>
  (error: NodeJS.ErrnoException): T => {
    if (error.code === code) return value;
    throw error;
  };

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
 * What root makes in the folder of a service its user cannot open, and so not start any more.
 * @throws FORBIDDEN for root in the folder of another user
 */
export const refuseRoot = async (dir: string): Promise<void> => {
  if (process.geteuid?.() !== 0) return;
  const uid = await stat(dir).then((found) => found.uid, ifCode('ENOENT', 0));
  if (uid !== 0)
    throw new AppError('FORBIDDEN', `${dir} belongs to another user than root`, {
      hint: `run this as its owner: sudo -u '#${uid}' ...`,
    });
};

/**
 * Takes the folder for this process alone, by a file `lock` in it; the lock of a process that is gone is taken over.
 * @throws STORE_LOCKED while another live process, or another part of this one, holds it; FORBIDDEN for root in the
 * folder of another user.
 */
export const lockFolder = async (dir: string): Promise<FolderLock> => {
  const file = join(dir, 'lock');
  const mine = `${file}.${randomUUID()}`;
  const held: FolderLock = { release: () => rm(file, { force: true }) };
  await mkdir(dir, { recursive: true });
  await refuseRoot(dir);
  await writeFile(mine, `${process.pid} ${await startOf(process.pid)}\n`);
  try {
    for (;;) {
      // A link appears with its contents at once: nobody can read a lock without an owner.
      const taken = await link(mine, file).then(() => true, ifCode('EEXIST', false));
      if (taken) return held;
      const owner = await readFile(file, 'latin1').catch(ifCode('ENOENT', undefined));
      if (owner === undefined) continue;
      if (await isHeld(owner)) throw refuse(dir, owner);
      if (await takeOver(file, owner, mine)) return held;
    }
  } finally {
    await rm(mine, { force: true });
  }
};

/**
 * Puts `mine` in the place of the lock of a dead owner. Many may find the same one dead: `claim` lets one at a time look
 * again and replace it.
 */
const takeOver = async (file: string, owner: string, mine: string): Promise<boolean> => {
  const claim = `${file}.claim`;
  if (!(await link(mine, claim).then(() => true, ifCode('EEXIST', false)))) {
    const claimant = await readFile(claim, 'latin1').catch(ifCode('ENOENT', undefined));
    if (claimant !== undefined && !(await isHeld(claimant))) await rm(claim, { force: true });
    await pause(5);
    return false;
  }
  try {
    if ((await readFile(file, 'latin1').catch(ifCode('ENOENT', undefined))) !== owner) return false;
    await rename(mine, file);
    return true;
  } finally {
    await rm(claim, { force: true });
  }
};
