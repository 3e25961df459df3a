import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { seededRandom } from '@kuluma/shared/clock.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { needs } from '../services.ts';
import { CountingDevice, runAgent, until } from './edge-harness.ts';
import { runCampaign } from './fault-campaign.ts';
import { addPlant, type RunningIngest, startIngest, type TestPlant, token } from './start-ingest.ts';

/** Nothing of what was accepted is lost, nothing counts twice, and what was read and not kept lies within a gap. */
const flawless = { lost: 0, doubled: 0, wrong: 0, unexplained: 0 };
const postgres = needs('postgresql', 'kill -9 of agent, broker and cloud');
const mosquitto = needs('mosquitto', postgres.title);

describe.skipIf(postgres.skip || mosquitto.skip)(mosquitto.title, () => {
  it('costs no accepted sample with the broker in the cloud', async () => {
    const result = await runCampaign({ seed: 11, broker: 'embedded', kills: { agent: 8, cloud: 8, broker: 0 } });
    expect(result).toMatchObject(flawless);
    expect(result.accepted).toBeGreaterThan(100);
  });

  it('costs no accepted sample with a mosquitto that forgets all when it dies, alone or with the cloud', async () => {
    const result = await runCampaign({ seed: 12, broker: 'mosquitto', kills: { agent: 4, cloud: 3, broker: 4 } });
    expect(result).toMatchObject(flawless);
    expect(result.accepted).toBeGreaterThan(100);
  });
});

describe('kill -9 of kuluma-edge run', () => {
  const device = new CountingDevice();
  const random = seededRandom(13);
  let dir = '';
  let running: RunningIngest;
  let plant: TestPlant;
  let configFile = '';

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'kuluma-kills-'));
    running = await startIngest(dir);
    plant = await addPlant(running.records, 1);
    const points = [{ name: 'count', unit: '1', function: 'holding', address: 0, type: 'uint32', role: 'usage' }];
    const config = {
      organisationId: plant.organisationId,
      gatewayId: plant.gatewayId,
      dataDir: './data',
      uplink: { url: running.ingest.url(), token },
      profiles: { counter: { profile: 'counter', points } },
      buses: [
        {
          name: 'bus',
          source: { kind: 'modbus-tcp', host: '127.0.0.1', port: await device.start() },
          devices: [{ name: 'counter', profile: 'counter', scanMs: 20, points: { count: plant.pointIds[0] } }],
        },
      ],
    };
    configFile = join(dir, 'gateway.yaml');
    await writeFile(configFile, JSON.stringify(config));
  });
  afterAll(async () => {
    device.stop();
    await running.stop();
    await rm(dir, { recursive: true });
  });

  it('costs at most what its commits had not reached, which the gap records tell', async () => {
    for (let i = 0; i < 6; i++) {
      const agent = await runAgent(configFile);
      const before = device.served;
      await until('the device is read', () => device.served > before + 5);
      await pause(random() * 1500);
      await agent.end('SIGKILL');
    }
    const last = await runAgent(configFile);
    await pause(1000);
    expect(await last.end('SIGTERM')).toBe(0);
    expect(last.lines.at(-1)).toMatchObject({ waitingRecords: 0 });
    await running.ingest.settled();
    const [pointId] = plant.pointIds;
    if (!pointId) throw new Error('no point');
    const range = { organisationId: plant.organisationId, pointId, fromMs: 0, toMs: Date.now() + 1e6 };
    const stored = (await running.timeSeries.read(range, { limit: 1e6 })).map(({ value }) => value);
    expect(stored).toEqual([...new Set(stored)].sort((a, b) => a - b));
    const gaps = await running.records.list('gap', plant.organisationId);
    const kept = new Set(stored);
    // It is stamped when its reply has arrived, a little after the device sent it.
    const isInGap = (atMs: number) => gaps.some((gap) => gap.fromMs - 20 <= atMs && atMs <= gap.toMs);
    expect(device.servedAtMs.filter((atMs, value) => !kept.has(value) && !isInGap(atMs))).toEqual([]);
    expect(gaps).toHaveLength(6);
  });
});
