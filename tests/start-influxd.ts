import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { runServer } from './run-server.ts';
import { serviceAt } from './services.ts';

export interface Influxd {
  readonly url: string;
  /** At once, with nothing tidied up. */
  kill(): Promise<void>;
  /** After it was killed, over the same data; resolves when it answers. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** A real influxd on free ports of loopback, its data in a temporary folder. @param http more of that section of its configuration */
export const startInfluxd = async (http = ''): Promise<Influxd> => {
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
  ${http}
`;
  writeFileSync(join(root, 'influxdb.conf'), config);
  const url = `http://127.0.0.1:${httpPort}`;
  const answers = () =>
    fetch(`${url}/ping`).then(
      (answer) => answer.status === 204,
      () => false,
    );
  const server = await runServer(program, ['-config', join(root, 'influxdb.conf')], answers);
  return {
    url,
    kill: () => server.end('SIGKILL'),
    restart: () => server.restart(),
    async stop() {
      await server.end('SIGTERM');
      rmSync(root, { recursive: true });
    },
  };
};
