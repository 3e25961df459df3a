import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceFile } from '@kuluma/shared/log/replace-file.ts';

/** What a run that was killed left behind. */
export interface Unclean {
  /** When that run began, or its gap was told; undefined where the note says something else. */
  readonly sinceMs: number | undefined;
  /** Since when samples are missing that no record tells yet. */
  readonly missingFromMs: number | undefined;
}

/**
 * Stands while an agent runs on the folder, and after one that was killed: when the run began or, with `gap` before it,
 * since when samples are missing that no record tells yet. A run that is killed before it told them leaves that as it is.
 */
export class RunningNote {
  readonly #file: string;

  constructor(outboxDir: string) {
    this.#file = join(outboxDir, 'running');
  }

  /** Undefined after a clean end. */
  async read(): Promise<Unclean | undefined> {
    const text = await readFile(this.#file, 'latin1').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    if (text === undefined) return undefined;
    const [, gap, ms] = /^(gap )?(\d+)\n$/.exec(text) ?? [];
    const atMs = ms === undefined ? undefined : Number(ms);
    return gap ? { sinceMs: undefined, missingFromMs: atMs } : { sinceMs: atMs, missingFromMs: undefined };
  }

  sayRunning(sinceMs: number): Promise<void> {
    return replaceFile(this.#file, `${Math.floor(sinceMs)}\n`);
  }

  sayMissing(fromMs: number): Promise<void> {
    return replaceFile(this.#file, `gap ${Math.floor(fromMs)}\n`);
  }

  /** At a clean end. */
  clear(): Promise<void> {
    return rm(this.#file, { force: true });
  }
}
