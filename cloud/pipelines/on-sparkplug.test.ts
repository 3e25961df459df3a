import { seededRandom } from '@kuluma/shared/clock.ts';
import { newId } from '@kuluma/shared/model/base.ts';
import { samplesOf } from '@kuluma/shared/model/sample.ts';
import { decodeLetter } from '@kuluma/shared/wire/letter.ts';
import { decodeRecord, type RecordKey } from '@kuluma/shared/wire/record.ts';
import { withPoints } from '@kuluma/shared/wire/samples-body.ts';
import {
  decodeSparkplug,
  encodeSparkplug,
  rebirthMetric,
  type SparkplugMetric,
  sparkplugTypes,
} from '@kuluma/shared/wire/sparkplug.ts';
import type { NodeMessageType } from '@kuluma/shared/wire/sparkplug-topic.ts';
import { beforeEach, expect, it } from 'vitest';
import type { KnownGateway, Records } from '../ports.ts';
import { createOnSparkplug, type OnSparkplug } from './on-sparkplug.ts';

const random = seededRandom(3);
const gateway: KnownGateway = {
  organisationId: newId('organisation', random),
  gatewayId: newId('gateway', random),
};
const [old, speed, cabinet] = Array.from({ length: 3 }, () => newId('measurementPoint', random));
const startMs = 1_790_000_000_000;
const movedMs = startMs - 1000;

/** What the pipeline asks of the records, and nothing else. */
const records = {
  list: async () => [
    { pointId: old, source: 'sparkplug:plant/line 1/pump/speed', period: { fromMs: 0, toMs: movedMs } },
    { pointId: speed, source: 'sparkplug:plant/line 1/pump/speed', period: { fromMs: movedMs, toMs: null } },
    { pointId: cabinet, source: 'sparkplug:plant/line 1//temperature/cabinet', period: { fromMs: 0, toMs: null } },
    { pointId: cabinet, source: 'bus/pump/speed', period: { fromMs: 0, toMs: null } },
  ],
} as unknown as Records;

let onSparkplug: OnSparkplug;
let kept: { lane: string; key: RecordKey; samples: unknown[] }[];
let commands: { topic: string; metrics: readonly SparkplugMetric[] }[];
let refused: unknown[];
let isFull: boolean;
let tables: number;
beforeEach(() => {
  kept = [];
  commands = [];
  refused = [];
  isFull = false;
  tables = 0;
  const known = new Map<string, readonly (typeof speed & string)[]>();
  onSparkplug = createOnSparkplug({
    records,
    clock: { now: () => startMs, rate: 1 },
    refusals: {
      count: (...args) => void refused.push(args),
      setAside: () => Promise.reject(new Error('nothing is set aside')),
    },
    keep: async (lane, { organisationId, payload }) => {
      if (isFull) throw new Error('full');
      expect(organisationId).toBe(gateway.organisationId);
      const letter = decodeLetter(payload);
      tables += letter.tables.length;
      for (const { tableId, pointIds } of letter.tables) known.set(tableId, pointIds as never);
      const record = decodeRecord(letter.record);
      if (record.kind !== 'samples') throw new Error('samples only');
      const samples = samplesOf(withPoints(record.samples, known.get(record.samples.tableId) ?? []));
      kept.push({ lane, key: record.key, samples });
    },
  });
});

const behind = (known: KnownGateway) => ({
  gateway: known,
  isWanted: () => true,
  command: async (topic: string, payload: Uint8Array) =>
    void commands.push({ topic, metrics: decodeSparkplug(payload).metrics }),
});

let seq = 0;
const take = (type: NodeMessageType, metrics: SparkplugMetric[], { node = 'line 1', as = gateway } = {}) => {
  if (type === 'NBIRTH') seq = 0;
  const device = type.startsWith('D') ? { device: 'pump' } : {};
  const payload = encodeSparkplug({ timestampMs: startMs, seq: seq++, metrics });
  return onSparkplug.take({ ...behind(as), topic: { group: 'plant', type, node, ...device }, payload });
};
const double = (value: number, rest: SparkplugMetric = {}): SparkplugMetric => ({
  timestampMs: startMs,
  datatype: sparkplugTypes.Double,
  value: { kind: 'double', value },
  ...rest,
});
const bear = async () => {
  await take('NBIRTH', [double(30, { name: 'temperature/cabinet', alias: 1 })]);
  await take('DBIRTH', [double(1480, { name: 'speed', alias: 2 }), double(5, { name: 'flow', alias: 3, unit: 'l/s' })]);
};

it('gives metrics to the points that name them, live and history apart', async () => {
  await bear();
  const late = { alias: 2, timestampMs: movedMs - 1, isHistorical: true };
  await take('DDATA', [double(1490, { alias: 2, timestampMs: startMs + 1 }), double(1400, late)]);
  const sample = (pointId: unknown, value: number, sampledAtMs = startMs) => ({
    pointId,
    value,
    sampledAtMs,
    quality: 'good',
  });
  expect(kept.map(({ lane, key, samples }) => [lane, key.class, key.seq, samples])).toEqual([
    ['live', 'live', 0, [sample(cabinet, 30)]],
    ['live', 'live', 1, [sample(speed, 1480)]],
    ['live', 'live', 2, [sample(speed, 1490, startMs + 1)]],
    ['history', 'history', 0, [sample(old, 1400, movedMs - 1)]],
  ]);
  expect(new Set(kept.map(({ key }) => `${key.gatewayId} ${key.epoch}`))).toEqual(
    new Set([`${gateway.gatewayId} ${startMs}`]),
  );
  expect(tables).toBe(1);
});

it('sends the table of points again after letters were lost', async () => {
  isFull = true;
  await expect(bear()).rejects.toThrow('full');
  isFull = false;
  await bear();
  expect(tables).toBe(1);
  expect(kept.map(({ key }) => key.seq)).toEqual([1]);
});

it('lists what no point takes, by the words that an assignment has to spell', async () => {
  await bear();
  await take('DDATA', [double(6, { alias: 3 })]);
  expect(onSparkplug.nodes()).toMatchObject([{ group: 'plant', node: 'line 1', isAlive: true, unmapped: 2 }]);
  const listings = await onSparkplug.listingsOf(gateway);
  const at = { lastSampledAtMs: startMs };
  expect(listings.map(({ metrics }) => metrics)).toEqual([
    [
      { ...at, source: 'sparkplug:plant/line 1//temperature/cabinet', unit: undefined, isMapped: true },
      { ...at, source: 'sparkplug:plant/line 1/pump/speed', unit: undefined, isMapped: true },
      { ...at, source: 'sparkplug:plant/line 1/pump/flow', unit: 'l/s', isMapped: false },
    ],
  ]);
  expect(await onSparkplug.listingsOf({ ...gateway, gatewayId: newId('gateway', random) })).toEqual([]);
});

it('asks a node that it does not know for its birth certificates, on the topic of its commands', async () => {
  await take('DDATA', [double(1, { alias: 2 })]);
  expect(commands).toMatchObject([
    {
      topic: 'spBv1.0/plant/NCMD/line 1',
      metrics: [{ name: rebirthMetric, datatype: sparkplugTypes.Boolean, value: { kind: 'boolean', value: true } }],
    },
  ]);
});

it('counts payloads that are none, and edge nodes beyond what one gateway may have', async () => {
  const topic = { group: 'plant', type: 'NDATA' as const, node: 'line 1' };
  await onSparkplug.take({ ...behind(gateway), topic, payload: Uint8Array.of(0x0a, 0xff) });
  for (let i = 0; i < 17; i++) await take('NBIRTH', [], { node: `n${i}` });
  expect(refused).toEqual([
    [gateway.gatewayId, 'malformedPayload', 0],
    [gateway.gatewayId, 'foreignTopic', 0],
  ]);
  expect(onSparkplug.nodes()).toHaveLength(16);
});

it('keeps nodes of the same name behind two gateways apart', async () => {
  await bear();
  await take('NDATA', [], { as: { ...gateway, gatewayId: newId('gateway', random) } });
  expect(onSparkplug.nodes().map(({ isAlive }) => isAlive)).toEqual([true, false]);
});
