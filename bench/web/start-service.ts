import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

const root = resolve(import.meta.dirname, '../..');

export interface RunningService {
  readonly url: string;
  readonly mqttUrl: string;
  readonly pid: number;
  readonly stop: () => Promise<void>;
}

/** `kuluma serve` over a data folder, as a process of its own; the pages have to be built. */
export const startService = async (dataDir: string): Promise<RunningService> => {
  const config = join(dataDir, 'kuluma.yaml');
  writeFileSync(config, JSON.stringify({ dataDir, http: { port: 0 }, mqtt: { port: 0 } }));
  const child = spawn(process.execPath, [join(root, 'cloud/bin/kuluma.js'), 'serve', '--config', config], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, KULUMA_LOG_LEVEL: 'warn' },
  });
  const exited = once(child, 'exit');
  const found = async () => {
    let url: string | undefined;
    for await (const line of createInterface({ input: child.stdout })) {
      url ??= /http:\/\/\S+/.exec(line)?.[0];
      const mqttUrl = /mqtt:\/\/\S+/.exec(line)?.[0];
      if (url && mqttUrl) return { url, mqttUrl };
    }
    throw new Error('the service ended before it said where it is');
  };
  return {
    ...(await found()),
    pid: child.pid ?? 0,
    stop: async () => {
      child.kill('SIGTERM');
      await exited;
    },
  };
};
