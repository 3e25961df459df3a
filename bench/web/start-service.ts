import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

const root = resolve(import.meta.dirname, '../..');

export interface RunningService {
  readonly url: string;
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
    for await (const line of createInterface({ input: child.stdout })) {
      const url = /http:\/\/\S+/.exec(line)?.[0];
      if (url) return url;
    }
    throw new Error('the service ended before it said where it is');
  };
  const url = await found();
  return {
    url,
    stop: async () => {
      child.kill('SIGTERM');
      await exited;
    },
  };
};
