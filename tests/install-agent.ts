import { execFile } from 'node:child_process';
import { mkdir, readdir, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import manifest from '@kuluma/edge/package.json' with { type: 'json' };

const run = promisify(execFile);
const repoRoot = join(import.meta.dirname, '..');

/**
 * Packs the agent and unpacks it in `dir`, an empty folder, beside the dependencies that its manifest names and nothing
 * else of the workspace. Returns the path of its bin.
 */
export const installAgent = async (dir: string): Promise<string> => {
  await run('npm', ['pack', '--pack-destination', dir], { cwd: join(repoRoot, 'edge') });
  const [tarball = ''] = (await readdir(dir)).filter((name) => name.endsWith('.tgz'));
  const home = join(dir, 'node_modules/@kuluma/edge');
  await mkdir(home, { recursive: true });
  await run('tar', ['-xzf', join(dir, tarball), '-C', home, '--strip-components=1']);
  for (const name of Object.keys(manifest.dependencies)) {
    await mkdir(dirname(join(dir, 'node_modules', name)), { recursive: true });
    await symlink(join(repoRoot, 'node_modules', name), join(dir, 'node_modules', name));
  }
  return join(home, 'bin/kuluma-edge.js');
};
