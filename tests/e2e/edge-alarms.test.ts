import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunningPlant, runPlant } from '@kuluma/firmware-sim/run-plant.ts';
import { seededRandom } from '@kuluma/shared/clock.ts';
import { newId } from '@kuluma/shared/model/base.ts';
import type { AlarmEvent } from '@kuluma/shared/model/gateway-reports.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../free-port.ts';
import { Broker } from './edge-broker.ts';
import { gatewayId, Ledger, organisationId, type RunningAgent, runAgent, until } from './edge-harness.ts';

const random = seededRandom(2);
const velocityId = newId('measurementPoint', random);
const kurtosisId = newId('measurementPoint', random);

describe('alarms at the edge, with no broker in reach', () => {
  const ledger = new Ledger();
  const broker = new Broker(ledger);
  let dir = '';
  let config = '';
  let mqttPort = 0;
  let plant: RunningPlant;
  let agent: RunningAgent | undefined;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'kuluma-alarms-'));
    mqttPort = await freePort();
    const nowMs = Date.now();
    plant = await runPlant(
      {
        seed: 1,
        links: [
          {
            name: 'raw',
            kind: 'waveform',
            host: '127.0.0.1',
            port: 0,
            sampleRateHz: 10_240,
            blockMs: 50,
            format: 'int16',
          },
        ],
        machines: [
          {
            key: 'pump',
            type: 'centrifugal-pump',
            link: 'raw',
            startMs: nowMs - 7_200_000,
            wear: { 'bearing-wear': { initial: 0.9, rateFactor: 0.01 } },
          },
        ],
        faults: [],
      },
      { rate: 1, now: Date.now },
    );
    config = join(dir, 'gateway.yaml');
    const device = {
      name: 'pump',
      profile: 'centrifugal-pump-vibration',
      scanMs: 200,
      points: { driveEndVelocity: velocityId, driveEndKurtosis: kurtosisId },
      alarms: [
        { name: 'vibration', point: 'driveEndVelocity', zones: { group: '2', support: 'rigid' } },
        { name: 'impacts', point: 'driveEndKurtosis', above: 100 },
      ],
    };
    const source = { kind: 'waveform', host: '127.0.0.1', port: plant.links[0]?.port };
    const whole = {
      organisationId,
      gatewayId,
      dataDir: './data',
      uplink: { url: `mqtt://127.0.0.1:${mqttPort}`, token: 'secret' },
      outbox: { commitMs: 20 },
      buses: [{ name: 'bus', source, devices: [device] }],
    };
    await writeFile(config, JSON.stringify(whole));
  });
  afterAll(async () => {
    await agent?.end('SIGKILL');
    await broker.stop();
    await plant.stop();
    await rm(dir, { recursive: true, force: true });
  });

  const standing = () => {
    try {
      return JSON.parse(readFileSync(join(dir, 'data/alarms.json'), 'utf8')) as AlarmEvent[];
    } catch {
      return [];
    }
  };

  it('are raised once, over a kill too, and arrive with the raw signal behind them', async () => {
    agent = await runAgent(config);
    await until('both zones stand', () => standing().length === 2);
    await agent.end('SIGKILL');
    agent = await runAgent(config);
    await broker.start(mqttPort);
    await until('the backlog and live samples arrived', () => ledger.samples.length >= 8);
    await until('the raw signal arrived', () => ledger.records.some((r) => r.kind === 'waveform'));

    const alarms = ledger.records.flatMap((r) => (r.kind === 'alarms' ? r.alarms : []));
    expect(
      alarms.map(({ pointId, rule, state, severity, limit }) => ({ pointId, rule, state, severity, limit })),
    ).toEqual([
      { pointId: velocityId, rule: 'vibration C', state: 'raised', severity: 'warning', limit: 2.8 },
      { pointId: velocityId, rule: 'vibration D', state: 'raised', severity: 'alarm', limit: 4.5 },
    ]);
    const [waveform] = ledger.records.flatMap((r) => (r.kind === 'waveform' ? [r.waveform] : []));
    expect(waveform).toMatchObject({ pointId: velocityId, unit: 'g', sampleRateHz: 10_240, trigger: 'alarm' });
    expect(ledger.samples.some((s) => s.pointId === velocityId && s.value > 4.5)).toBe(true);
    broker.send('snapshot', JSON.stringify({ v: 1, pointId: kurtosisId }));
    await until('the raw signal that was asked for arrived', () =>
      ledger.records.some((r) => r.kind === 'waveform' && r.waveform.trigger === 'request'),
    );
    expect(await agent.end('SIGTERM')).toBe(0);
  });
});
