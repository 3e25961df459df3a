import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestPlant } from '../../tests/e2e/start-ingest.ts';
import type { Question, Stats } from './ingest-process.ts';

export interface IngestService {
  readonly pid: number;
  readonly url: string;
  readonly plants: readonly TestPlant[];
  ask(question: Question): Promise<Stats>;
  /** Ends it and removes its folder. */
  stop(): Promise<void>;
}

const program = join(import.meta.dirname, 'ingest-process.ts');

/**
 * A broker with durable ingest and embedded stores, in a process that opens a folder that was made before: a store's
 * first start takes more memory than it ever does again.
 */
export const startIngestService = async (
  gateways: number,
  points: number,
  mode: 'plain' | 'watched' = 'plain',
): Promise<IngestService> => {
  const dir = mkdtempSync(join(tmpdir(), 'kuluma-bench-'));
  await once(fork(program, [dir, String(gateways), String(points)]), 'exit');
  const plants = JSON.parse(readFileSync(join(dir, 'plants.json'), 'utf8')) as TestPlant[];
  // docs/operate.md advises it for machines with little memory.
  const env = { ...process.env, MALLOC_ARENA_MAX: '2' };
  const child = fork(program, [dir, mode], { env, execArgv: ['--max-semi-space-size=4'] });
  const [url] = (await once(child, 'message')) as [string];
  const ask = async (question: Question): Promise<Stats> => {
    const answer = once(child, 'message');
    child.send(question);
    return (await answer)[0] as Stats;
  };
  return {
    pid: child.pid ?? 0,
    url,
    plants,
    ask,
    async stop() {
      const exited = once(child, 'exit');
      await ask('stop');
      await exited;
      rmSync(dir, { recursive: true });
    },
  };
};
