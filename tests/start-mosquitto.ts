import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from './free-port.ts';
import { serviceAt } from './services.ts';

export interface RunningMosquitto {
  readonly pid: number;
  readonly port: number;
  readonly url: string;
  /** It hangs, with its connections open. */
  pause(): void;
  resume(): void;
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
  const child = spawn(program, ['-c', file], { stdio: 'ignore' });
  const exited = once(child, 'exit');
  while (!(await answers(port))) {
    if (child.exitCode !== null) throw new Error(`mosquitto ended with ${child.exitCode}`);
    await pause(20);
  }
  return {
    pid: child.pid ?? 0,
    port,
    url: `mqtt://127.0.0.1:${port}`,
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    async stop() {
      child.kill('SIGCONT');
      child.kill();
      await exited;
      rmSync(root, { recursive: true });
    },
  };
};
