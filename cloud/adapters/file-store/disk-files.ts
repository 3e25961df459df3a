import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '@kuluma/shared/errors.ts';
import type { FileStore } from '../../ports.ts';

const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT';
const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Files in two folders: uploads by their id, whole files by the SHA-256 of their bytes. */
export class DiskFiles implements FileStore {
  readonly #uploads: string;
  readonly #whole: string;

  constructor(dir: string) {
    this.#uploads = join(dir, 'uploads');
    this.#whole = join(dir, 'whole');
  }

  async append(uploadId: string, offset: number, bytes: Uint8Array): Promise<number> {
    await mkdir(this.#uploads, { recursive: true });
    const file = await open(this.#upload(uploadId), constants.O_RDWR | constants.O_CREAT);
    try {
      const { size } = await file.stat();
      if (size !== offset) return size;
      // At its place, not at the end: a phone that lost its patience sends the same piece a second time meanwhile.
      await file.write(bytes, 0, bytes.length, offset);
      await file.datasync();
      return size + bytes.length;
    } finally {
      await file.close();
    }
  }

  read(uploadId: string): Promise<Uint8Array> {
    return readFile(this.#upload(uploadId));
  }

  async keep(uploadId: string): Promise<string> {
    const sha256 = hashOf(await this.read(uploadId));
    await mkdir(this.#whole, { recursive: true });
    await rename(this.#upload(uploadId), join(this.#whole, sha256));
    return sha256;
  }

  async drop(uploadId: string): Promise<void> {
    await rm(this.#upload(uploadId), { force: true });
  }

  async dropStale(ageMs: number): Promise<number> {
    let dropped = 0;
    for (const name of await this.#uploadIds()) {
      const { mtimeMs } = await stat(this.#upload(name));
      // The times of files are the machine's, also where the product's clock runs faster.
      if (Date.now() - mtimeMs < ageMs) continue;
      await this.drop(name);
      dropped += 1;
    }
    return dropped;
  }

  async remove(sha256: string): Promise<void> {
    await rm(join(this.#whole, sha256), { force: true });
  }

  async get(sha256: string): Promise<Uint8Array> {
    try {
      const bytes = await readFile(join(this.#whole, sha256));
      if (hashOf(bytes) !== sha256) throw new AppError('INTERNAL', `the file ${sha256} is not what its name says`);
      return bytes;
    } catch (error) {
      if (isMissing(error)) throw new AppError('NOT_FOUND', 'there is no such file', { cause: error });
      throw error;
    }
  }

  async #uploadIds(): Promise<string[]> {
    try {
      return await readdir(this.#uploads);
    } catch (error) {
      if (isMissing(error)) return [];
      throw error;
    }
  }

  #upload(uploadId: string): string {
    return join(this.#uploads, uploadId);
  }
}
