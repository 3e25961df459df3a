import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import modbus from 'modbus-serial';
import { afterAll, describe, expect, it } from 'vitest';
import { startSim } from './sim-process.ts';

const root = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const sim = (...args: string[]) =>
  spawnSync(process.execPath, [root('firmware-sim/bin/kuluma-sim.js'), ...args], { encoding: 'utf8' });

describe('kuluma-sim', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kuluma-sim-cli-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('checks the reference plant', () => {
    const result = sim('run', '--plant', root('firmware-sim/reference-plant.yaml'), '--check-config');
    expect(result.status).toBe(0);
    expect(JSON.parse(result.stdout)).toMatchObject({ valid: true });
  });

  it('ends with 2 and all faults of a wrong plant', () => {
    const file = join(folder, 'wrong.yaml');
    writeFileSync(file, 'seed: 1\nlinks: [{ name: a, kind: modbus-tcp, port: 0 }]\nmachines: []\ncolour: red\n');
    const result = sim('run', '--plant', file);
    expect(result.status).toBe(2);
    expect(result.stderr).toMatch(/colour/);
    expect(result.stderr).toMatch(/machines/);
  });

  it('prints a profile for each machine type, and the hint for an unknown one', () => {
    expect(sim('profile', '--type', 'screw-compressor').stdout).toContain('name: airendVibration');
    expect(sim('profile', '--type', 'screw-compressor', '--line').stdout).toContain('field: 1');
    const unknown = sim('profile', '--type', 'toaster');
    expect(unknown.status).toBe(2);
    expect(unknown.stderr).toContain('centrifugal-pump');
  });

  it('ends a replay when the last row was read', async () => {
    const history = root('firmware-sim/recordings/cmapss-fd001/test');
    const link = ['--link', 'tcp://127.0.0.1:0', '--cycle-length', '1h', '--speed', '1000000'];
    const replay = await startSim('replay', '--history', history, '--machine', '1', '--exit-when-done', ...link);
    const master = new modbus.default();
    await master.connectTCP('127.0.0.1', { port: replay.ready.links[0]?.port ?? 0 });
    master.setTimeout(2000);
    let row = 0;
    while (row < 31) row = (await master.readHoldingRegisters(0, 104)).buffer.readUInt32BE(0);
    master.close(() => {});
    expect(await replay.exited).toBe(0);
  });
});
