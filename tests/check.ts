import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';

/** `npm run check`: format and lint, types, walls and dead code side by side, then the unit tests where none of them failed. */
const pinned = (createRequire(import.meta.url)('node/package.json') as { version: string }).version;
const steps = [
  { title: 'format and lint', command: 'biome', args: ['check', '--error-on-warnings', '.'] },
  { title: 'types', command: 'tsc', args: ['-b'] },
  {
    title: 'walls',
    command: 'depcruise',
    args: ['--config', '.dependency-cruiser.cjs', 'shared', 'edge', 'cloud', 'firmware-sim'],
  },
  { title: 'dead code', command: 'knip', args: [] },
] as const;

if (process.versions.node !== pinned) {
  console.error(`node is ${process.versions.node}, the project pins ${pinned}: run through npm, after npm ci`);
  process.exit(1);
}

/** What it says is printed when it has ended: that of several at once would be mixed. */
const passes = async ({ title, command, args }: (typeof steps)[number]): Promise<boolean> => {
  const started = performance.now();
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  const [status] = (await once(child, 'close')) as [number | null];
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${said}${status === 0 ? 'ok' : 'failed'}: ${title} (${seconds} s)`);
  return status === 0;
};

const passed = await Promise.all(steps.map(passes));
if (passed.includes(false)) process.exit(1);
// `npm test` runs the unit tests with all others and counts them once.
if (!process.argv.includes('--no-tests'))
  process.exitCode = spawnSync('vitest', ['run', '--project', 'unit*'], { stdio: 'inherit' }).status ?? 1;
