import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { evaluator } from './instances.ts';

/** What the independent check says of a run of `kuluma schedule solve`. */
export interface Judged {
  readonly feasible: boolean;
  readonly cost: number;
  readonly vehicles: number;
  readonly violationCount: number;
  readonly wallSeconds: number;
}

const bin = new URL('../../cloud/bin/kuluma.js', import.meta.url).pathname;

const outputOf = (args: readonly string[]): Promise<string> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
    });
    child.once('error', reject);
    child.once('close', () => resolve(output));
  });

/** Runs the command as a user would, wall time and all, and has its answer judged. */
export const solveFile = async (format: string, file: string, seconds: number, seed = 1): Promise<Judged> => {
  const folder = mkdtempSync(join(tmpdir(), 'bench-planning-'));
  const out = join(folder, 'solution.json');
  try {
    const start = performance.now();
    const options = ['--seconds', String(seconds), '--seed', String(seed), '--out', out];
    await outputOf([bin, 'schedule', 'solve', '--format', format, file, ...options]);
    const wallSeconds = (performance.now() - start) / 1000;
    return { ...JSON.parse(await outputOf([evaluator, format, file, out])), wallSeconds };
  } finally {
    rmSync(folder, { recursive: true });
  }
};
