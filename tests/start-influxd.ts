import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from './free-port.ts';
import { serviceAt } from './services.ts';

export interface Influxd {
  readonly url: string;
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
  const child = spawn(program, ['-config', join(root, 'influxdb.conf')], { stdio: 'ignore' });
  const exited = once(child, 'exit');
  const url = `http://127.0.0.1:${httpPort}`;
  for (;;) {
    if (child.exitCode !== null) throw new Error(`influxd ended with ${child.exitCode}`);
    const ready = await fetch(`${url}/ping`).then(
      (answer) => answer.status === 204,
      () => false,
    );
    if (ready) break;
    await pause(50);
  }
  return {
    url,
    async stop() {
      child.kill();
      await exited;
      rmSync(root, { recursive: true });
    },
  };
};
