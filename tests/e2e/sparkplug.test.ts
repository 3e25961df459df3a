import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SparkplugUplink } from '@kuluma/edge/uplink/sparkplug/sparkplug-uplink.ts';
import { wallTimer } from '@kuluma/edge/wall-timer.ts';
import type { Id } from '@kuluma/shared/model/base.ts';
import type { Sample } from '@kuluma/shared/model/sample.ts';
import { createLogger } from '@kuluma/shared/node/logger.ts';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { someAssignment, someId, someOrganisation } from '../contract/some-records.ts';
import { needs } from '../services.ts';
import { type RunningMosquitto, startMosquitto } from '../start-mosquitto.ts';
import { ForeignNode, type Metric } from './foreign-node.ts';
import { addPlant, type RunningIngest, startIngest, type TestPlant, token } from './start-ingest.ts';

type PointId = Id<'measurementPoint'>;

const plantNode = { group: 'plant', node: 'line 1' };
/** Metrics that points take, as an integrator would write them into the assignments. */
const sources = ['pump/speed', 'pump/flow', '/cabinet/temperature', 'fan/running'];

let nowMs = Date.now() - 3_600_000;
const at = (): number => nowMs++;

/** Points of a plant that are fed by metrics of one edge node. */
const addMetrics = async (running: RunningIngest, plant: TestPlant, name: typeof plantNode) => {
  const pointOf = new Map(sources.map((source) => [source, someId('measurementPoint') as PointId]));
  await running.records.transact(async (tx) => {
    for (const [source, pointId] of pointOf) {
      const assignment = someAssignment(plant.organisationId, pointId, plant.gatewayId, { fromMs: 0, toMs: null });
      await tx.insert('pointAssignment', { ...assignment, source: `sparkplug:${name.group}/${name.node}/${source}` });
    }
  });
  return pointOf;
};
const addNode = async (running: RunningIngest, name: typeof plantNode) => {
  const plant = await addPlant(running.records, 0);
  return { plant, pointOf: await addMetrics(running, plant, name) };
};

const births = (node: ForeignNode): void => {
  node.birth([{ name: 'cabinet/temperature', alias: 1, timestamp: at(), type: 'Float', value: 30.5 }]);
  node.send('DBIRTH/pump', [
    { name: 'speed', alias: 2, timestamp: at(), type: 'Int32', value: -1480 },
    { name: 'flow', alias: 3, timestamp: at(), type: 'Double', value: 12.25 },
    { name: 'state', alias: 4, timestamp: at(), type: 'String', value: 'running' },
    { name: 'power', alias: 5, timestamp: at(), type: 'Double', value: 3.5 },
  ]);
  node.send('DBIRTH/fan', [{ name: 'running', alias: 6, timestamp: at(), type: 'Boolean', value: true }]);
};
const byAlias = (alias: number, type: Metric['type'], value: Metric['value'], rest: Partial<Metric> = {}): Metric => ({
  alias,
  timestamp: at(),
  type,
  value,
  ...rest,
});

let running: RunningIngest;
let plant: TestPlant;
let pointOf: Map<string, PointId>;
let node: ForeignNode;

const stored = async (source: string): Promise<Sample[]> => {
  await running.ingest.settled();
  const { organisationId } = plant;
  const pointId = pointOf.get(source) as PointId;
  return running.timeSeries.read({ organisationId, pointId, fromMs: 0, toMs: 2 * Date.now() }, { anyQuality: true });
};
const untilStored = (source: string, values: number[]) =>
  expect.poll(async () => (await stored(source)).map((s) => s.value), { interval: 50 }).toEqual(values);
const nodeState = () => running.ingest.edgeNodes.nodes().find(({ gateway }) => gateway.gatewayId === plant.gatewayId);
const refusals = () =>
  running.ingest
    .refusals()
    .filter(({ gatewayId }) => gatewayId === plant.gatewayId)
    .map((r) => [r.reason, r.messages]);

describe('an edge node of another maker that signs in at our broker', () => {
  const dir = mkdtempSync(join(tmpdir(), 'kuluma-sparkplug-'));
  beforeAll(async () => {
    running = await startIngest(dir);
  });
  afterAll(async () => {
    await running.stop();
    rmSync(dir, { recursive: true });
  });
  const connect = async (of = births, bdSeq = 0) => {
    node = new ForeignNode(plantNode, bdSeq, of);
    const { gatewayId } = plant;
    await node.connect(running.ingest.url(), { clientId: gatewayId, username: gatewayId, password: token });
  };
  beforeEach(async () => {
    ({ plant, pointOf } = await addNode(running, plantNode));
  });
  afterEach(() => node.end());

  it('has the values of its births and data stored under their points', async () => {
    await connect();
    await untilStored('fan/running', [1]);
    node.send('DDATA/pump', [byAlias(2, 'Int32', -1490), byAlias(3, 'Double', 12.5)]);
    node.send('NDATA', [byAlias(1, 'Float', 31)]);
    const lastMs = nowMs;
    node.send('DDATA/fan', [byAlias(6, 'Boolean', false)]);
    await untilStored('pump/speed', [-1480, -1490]);
    await untilStored('pump/flow', [12.25, 12.5]);
    await untilStored('/cabinet/temperature', [30.5, 31]);
    await untilStored('fan/running', [1, 0]);
    expect((await stored('fan/running')).at(-1)).toMatchObject({ sampledAtMs: lastMs, quality: 'good' });
  });

  it('sees its host, and hears nothing but its own commands', async () => {
    await connect();
    await expect
      .poll(() => node.hosts)
      .toEqual([expect.stringMatching(/^spBv1.0\/STATE\/kuluma {"online":true,"timestamp":\d+}$/)]);
    await untilStored('fan/running', [1]);
    expect(node.commands).toEqual([]);
  });

  it('has what no point takes counted, and listed by the words that an assignment needs', async () => {
    await connect();
    await untilStored('fan/running', [1]);
    const [listed] = await running.ingest.edgeNodes.listingsOf(plant);
    const source = (rest: string) => `sparkplug:plant/line 1/${rest}`;
    expect(listed?.metrics.map((metric) => [metric.source, metric.isMapped])).toEqual([
      [source('/cabinet/temperature'), true],
      [source('pump/speed'), true],
      [source('pump/flow'), true],
      [source('pump/state'), false],
      [source('pump/power'), false],
      [source('fan/running'), true],
    ]);
    expect(nodeState()?.unmapped).toBe(1);
    expect(nodeState()?.counts.get('notNumeric')).toBe(1);
  });

  it('is asked for a rebirth after a gap, and loses nothing that came between', async () => {
    await connect();
    await untilStored('fan/running', [1]);
    node.seq++;
    node.send('DDATA/pump', [byAlias(3, 'Double', 13)]);
    await untilStored('pump/flow', [12.25, 13, 12.25]);
    expect(node.commands).toMatchObject([{ name: 'Node Control/Rebirth', type: 'Boolean', value: true }]);
    node.send('DDATA/pump', [byAlias(3, 'Double', 14)]);
    await untilStored('pump/flow', [12.25, 13, 12.25, 14]);
  });

  it('gives its past late, which changes nothing of the present', async () => {
    await connect();
    await untilStored('fan/running', [1]);
    const lastMs = nodeState()?.devices.find(({ name }) => name === 'pump')?.lastSampledAtMs;
    const dayAgoMs = Date.now() - 24 * 3_600_000;
    const past = [2, 1, 3].map((i) => byAlias(3, 'Double', i, { timestamp: dayAgoMs + i, isHistorical: true }));
    node.send('DDATA/pump', past);
    await untilStored('pump/flow', [1, 2, 3, 12.25]);
    expect(nodeState()?.devices.find(({ name }) => name === 'pump')?.lastSampledAtMs).toBe(lastMs);
  });

  it('leaves its devices stale when its connection breaks, and lives again by its next birth', async () => {
    await connect();
    await untilStored('fan/running', [1]);
    const lives = () => [nodeState()?.isAlive, ...(nodeState()?.devices ?? []).map(({ isAlive }) => isAlive)];
    expect(lives()).toEqual([true, true, true]);
    node.send('DDEATH/fan', []);
    await expect.poll(lives).toEqual([true, true, false]);
    node.drop();
    await expect.poll(lives).toEqual([false, false, false]);
    await connect(births, 1);
    await expect.poll(lives).toEqual([true, true, true]);
  });

  it('has bytes that are no payload counted, and goes on', async () => {
    await connect();
    node.sendBytes('DDATA/pump', Buffer.from([0x12, 0xff, 0x01]));
    node.send('DDATA/pump', [byAlias(3, 'Double', 20)]);
    await untilStored('pump/flow', [12.25, 20]);
    expect(refusals()).toEqual([['malformedPayload', 1]]);
  });

  it('is turned away where it commands others', async () => {
    await connect();
    await untilStored('fan/running', [1]);
    node.sendBytes('NCMD', Buffer.alloc(0));
    await expect.poll(refusals).toEqual([['foreignTopic', 1]]);
    await expect.poll(() => nodeState()?.isAlive).toBe(false);
  });
});

const { skip, title } = needs('mosquitto', 'an edge node of another maker on a broker of the site');
describe.skipIf(skip)(title, () => {
  const dir = mkdtempSync(join(tmpdir(), 'kuluma-sparkplug-'));
  let broker: RunningMosquitto;
  beforeAll(async () => {
    broker = await startMosquitto();
  });
  afterAll(async () => {
    await broker?.stop();
    rmSync(dir, { recursive: true });
  });
  const start = async () => {
    running = await startIngest(dir, { sparkplug: { url: broker.url } });
  };
  afterEach(async () => {
    await node?.end();
    await running.stop();
  });

  it('belongs to the gateway whose id is its name, and is asked for its births by a service that starts later', async () => {
    await start();
    plant = await addPlant(running.records, 0);
    const name = { group: 'plant', node: plant.gatewayId };
    pointOf = await addMetrics(running, plant, name);
    node = new ForeignNode(name, 0, births);
    await node.connect(broker.url, {});
    await untilStored('pump/flow', [12.25]);
    expect(node.commands).toEqual([]);
    await running.stop();
    node.send('DDATA/pump', [byAlias(3, 'Double', 1)]);
    await start();
    await expect
      .poll(
        () => {
          node.send('DDATA/pump', []);
          return node.commands.length;
        },
        { interval: 200 },
      )
      .toBe(1);
    await untilStored('pump/flow', [12.25, 12.25]);
    await expect
      .poll(() => node.hosts.map((text) => JSON.parse(text.split(' ')[1] ?? '').online))
      .toEqual([true, false, true]);
  });

  it('may be an agent of ours, whose every sample comes once', async () => {
    await start();
    plant = await addPlant(running.records, 0);
    const name = { group: 'plant', node: plant.gatewayId };
    pointOf = await addMetrics(running, plant, name);
    const pointId = someId('measurementPoint') as PointId;
    const uplink = new SparkplugUplink(
      { ...name, url: broker.url, clientId: 'agent', nextBdSeq: () => 0 },
      [{ name: 'pump', points: [{ pointId, name: 'flow', unit: 'l/s' }] }],
      {
        clock: { now: Date.now, rate: 1 },
        timer: wallTimer,
        random: Math.random,
        log: createLogger('test', 'silent'),
        devices: () => [],
      },
    );
    await uplink.start();
    await expect.poll(() => nodeState()?.isAlive).toBe(true);
    const values = Array.from({ length: 3000 }, (_, i) => i / 7);
    uplink.offer(values.map((value) => ({ pointId, value, quality: 'good', sampledAtMs: at() })));
    await untilStored('pump/flow', values);
    await uplink.stop();
    await expect.poll(() => nodeState()?.isAlive).toBe(false);
  });

  it('belongs to the gateway whose record names it', async () => {
    await start();
    ({ plant, pointOf } = await addNode(running, { group: 'plant', node: 'named' }));
    const { organisationId, gatewayId } = plant;
    await running.records.transact(async (tx) => {
      await tx.insert('organisation', { ...someOrganisation(), organisationId, id: organisationId });
      const gateway = await tx.get('gateway', organisationId, gatewayId);
      if (!gateway) throw new Error('the gateway is gone');
      await tx.update('gateway', { ...gateway, externalIds: [{ system: 'sparkplug', value: 'plant/named' }] });
    });
    node = new ForeignNode({ group: 'plant', node: 'named' }, 0, births);
    await node.connect(broker.url, {});
    await untilStored('pump/flow', [12.25]);
  });
});
