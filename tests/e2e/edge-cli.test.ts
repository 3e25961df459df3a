import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freePort } from '../free-port.ts';
import { CountingDevice, repoRoot, writeAgentConfig } from './edge-harness.ts';

interface Ended {
  readonly code?: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** `kuluma-edge ARGS` to its end. */
const kulumaEdge = (...args: string[]): Promise<Ended> =>
  promisify(execFile)(process.execPath, [join(repoRoot, 'edge/bin/kuluma-edge.js'), ...args]).catch(
    (error: Ended) => error,
  );

describe('the command line of the agent', () => {
  it('ends without a word when nobody reads what it prints', async () => {
    const child = spawn(process.execPath, [join(repoRoot, 'edge/bin/kuluma-edge.js'), '--help']);
    child.stdout.destroy();
    let said = '';
    child.stderr.on('data', (chunk) => {
      said += chunk;
    });
    const [, signal] = await once(child, 'close');
    expect([signal, said]).toEqual(['SIGTERM', '']);
  });

  let device: CountingDevice;
  let devicePort = 0;
  let dir = '';
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'kuluma-edge-cli-'));
    device = new CountingDevice();
    devicePort = await device.start();
  });
  afterEach(async () => {
    device.stop();
    await rm(dir, { recursive: true });
  });

  it('probes a device as a table and as JSON', async () => {
    const target = `tcp://127.0.0.1:${devicePort}`;
    const { stdout } = await kulumaEdge('probe', target, '--count', '2', '--json');
    expect(JSON.parse(stdout)).toMatchObject([
      {
        function: 'holding',
        registers: [
          { address: 0, uint16: 0, float32: 0 },
          { address: 1, uint16: 0 },
        ],
      },
      {
        function: 'input',
        registers: [
          { address: 0, uint16: 0 },
          { address: 1, uint16: 1 },
        ],
      },
    ]);
    expect((await kulumaEdge('probe', target, '--count', '2')).stdout).toContain('holding registers');
  });

  it('says what a wrong call should be, with code 2, and that nobody answers, with code 1', async () => {
    expect(await kulumaEdge('probe', 'ftp://x')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('tcp://host:port'),
    });
    expect(await kulumaEdge('run')).toMatchObject({ code: 2, stderr: expect.stringContaining('--config') });
    const nobody = `tcp://127.0.0.1:${await freePort()}`;
    expect(await kulumaEdge('probe', nobody)).toMatchObject({ code: 1, stderr: expect.stringContaining('LINK_DOWN') });
  });

  it('reads each device once, keeps the sample while there is no broker, and says so with code 1', async () => {
    const config = await writeAgentConfig(dir, { devicePort, mqttPort: await freePort(), scanMs: 1000 });
    const { code, stdout, stderr } = await kulumaEdge('run', '--config', config, '--once');
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ read: 1, acked: 0, failures: 0, waitingRecords: 1 });
    expect(stderr).toContain('cannot reach the broker');
  });
});
