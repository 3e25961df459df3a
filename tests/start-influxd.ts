import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from './free-port.ts';
import { serviceAt } from './services.ts';

export interface Influxd {
  readonly url: string;
  /** At once, with nothing tidied up. */
  kill(): Promise<void>;
  /** After it was killed, over the same data; resolves when it answers. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** A real influxd on free ports of loopback, its data in a temporary folder. */
export const startInfluxd = async (): Promise<Influxd> => {
  const program = serviceAt('influxd');
  if (!program) throw new Error('influxd is not installed');
  const root = mkdtempSync(join(tmpdir(), 'kuluma-influxd-'));
  const [rpcPort, httpPort] = [await freePort(), await freePort()];
  const config = `
reporting-disabled = true
bind-address = "127.0.0.1:${rpcPort}"
[meta]
  dir = "${root}/meta"
[data]
  dir = "${root}/data"
  wal-dir = "${root}/wal"
  index-version = "tsi1"
[http]
  bind-address = "127.0.0.1:${httpPort}"
`;
  writeFileSync(join(root, 'influxdb.conf'), config);
  const url = `http://127.0.0.1:${httpPort}`;
  const answers = () =>
    fetch(`${url}/ping`).then(
      (answer) => answer.status === 204,
      () => false,
    );
  const start = async (): Promise<ChildProcess> => {
    const started = spawn(program, ['-config', join(root, 'influxdb.conf')], { stdio: 'ignore' });
    while (!(await answers())) {
      if (started.exitCode !== null) throw new Error(`influxd ended with ${started.exitCode}`);
      await pause(50);
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
    url,
    kill: () => end('SIGKILL'),
    async restart() {
      child = await start();
    },
    async stop() {
      await end('SIGTERM');
      rmSync(root, { recursive: true });
    },
  };
};
