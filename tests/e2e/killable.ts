import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** A process of ours that tells by lines how it does, and that can be killed. */
export class LineChild {
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;
  /** Resolves with true when it said `ready`, with false when it ended before. */
  readonly ready: Promise<boolean>;

  /** @param onLine gets its words, line by line */
  constructor(script: string, args: readonly string[], onLine: (words: string[]) => void) {
    // A start costs most of what a kill costs, and compiling half of a start.
    const env = { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), 'kuluma-compile-cache') };
    this.#child = spawn(process.execPath, [script, ...args], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.ready = promise;
    // Not its exit: lines that it wrote before may still be in the pipe.
    this.#ended = once(this.#child, 'close').then(() => resolve(false));
    createInterface({ input: this.#child.stdout as NonNullable<ChildProcess['stdout']> }).on('line', (line) => {
      if (line === 'ready') resolve(true);
      else onLine(line.split(' '));
    });
  }

  /** Ends it and returns once everything that it wrote was read. @throws when it had ended by itself */
  async end(signal: NodeJS.Signals): Promise<void> {
    const { exitCode, signalCode } = this.#child;
    if (exitCode !== null || signalCode !== null)
      throw new Error(`a process ended by itself (${exitCode ?? signalCode})`);
    this.#child.kill(signal);
    await this.#ended;
  }
}
