import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from './free-port.ts';
import { serviceAt } from './services.ts';

export interface RunningMosquitto {
  /** Of the first start. */
  readonly pid: number;
  readonly port: number;
  readonly url: string;
  /** It hangs, with its connections open. */
  pause(): void;
  resume(): void;
  /** At once: what it had not written down is gone. */
  kill(): Promise<void>;
  /** After it was killed; resolves when it answers. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });

/** A mosquitto of its own on loopback that lets everyone in and keeps nothing, unless `settings` say otherwise. */
export const startMosquitto = async (
  settings: (folder: string) => readonly string[] = () => ['persistence false'],
): Promise<RunningMosquitto> => {
  const program = serviceAt('mosquitto');
  if (!program) throw new Error('mosquitto is not installed');
  const root = mkdtempSync(join(tmpdir(), 'kuluma-mosquitto-'));
  const port = await freePort();
  const file = join(root, 'mosquitto.conf');
  const lines = [`listener ${port} 127.0.0.1`, 'allow_anonymous true', 'log_type none', ...settings(root)];
  writeFileSync(file, `${lines.join('\n')}\n`);
  const start = async (): Promise<ChildProcess> => {
    const started = spawn(program, ['-c', file], { stdio: 'ignore' });
    while (!(await answers(port))) {
      if (started.exitCode !== null) throw new Error(`mosquitto ended with ${started.exitCode}`);
      await pause(20);
    }
    return started;
  };
  let child = await start();
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  };
  return {
    pid: child.pid ?? 0,
    port,
    url: `mqtt://127.0.0.1:${port}`,
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    kill: () => end('SIGKILL'),
    async restart() {
      child = await start();
    },
    async stop() {
      child.kill('SIGCONT');
      await end('SIGTERM');
      rmSync(root, { recursive: true });
    },
  };
};
