import { spawnSync } from 'node:child_process';
import { chownSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { lockFolder } from './folder-lock.ts';

const root = mkdtempSync(join(tmpdir(), 'kuluma-lock-'));
afterAll(() => rmSync(root, { recursive: true }));

it('refuses a second holder until the first releases', async () => {
  const dir = join(root, 'twice');
  const first = await lockFolder(dir);
  await expect(lockFolder(dir)).rejects.toMatchObject({ code: 'STORE_LOCKED' });
  await first.release();
  await (await lockFolder(dir)).release();
});

it('takes over the lock of a process that is gone', async () => {
  const gone = spawnSync('true').pid;
  writeFileSync(join(root, 'lock'), `${gone} 1\n`);
  await (await lockFolder(root)).release();
});

it('takes over the lock of an earlier process with the same pid', async () => {
  writeFileSync(join(root, 'lock'), `${process.pid} 1\n`);
  await (await lockFolder(root)).release();
});

it('goes to one of many who find the same dead owner, and leaves nothing behind', async () => {
  const dir = mkdtempSync(join(root, 'many-'));
  writeFileSync(join(dir, 'lock'), `${process.pid} 1\n`);
  const settled = await Promise.allSettled(Array.from({ length: 20 }, () => lockFolder(dir)));
  const held = settled.filter((s) => s.status === 'fulfilled');
  expect(held).toHaveLength(1);
  expect(readdirSync(dir)).toEqual(['lock']);
  await held[0]?.value.release();
  expect(readdirSync(dir)).toEqual([]);
});

it.skipIf(process.geteuid?.() !== 0)(
  'keeps root out of the folder of another user, with nothing left in it',
  async () => {
    const dir = mkdtempSync(join(root, 'foreign-'));
    chownSync(dir, 12_345, 12_345);
    await expect(lockFolder(dir)).rejects.toMatchObject({
      code: 'FORBIDDEN',
      hint: expect.stringContaining("'#12345'"),
    });
    expect(readdirSync(dir)).toEqual([]);
  },
);
