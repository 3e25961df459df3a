import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadCloudConfig } from '@kuluma/cloud/config.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../free-port.ts';
import { listeningOf } from '../listening.ts';
import { CountingDevice, runAgent, writeAgentConfig } from './edge-harness.ts';

const kuluma = fileURLToPath(new URL('../../cloud/bin/kuluma.js', import.meta.url));
let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'kuluma-ports-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const socketsOf = (pid: number): string[] =>
  listeningOf(pid)
    .map(({ socket }) => socket)
    .sort();

/** Rows of the table of docs/operate.md: `http` 8080. */
const declaredPorts = async (): Promise<Record<string, number>> => {
  const text = await readFile(new URL('../../docs/operate.md', import.meta.url), 'utf8');
  const [table = ''] = text.split('\n## What it opens\n')[1]?.split('\n\n') ?? [];
  return Object.fromEntries(
    [...table.matchAll(/^\| `(\w+)` (\d+) \|/gm)].map(([, name, port]) => [name, Number(port)]),
  );
};

it('sees what a process waits on, also one that it started', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  expect(socketsOf(process.pid)).toContain(`tcp 127.0.0.1:${port}`);
  server.close();
  const script = "require('net').createServer().listen(0, '::', function () { console.log(this.address().port) })";
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(child.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
  expect(socketsOf(process.pid)).toContain(`tcp [::]:${Number(line)}`);
  child.kill();
  await once(child, 'exit');
});

describe('a fresh install', () => {
  let service: ChildProcess;
  let out = '';
  const ports = { http: 0, mqtt: 0 };
  beforeAll(async () => {
    [ports.http, ports.mqtt] = [await freePort(), await freePort()];
    const file = join(dir, 'kuluma.yaml');
    const dataDir = join(dir, 'data');
    await writeFile(file, JSON.stringify({ dataDir, http: { port: ports.http }, mqtt: { port: ports.mqtt } }));
    service = spawn(process.execPath, [kuluma, 'serve', '--config', file], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { PATH: process.env['PATH'], KULUMA_LOG_LEVEL: 'warn' },
    });
    service.stdout?.on('data', (piece: Buffer) => {
      out += piece.toString();
    });
    const exited = once(service, 'exit').then(() => true);
    while (!out.includes('kuluma admin create'))
      if ((await Promise.race([once(service.stdout as NodeJS.ReadableStream, 'data'), exited])) === true)
        throw new Error('the service ended by itself');
  });
  afterAll(async () => {
    service.kill('SIGTERM');
    await once(service, 'exit');
  });

  it('names in its documentation every port that its configuration opens', async () => {
    const { http, mqtt } = loadCloudConfig({ env: {} });
    expect(await declaredPorts()).toEqual({ http: http.port, mqtt: mqtt.port });
    expect([http.host, mqtt.host]).toEqual(['127.0.0.1', '127.0.0.1']);
  });

  it('waits on those for this machine alone, on the socket of its commands, and on nothing else', async () => {
    const own = `unix ${join(dir, 'data', 'control.sock')}`;
    const tcp = [ports.http, ports.mqtt].map((port) => `tcp 127.0.0.1:${port}`);
    await expect.poll(() => socketsOf(service.pid ?? 0)).toEqual([...tcp, own].sort());
  });

  it('has nobody in it who could sign in, and says how the first comes in', async () => {
    expect(out).toContain(join(dir, 'kuluma.yaml'));
    expect(out).not.toMatch(/password/i);
    const answer = await fetch(`http://127.0.0.1:${ports.http}/api/v1/me`);
    expect(answer.status).toBe(401);
  });
});

describe('an agent', () => {
  it('waits for nobody but its own user, and for monitoring where that is asked for', async () => {
    const agentDir = await mkdtemp(join(dir, 'agent-'));
    const device = new CountingDevice();
    const [devicePort, mqttPort, port] = [await device.start(), await freePort(), await freePort()];
    const file = await writeAgentConfig(agentDir, { devicePort, mqttPort, scanMs: 50 });
    const sockets = async (): Promise<string[]> => {
      const agent = await runAgent(file);
      try {
        return socketsOf(agent.process.pid ?? 0);
      } finally {
        await agent.end('SIGTERM');
      }
    };
    const ownUser = `unix ${join(agentDir, 'data', 'write.sock')}`;
    expect(await sockets()).toEqual([ownUser]);
    const config = JSON.parse(await readFile(file, 'utf8')) as object;
    await writeFile(file, JSON.stringify({ ...config, monitoring: { port } }));
    expect(await sockets()).toEqual([`tcp 127.0.0.1:${port}`, ownUser]);
    device.stop();
  });
});
