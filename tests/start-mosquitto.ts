import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { runServer } from './run-server.ts';
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
  const server = await runServer(program, ['-c', file], () => answers(port));
  return {
    pid: server.pid,
    port,
    url: `mqtt://127.0.0.1:${port}`,
    pause: () => server.signal('SIGSTOP'),
    resume: () => server.signal('SIGCONT'),
    kill: () => server.end('SIGKILL'),
    restart: () => server.restart(),
    async stop() {
      server.signal('SIGCONT');
      await server.end('SIGTERM');
      rmSync(root, { recursive: true });
    },
  };
};
