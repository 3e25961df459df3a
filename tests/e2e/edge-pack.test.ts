import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installAgent } from '../install-agent.ts';

const run = promisify(execFile);

describe('the packed agent in an empty folder', () => {
  let dir = '';
  let bin = '';
  const kulumaEdge = (...args: string[]) =>
    run(process.execPath, [bin, ...args], { cwd: dir }).catch(
      (error: { code: number; stdout: string; stderr: string }) => error,
    );

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'kuluma-pack-'));
    bin = await installAgent(dir);
    await copyFile(join(dirname(bin), '../gateway.example.yaml'), join(dir, 'gateway.yaml'));
  });
  afterAll(() => rm(dir, { recursive: true }));

  it('holds built JavaScript, profiles and an example, and no sources', async () => {
    const files = await readdir(join(dir, 'node_modules/@kuluma/edge'), { recursive: true });
    expect(files).toEqual(expect.arrayContaining(['dist/main.js', 'profiles/centrifugal-pump.yaml', 'README.md']));
    expect(files.filter((name) => name.endsWith('.ts'))).toEqual([]);
  });

  it('checks the example configuration', async () => {
    expect(await kulumaEdge('run', '--config', 'gateway.yaml', '--check-config')).toMatchObject({ stdout: 'ok\n' });
  });

  it('lists the faults of a wrong one and ends with code 2', async () => {
    await writeFile(join(dir, 'wrong.yaml'), 'gatewayId: me\nbuses: []\n');
    const { code, stderr } = (await kulumaEdge('run', '--config', 'wrong.yaml', '--check-config')) as {
      code: number;
      stderr: string;
    };
    expect(code).toBe(2);
    expect(stderr).toContain('/gatewayId');
    expect(stderr).toContain('/buses');
  });
});
