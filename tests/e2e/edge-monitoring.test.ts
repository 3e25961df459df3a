import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { freePort } from '../free-port.ts';
import { CountingDevice, runAgent, until, writeAgentConfig } from './edge-harness.ts';

it('tells monitoring what an agent reads, keeps and cannot read, by line, also without a broker', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'kuluma-edge-monitoring-'));
  const device = new CountingDevice();
  const [devicePort, mqttPort, port] = [await device.start(), await freePort(), await freePort()];
  const file = await writeAgentConfig(dir, { devicePort, mqttPort, scanMs: 50 });
  const config = JSON.parse(await readFile(file, 'utf8')) as object;
  await writeFile(file, JSON.stringify({ ...config, monitoring: { port } }));
  const agent = await runAgent(file);
  const get = (path: string, method = 'GET') => fetch(`http://127.0.0.1:${port}${path}`, { method });
  const figure = async (name: string): Promise<number> => {
    const line = (await (await get('/metrics')).text()).split('\n').find((one) => one.startsWith(`${name} `));
    return Number(line?.slice(name.length + 1));
  };
  try {
    expect(await (await get('/healthz')).json()).toEqual({ ok: true });
    await until('it is ready', async () => (await get('/readyz')).status === 200);
    expect(await (await get('/readyz')).json()).toEqual({ ok: true, connected: false });
    await until('records wait', async () => (await figure('kuluma_edge_outbox_records{class="live"}')) > 2);
    const of = '{line="bus",device="counter"}';
    expect(await figure(`kuluma_edge_samples_read_total${of}`)).toBeGreaterThan(0);
    expect(await figure('kuluma_edge_connected')).toBe(0);
    device.stop();
    await until('it tells of the fault', async () => (await figure(`kuluma_edge_device_good${of}`)) === 0);
    const kinds = ['errors', 'timeouts'].map((kind) =>
      figure(`kuluma_edge_device_faults_total{line="bus",device="counter",kind="${kind}"}`),
    );
    expect(Math.max(...(await Promise.all(kinds)))).toBeGreaterThan(0);
    expect((await get('/readyz')).status).toBe(503);
    expect([(await get('/')).status, (await get('/metrics', 'POST')).status]).toEqual([404, 405]);
  } finally {
    await agent.end('SIGTERM');
    device.stop();
    await rm(dir, { recursive: true });
  }
});
