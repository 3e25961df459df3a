import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const bin = fileURLToPath(new URL('../../firmware-sim/bin/kuluma-sim.js', import.meta.url));

export interface ReadyLine {
  readonly ready: true;
  readonly links: readonly { readonly name: string; readonly port?: number; readonly path?: string }[];
}

export interface SimProcess {
  readonly ready: ReadyLine;
  /** The exit code once it has ended by itself or by `stop`. */
  readonly exited: Promise<number | null>;
  /** Ends it with SIGTERM unless it has ended. */
  stop(): Promise<number | null>;
}

/** `kuluma-sim ARGS` once it is ready. @throws when it ends before. */
export const startSim = async (...args: string[]): Promise<SimProcess> => {
  const child = spawn(process.execPath, [bin, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  const lines = createInterface({ input: child.stdout });
  const line = once(lines, 'line').then(([text]) => String(text));
  const first = await Promise.race([line, exited]);
  if (typeof first !== 'string') throw new Error(`kuluma-sim ended with ${first} before it was ready`);
  return {
    ready: JSON.parse(first) as ReadyLine,
    exited,
    stop() {
      if (child.exitCode === null) child.kill('SIGTERM');
      return exited;
    },
  };
};
