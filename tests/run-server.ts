import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';

/** A real server in a process of its own. */
export interface RunningServer {
  /** Of the first start. */
  readonly pid: number;
  signal(signal: NodeJS.Signals): void;
  /** Resolves when it is gone. */
  end(signal: NodeJS.Signals): Promise<void>;
  /** After it has ended, over the same data; resolves when it answers. */
  restart(): Promise<void>;
}

/** Runs a program, and returns when it answers. */
export const runServer = async (
  program: string,
  args: readonly string[],
  answers: () => Promise<boolean>,
): Promise<RunningServer> => {
  const start = async (): Promise<ChildProcess> => {
    const started = spawn(program, args, { stdio: 'ignore' });
    while (!(await answers())) {
      if (started.exitCode !== null) throw new Error(`${program} ended with ${started.exitCode}`);
      await pause(20);
    }
    return started;
  };
  let child = await start();
  return {
    pid: child.pid ?? 0,
    signal: (signal) => void child.kill(signal),
    async end(signal) {
      const exited = once(child, 'exit');
      child.kill(signal);
      await exited;
    },
    async restart() {
      child = await start();
    },
  };
};
