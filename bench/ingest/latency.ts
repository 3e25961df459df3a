import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Sample } from '@kuluma/shared/model/sample.ts';
import { topicOf } from '@kuluma/shared/model/topics.ts';
import type { MqttClient } from 'mqtt';
import { letterOf } from '../../tests/e2e/letters.ts';
import { connectGateway, type TestPlant, token } from '../../tests/e2e/start-ingest.ts';
import type { Bench, Row } from '../bench.ts';
import { startDevices } from '../edge/polling.ts';
import { startProgram, stopProgram } from '../edge/running-agent.ts';
import type { Stats } from './ingest-process.ts';
import { type IngestService, startIngestService } from './ingest-service.ts';

const samplesPerS = 5000;
const warmUpMs = 5000;

const measure = async (service: IngestService, measureMs: number): Promise<Stats['latency'] & { perS: number }> => {
  await sleep(warmUpMs);
  await service.ask('forget');
  await sleep(measureMs);
  const { latency } = await service.ask('stats');
  return { ...latency, perS: latency.samples / (measureMs / 1000) };
};

const rowOf = (what: string, latency: Awaited<ReturnType<typeof measure>>, p50Ms: number, p99Ms: number): Row => ({
  what,
  toReach: `p50 ${p50Ms} ms, p99 ${p99Ms} ms`,
  measured: `p50 ${latency.p50Ms.toFixed(0)} ms, p99 ${latency.p99Ms.toFixed(0)} ms at ${latency.perS.toFixed(0)} samples/s`,
  met: latency.p50Ms <= p50Ms && latency.p99Ms <= p99Ms && latency.perS >= 0.95 * samplesPerS,
  figures: latency,
});

const gateways = 50;
const letterEveryMs = 250;
const lettersPerS = (gateways * 1000) / letterEveryMs;

/** Publishes a letter of samples that are taken now, every so often, until it is stopped. */
const startPublishing = (client: MqttClient, plant: TestPlant): (() => void) => {
  const { organisationId, gatewayId, pointIds } = plant;
  const topic = topicOf(organisationId, gatewayId, 'live');
  let seq = 0;
  const publish = () => {
    const sampledAtMs = Date.now();
    const samples = pointIds.map(
      (pointId, i): Sample => ({ pointId, sampledAtMs, value: seq + i / 8, quality: 'good' }),
    );
    const letter = letterOf({ gatewayId, epoch: 1, class: 'live', seq }, samples, { withTable: seq++ === 0 });
    client.publish(topic, letter, { qos: 1 });
  };
  const timer = setInterval(publish, letterEveryMs);
  return () => clearInterval(timer);
};

const fromPublish = async (measureMs: number): Promise<Row> => {
  const service = await startIngestService(gateways, samplesPerS / lettersPerS, 'watched');
  const clients: MqttClient[] = [];
  const stops: (() => void)[] = [];
  for (const plant of service.plants) {
    const client = await connectGateway(service.url, plant.gatewayId);
    clients.push(client);
    stops.push(startPublishing(client, plant));
    // So that they do not publish all at once.
    await sleep(letterEveryMs / gateways);
  }
  const latency = await measure(service, measureMs);
  for (const stop of stops) stop();
  for (const client of clients) await client.endAsync();
  await service.stop();
  return rowOf(`at ${samplesPerS} samples/s, from PUBLISH at the broker to queryable`, latency, 50, 250);
};

const devices = 5;
const pointsPerDevice = samplesPerS / devices;

/** The agent with its default settings, reading floats once a second. */
const configOf = ({ organisationId, gatewayId, pointIds }: TestPlant, url: string, ports: readonly number[]) => ({
  organisationId,
  gatewayId,
  dataDir: './data',
  uplink: { url, token },
  buses: ports.map((port, i) => ({
    name: `bus ${i}`,
    source: { kind: 'modbus-tcp', host: '127.0.0.1', port },
    devices: [
      {
        name: `device ${i}`,
        profile: './floats.yaml',
        scanMs: 1000,
        points: Object.fromEntries(
          pointIds.slice(i * pointsPerDevice, (i + 1) * pointsPerDevice).map((pointId, n) => [`p${n}`, pointId]),
        ),
      },
    ],
  })),
});

const profile = {
  profile: 'floats',
  points: Array.from({ length: pointsPerDevice }, (_, i) => ({
    ...{ name: `p${i}`, unit: 'degC', role: 'sensor', function: 'holding' },
    ...{ address: 2 * i, type: 'float32', min: -1000, max: 1000 },
  })),
};

const fromRegister = async (measureMs: number): Promise<Row> => {
  const service = await startIngestService(1, samplesPerS, 'watched');
  const dir = await mkdtemp(join(tmpdir(), 'kuluma-bench-agent-'));
  const modbus = await startDevices(devices, pointsPerDevice);
  const config = configOf(service.plants[0] as TestPlant, service.url, modbus.ports);
  await writeFile(join(dir, 'floats.yaml'), JSON.stringify(profile));
  await writeFile(join(dir, 'gateway.yaml'), JSON.stringify(config));
  const bin = join(import.meta.dirname, '../../edge/bin/kuluma-edge.js');
  const agent = await startProgram(process.execPath, [bin, 'run', '--config', join(dir, 'gateway.yaml')]);
  const latency = await measure(service, measureMs);
  await stopProgram(agent);
  await modbus.stop();
  await service.stop();
  await rm(dir, { recursive: true });
  return rowOf(`at ${samplesPerS} samples/s, from the register read, default settings`, latency, 300, 800);
};

/** How old samples are when they can be queried. */
export const latency: Bench = async ({ full }) => {
  const measureMs = full ? 120_000 : 20_000;
  return [await fromPublish(measureMs), await fromRegister(measureMs)];
};
