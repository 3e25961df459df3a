import { mkdtemp, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DiskFiles } from './disk-files.ts';

let dir: string;
let files: DiskFiles;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'kuluma-files-'));
  files = new DiskFiles(dir);
});
afterEach(() => rm(dir, { recursive: true }));

const bytes = (text: string) => Buffer.from(text);

describe('files on disk', () => {
  it('take a piece once that comes twice at the same time', async () => {
    await files.append('a', 0, bytes('first '));
    await Promise.all([files.append('a', 6, bytes('second')), files.append('a', 6, bytes('second'))]);
    expect(Buffer.from(await files.read('a')).toString()).toBe('first second');
    expect(await files.append('a', 6, bytes('second'))).toBe(12);
  });

  it('forget an upload to which nothing has come for long, and none other', async () => {
    expect(await files.dropStale(0)).toBe(0);
    await files.append('old', 0, bytes('x'));
    await files.append('new', 0, bytes('y'));
    const kept = await files.keep('new');
    await files.append('new', 0, bytes('z'));
    await utimes(join(dir, 'uploads', 'old'), 0, 0);
    expect(await files.dropStale(1000_000)).toBe(1);
    expect(await files.append('old', 1, bytes('x'))).toBe(0);
    expect(Buffer.from(await files.read('new')).toString()).toBe('z');
    expect(Buffer.from(await files.get(kept)).toString()).toBe('y');
  });
});
