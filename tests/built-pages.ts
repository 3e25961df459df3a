import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');

/** Builds the pages as they are now into a new folder; the caller removes it. Its path ends with a slash. */
export const buildPages = (): string => {
  const outDir = mkdtempSync(join(tmpdir(), 'kuluma-pages-'));
  execFileSync(join(root, 'node_modules/.bin/vite'), ['build', '--logLevel', 'error', '--outDir', outDir], {
    cwd: join(root, 'cloud/web'),
    // As a reader gets them: the test runner's own mode would build the slow, chatty kind.
    env: { ...process.env, NODE_ENV: 'production' },
  });
  return `${outDir}/`;
};
