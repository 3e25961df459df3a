import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';

/** `npm run check`: format and lint, types, walls, dead code, unit tests, in that order; stops at the first that fails. */
const { engines, steps } = {
  engines: (createRequire(import.meta.url)('node/package.json') as { version: string }).version,
  steps: [
    ['format and lint', 'biome', 'check', '--error-on-warnings', '.'],
    ['types', 'tsc', '-b'],
    ['walls', 'depcruise', '--config', '.dependency-cruiser.cjs', 'shared', 'edge', 'cloud', 'firmware-sim'],
    ['dead code', 'knip'],
    ['unit tests', 'vitest', 'run', '--project', 'unit*'],
  ],
};

if (process.versions.node !== engines) {
  console.error(`node is ${process.versions.node}, the project pins ${engines}: run through npm, after npm ci`);
  process.exit(1);
}

/** `npm test` runs the unit tests with all others and counts them once. */
const skipped = process.argv.includes('--no-tests') ? ['unit tests'] : [];
for (const [title, command, ...args] of steps) {
  if (!title || !command || skipped.includes(title)) continue;
  const started = performance.now();
  const { status } = spawnSync(command, args, { stdio: 'inherit', shell: false });
  if (status !== 0) {
    console.error(`\ncheck failed at: ${title}`);
    process.exit(1);
  }
  console.log(`ok ${title} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
}
