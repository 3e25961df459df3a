import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');

/**
 * The pages as they are now in a new folder, which the caller removes; its path ends with a slash. They are built, or
 * copied from KULUMA_PAGES: `npm test` builds them once for all suites.
 */
export const buildPages = (): string => {
  const outDir = mkdtempSync(join(tmpdir(), 'kuluma-pages-'));
  const built = process.env['KULUMA_PAGES'];
  if (built) {
    cpSync(built, outDir, { recursive: true });
    return `${outDir}/`;
  }
  execFileSync(join(root, 'node_modules/.bin/vite'), ['build', '--logLevel', 'error', '--outDir', outDir], {
    cwd: join(root, 'cloud/web'),
    // As a reader gets them: the test runner's own mode would build the slow, chatty kind.
    env: { ...process.env, NODE_ENV: 'production' },
  });
  return `${outDir}/`;
};
