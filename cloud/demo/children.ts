import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { AppError } from '@kuluma/shared/errors.ts';

const bins = {
  edge: fileURLToPath(new URL('../../edge/bin/kuluma-edge.js', import.meta.url)),
  simulator: fileURLToPath(new URL('../../firmware-sim/bin/kuluma-sim.js', import.meta.url)),
} as const;

export interface Child {
  /** JSON lines that it printed on stdout, in order; the next one not yet taken. */
  nextLine(): Promise<Record<string, unknown>>;
  /** Asks it to end (SIGTERM), waits, and ends it hard after `boundMs`. @returns the exit code. */
  stop(boundMs?: number): Promise<number | null>;
  readonly exited: Promise<number | null>;
}

const failureOf = (name: string, logFile: string, code: number | null) =>
  new AppError('INTERNAL', `${name} ended with code ${code}`, { hint: `its log is ${logFile}` });

/** Starts a process whose stdout is JSON lines; its stderr goes to `<dir>/<name>.log`. */
const startProcess = (name: string, command: string, args: readonly string[], dir: string): Child => {
  const logFile = join(dir, `${name}.log`);
  const process: ChildProcess = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  process.stderr?.pipe(createWriteStream(logFile));
  const exited = new Promise<number | null>((resolve, reject) => {
    process.once('exit', resolve);
    process.once('error', reject);
  });
  const lines: Record<string, unknown>[] = [];
  const waiting: ((line: Record<string, unknown>) => void)[] = [];
  if (process.stdout) {
    createInterface({ input: process.stdout }).on('line', (text) => {
      const line = JSON.parse(text) as Record<string, unknown>;
      const taker = waiting.shift();
      if (taker) taker(line);
      else lines.push(line);
    });
  }
  return {
    exited,
    nextLine: () => {
      const line = lines.shift();
      if (line) return Promise.resolve(line);
      const taken = new Promise<Record<string, unknown>>((resolve) => waiting.push(resolve));
      const ended = exited.then((code) => {
        throw failureOf(name, logFile, code);
      });
      return Promise.race([taken, ended]);
    },
    stop: async (boundMs = 15_000) => {
      process.kill('SIGTERM');
      const hard = setTimeout(() => process.kill('SIGKILL'), boundMs);
      const code = await exited;
      clearTimeout(hard);
      return code;
    },
  };
};

/** One of our own bins, on the Node that runs us. */
export const startBin = (bin: keyof typeof bins, name: string, args: readonly string[], dir: string): Child =>
  startProcess(name, process.execPath, [bins[bin], ...args], dir);

/** Any other program. */
export const startProgram = (name: string, command: string, args: readonly string[], dir: string): Child =>
  startProcess(name, command, args, dir);

/** Runs one of our bins to its end. @throws AppError that names its log when it fails. */
export const runBin = async (
  bin: keyof typeof bins,
  name: string,
  args: readonly string[],
  dir: string,
): Promise<void> => {
  const code = await startBin(bin, name, args, dir).exited;
  if (code !== 0) throw failureOf(name, join(dir, `${name}.log`), code);
};
