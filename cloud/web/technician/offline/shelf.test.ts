import { describe, expect, it } from 'vitest';
import { ProblemError } from '../../parts/api-client.ts';
import { type FileKeeper, filesThatFit, fillShelf, type KeptFile, shelfBytes, type WantedFile } from './shelf.ts';

const wanted = (fileId: string, bytes: number): WantedFile => ({ fileId, path: `/${fileId}`, bytes });
const ids = (files: readonly { fileId: string }[]) => files.map(({ fileId }) => fileId);

/** Keeps what it is given, like the phone, up to `room` files. */
class Keeper implements FileKeeper {
  readonly files = new Map<string, KeptFile>();
  room = Number.POSITIVE_INFINITY;
  async fileIds() {
    return [...this.files.keys()];
  }
  async file(fileId: string) {
    return this.files.get(fileId);
  }
  async keepFile(file: KeptFile) {
    if (this.files.size >= this.room) throw new DOMException('full', 'QuotaExceededError');
    this.files.set(file.fileId, file);
  }
  async dropFile(fileId: string) {
    this.files.delete(fileId);
  }
}
const fetched = async (path: string): Promise<KeptFile> => ({
  ...{ fileId: path.slice(1), bytes: new ArrayBuffer(1), mediaType: 'application/pdf' },
});
const refusing = (status: number) => async (): Promise<KeptFile> => {
  throw new ProblemError(status, { code: 'NOT_FOUND', message: '', faults: [], reference: '' });
};
const silent = () => undefined;

describe('the files of a day', () => {
  it('are taken in their order, each once, and a large one keeps no smaller one out', () => {
    const files = [wanted('a', 5), wanted('b', 8), wanted('a', 5), wanted('c', 5)];
    expect(ids(filesThatFit(files, 10))).toEqual(['a', 'c']);
  });

  it('come to the phone, and those of yesterday go', async () => {
    const keeper = new Keeper();
    await keeper.keepFile(await fetched('/old'));
    const told: (readonly string[])[] = [];
    const isWhole = await fillShelf(keeper, [wanted('a', 1), wanted('b', shelfBytes)], fetched, (now) =>
      told.push(now),
    );
    expect(isWhole).toBe(true);
    expect(await keeper.fileIds()).toEqual(['a']);
    expect(told).toEqual([[], ['a']]);
  });

  it('are fetched again later when the service is away', async () => {
    const keeper = new Keeper();
    expect(await fillShelf(keeper, [wanted('a', 1)], refusing(0), silent)).toBe(false);
    expect(await fillShelf(keeper, [wanted('a', 1)], fetched, silent)).toBe(true);
    expect(await keeper.fileIds()).toEqual(['a']);
  });

  it('leave out what was retired meanwhile, and go on', async () => {
    const keeper = new Keeper();
    const some = (path: string) => (path === '/gone' ? refusing(404)() : fetched(path));
    expect(await fillShelf(keeper, [wanted('gone', 1), wanted('a', 1)], some, silent)).toBe(true);
    expect(await keeper.fileIds()).toEqual(['a']);
  });

  it('are fetched again later when the service is busy', async () => {
    expect(await fillShelf(new Keeper(), [wanted('a', 1)], refusing(429), silent)).toBe(false);
  });

  it('stop where the phone is full, keep what is there, and are not fetched over and over', async () => {
    const keeper = new Keeper();
    keeper.room = 1;
    expect(await fillShelf(keeper, [wanted('a', 1), wanted('b', 1)], fetched, silent)).toBe(true);
    expect(await keeper.fileIds()).toEqual(['a']);
  });
});
