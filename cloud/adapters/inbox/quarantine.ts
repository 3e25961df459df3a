import { mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32c } from '@kuluma/shared/log/crc32c.ts';
import { replaceFile } from '@kuluma/shared/log/replace-file.ts';
import type { Logger } from '@kuluma/shared/node/logger.ts';
import type { ReceivedLetter } from '../../core/ingest/received-letter.ts';

const mostBytes = 64 * 1024 * 1024;
const mostLetters = 10_000;

/**
 * A folder of letters that could not be stored, one file each, for a later program or a person: the payload as it came,
 * named by reason, time of receipt and organisation. When it is full further letters are only counted by the caller,
 * which is logged once.
 */
export class Quarantine {
  readonly #dir: string;
  readonly #log: Logger;
  #kept: { bytes: number; letters: number } | undefined;
  #saidFull = false;

  constructor(dir: string, log: Logger) {
    this.#dir = dir;
    this.#log = log;
  }

  /** Durable when it returns; the same letter again is the same file. */
  async keep({ organisationId, receivedAtMs, payload }: ReceivedLetter, reason: string): Promise<void> {
    this.#kept ??= await this.#count();
    if (this.#kept.letters >= mostLetters || this.#kept.bytes + payload.length > mostBytes) return this.#sayFull();
    const content = crc32c(payload).toString(16).padStart(8, '0');
    const name = `${reason}-${Math.trunc(receivedAtMs)}-${organisationId}-${content}.letter`;
    await replaceFile(join(this.#dir, name), payload);
    this.#kept.bytes += payload.length;
    this.#kept.letters += 1;
  }

  async #count(): Promise<{ bytes: number; letters: number }> {
    await mkdir(this.#dir, { recursive: true });
    const names = await readdir(this.#dir);
    let bytes = 0;
    for (const name of names) bytes += (await stat(join(this.#dir, name))).size;
    return { bytes, letters: names.length };
  }

  #sayFull(): void {
    if (this.#saidFull) return;
    this.#saidFull = true;
    this.#log.error({ dir: this.#dir, mostBytes, mostLetters }, 'the quarantine is full: letters are only counted');
  }
}
