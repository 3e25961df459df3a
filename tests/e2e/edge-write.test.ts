import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../free-port.ts';
import { needs } from '../services.ts';
import { gatewayId, organisationId, pointId, type RunningAgent, repoRoot, runAgent, until } from './edge-harness.ts';

const { skip, title } = needs('pymodbus', 'writing a register of pymodbus through the agent');

interface Ended {
  readonly code?: number;
  readonly stdout: string;
  readonly stderr: string;
}
const kulumaEdge = (...args: string[]): Promise<Ended> =>
  promisify(execFile)(process.execPath, [join(repoRoot, 'edge/bin/kuluma-edge.js'), ...args]).catch(
    (error: Ended) => error,
  );

describe.skipIf(skip)(title, () => {
  let dir = '';
  let target = '';
  let agent: RunningAgent | undefined;
  let device: ReturnType<typeof spawn> | undefined;
  const config = () => join(dir, 'gateway.yaml');
  const write = (point: string, value: string) =>
    kulumaEdge('write', '--config', config(), '--device', 'pump', '--point', point, '--value', value, '--by', 'Aino');

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'kuluma-write-'));
    const port = await freePort();
    target = `tcp://127.0.0.1:${port}`;
    const script = join(import.meta.dirname, 'edge-modbus-server.py');
    device = spawn('/usr/bin/python3', [script, 'modbus-tcp', String(port)], { stdio: 'ignore' });
    const point = { unit: 'rpm', role: 'setting', function: 'holding', type: 'uint32', scale: 0.1 };
    const profile = {
      profile: 'pump',
      points: [
        { ...point, name: 'speedLimit', address: 20, writable: { min: 0, max: 3000, everyMs: 0 } },
        { ...point, name: 'speed', address: 30 },
      ],
    };
    await writeFile(join(dir, 'pump.yaml'), JSON.stringify(profile));
    const source = { kind: 'modbus-tcp', host: '127.0.0.1', port };
    const devices = [{ name: 'pump', unit: 7, profile: './pump.yaml', scanMs: 200, points: { speedLimit: pointId } }];
    const uplink = { url: `mqtt://127.0.0.1:${await freePort()}`, token: 'secret' };
    const buses = [{ name: 'bus', source, devices }];
    await writeFile(config(), JSON.stringify({ organisationId, gatewayId, dataDir: './data', uplink, buses }));
    await until(
      'the device answers',
      async () => (await kulumaEdge('probe', target, '--unit', '7')).code === undefined,
    );
  });
  afterAll(async () => {
    await agent?.end('SIGTERM');
    if (device) {
      const exited = once(device, 'exit');
      device.kill('SIGKILL');
      await exited;
    }
    await rm(dir, { recursive: true });
  });

  it('finds the units that answer', async () => {
    const { stdout } = await kulumaEdge('probe', target, '--units', '7-9', '--timeout', '300');
    expect(stdout).toContain('unit 7: answers\n');
    expect(stdout).toContain('unit 9: answers\n');
  });

  it('is not done while no agent runs', async () => {
    expect(await write('speedLimit', '1450.5')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('kuluma-edge run'),
    });
  });

  it('is done by the agent that runs, in range and by name only, and shows in the device', async () => {
    agent = await runAgent(config());
    expect(JSON.parse((await write('speedLimit', '1450.5')).stdout)).toEqual({ readBack: 1450.5 });
    expect(await write('speedLimit', '3001')).toMatchObject({ code: 2, stderr: expect.stringContaining('3000 rpm') });
    expect(await write('speed', '1')).toMatchObject({ code: 1, stderr: expect.stringContaining('FORBIDDEN') });
    const { stdout } = await kulumaEdge('probe', target, '--unit', '7', '--from', '20', '--count', '2', '--json');
    expect(JSON.parse(stdout)[0].registers.map((r: { uint16: number }) => r.uint16)).toEqual([0, 14_505]);
  });
});
