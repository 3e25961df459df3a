import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SamplesRefused } from '@kuluma/cloud/core/ingest/samples-refused.ts';
import type { StoredBatch, TimeSeriesStore } from '@kuluma/cloud/ports.ts';
import { clockOf } from '@kuluma/shared/clock.ts';
import type { Sample } from '@kuluma/shared/model/sample.ts';
import { type SampleClass, topicOf } from '@kuluma/shared/model/topics.ts';
import { encodeLetter } from '@kuluma/shared/wire/letter.ts';
import { encodeRecord, type RecordKey, type WireRecord } from '@kuluma/shared/wire/record.ts';
import type { MqttClient } from 'mqtt';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { someId } from '../contract/some-records.ts';
import { letterOf } from './letters.ts';
import { addPlant, connectGateway, type RunningIngest, startIngest, type TestPlant } from './start-ingest.ts';

const dir = mkdtempSync(join(tmpdir(), 'kuluma-letters-'));
let running: RunningIngest;
let aheadMs = 0;
let plant: TestPlant;
let client: MqttClient;
let nextSeq = 0;

/** A store that never takes this value. */
const poison = 666;
const refusesPoison = (store: TimeSeriesStore): TimeSeriesStore =>
  new Proxy(store, {
    get(target, key) {
      const value = Reflect.get(target, key);
      if (key !== 'write') return typeof value === 'function' ? value.bind(target) : value;
      return async (batches: readonly StoredBatch[]) => {
        const isPoisoned = ({ samples }: StoredBatch) => samples.value.includes(poison);
        const result = await target.write(batches.filter((batch) => !isPoisoned(batch)));
        const refused = [...batches.entries()].filter(([, batch]) => isPoisoned(batch));
        if (refused.length === 0) return result;
        throw new SamplesRefused(
          'for the test',
          refused.map(([batch]) => ({ batch, sample: 0 })),
        );
      };
    },
  });

beforeAll(async () => {
  running = await startIngest(dir, { clock: clockOf(() => Date.now() + aheadMs) }, refusesPoison);
});
afterAll(async () => {
  await running.stop();
  rmSync(dir, { recursive: true });
});
beforeEach(async () => {
  plant = await addPlant(running.records, 2);
  client = await connectGateway(running.ingest.url(), plant.gatewayId);
  return () => client.endAsync(true);
});

const startedAtMs = Date.now();
const keyOf = (fields: Partial<RecordKey> = {}): RecordKey => ({
  gatewayId: plant.gatewayId,
  epoch: 1,
  class: 'live',
  seq: nextSeq++,
  ...fields,
});
const sample = (value: number, fields: Partial<Sample> = {}): Sample => ({
  pointId: plant.pointIds[0] as Sample['pointId'],
  sampledAtMs: startedAtMs - nextSeq++,
  value,
  quality: 'good',
  ...fields,
});
const publish = (payload: Uint8Array, lane: SampleClass = 'live') =>
  client.publishAsync(topicOf(plant.organisationId, plant.gatewayId, lane), Buffer.from(payload), { qos: 1 });
const publishRecord = (record: WireRecord, lane: SampleClass = 'live', restampMs: number | null = null) =>
  publish(encodeLetter({ record: encodeRecord(record), tables: [], restampMs }), lane);
const stored = async (): Promise<Sample[]> => {
  await running.ingest.settled();
  const range = { organisationId: plant.organisationId, fromMs: 0, toMs: Date.now() * 2 };
  const all = await Promise.all(plant.pointIds.map((pointId) => running.timeSeries.read({ ...range, pointId })));
  return all.flat();
};
const storedValues = async () => (await stored()).map(({ value }) => value).sort((a, b) => a - b);
const refusals = () =>
  Object.fromEntries(
    running.ingest
      .refusals()
      .filter(({ gatewayId }) => gatewayId === plant.gatewayId)
      .map(({ reason, messages, samples }) => [reason, [messages, samples]]),
  );
const quarantined = (reason: string): Buffer[] =>
  readdirSync(join(dir, 'quarantine'))
    .filter((name) => name.startsWith(reason) && name.includes(plant.organisationId))
    .map((name) => readFileSync(join(dir, 'quarantine', name)));

it('keeps samples whose point table comes later, and stores them then', async () => {
  await publish(letterOf(keyOf(), [sample(1)], { withTable: false }));
  expect(await storedValues()).toEqual([]);
  await publish(letterOf(keyOf(), [sample(2)]));
  await expect.poll(storedValues).toEqual([1, 2]);
  await publish(letterOf(keyOf(), [sample(3)], { withTable: false }));
  expect(await storedValues()).toEqual([1, 2, 3]);
  expect(refusals()).toEqual({});
});

it('sets samples aside whose point table does not come within an hour', async () => {
  const letter = letterOf(keyOf(), [sample(1), sample(2)], { withTable: false });
  await publish(letter);
  await publish(letterOf(keyOf(), [sample(3, { pointId: plant.pointIds[1] as Sample['pointId'] })]));
  expect(await storedValues()).toEqual([3]);
  aheadMs = 3_600_001;
  await expect.poll(refusals).toEqual({ unknownTable: [1, 2] });
  expect(quarantined('unknownTable')).toEqual([letter]);
  aheadMs = 0;
});

it('goes on behind what it cannot read and what the store will never take, and keeps their bytes', async () => {
  const later = letterOf(keyOf(), [sample(1)]);
  later[0] = 3;
  const spoiled = letterOf(keyOf(), [sample(1)]);
  spoiled[spoiled.length - 1] = 255;
  const poisoned = letterOf(keyOf(), [sample(poison)]);
  for (const letter of [later, spoiled, poisoned, letterOf(keyOf(), [sample(5)])]) await publish(letter);
  expect(await storedValues()).toEqual([5]);
  expect(refusals()).toEqual({ malformedPayload: [2, 0], refusedByStore: [1, 1] });
  expect(new Set(quarantined('malformedPayload'))).toEqual(new Set([later, spoiled]));
  expect(quarantined('refusedByStore')).toEqual([poisoned]);
});

it('shifts the times of a letter as it says, and calls the samples uncertain', async () => {
  await publish(letterOf(keyOf(), [sample(1, { sampledAtMs: 5000 })], { restampMs: startedAtMs - 10_000 }));
  expect(await stored()).toMatchObject([{ value: 1, sampledAtMs: startedAtMs - 5000, quality: 'uncertain' }]);
});

it('stores alarms, gaps and waveforms once, however often and by whichever lane they come', async () => {
  const [pointId] = plant.pointIds as [Sample['pointId']];
  const alarm = {
    pointId,
    rule: 'hot',
    state: 'raised' as const,
    severity: 'alarm' as const,
    occurredAtMs: startedAtMs,
    value: 91,
    limit: 90,
  };
  const gap = { reason: 'restart' as const, fromMs: startedAtMs - 500, toMs: startedAtMs, samples: null };
  const values = new Uint8Array(new Float32Array([1, 2.5]).buffer);
  const head = { pointId, sampledAtMs: startedAtMs, sampleRateHz: 20_000, unit: 'mm/s' as const };
  const alarms: WireRecord = {
    key: keyOf({ class: 'alarm' }),
    kind: 'alarms',
    alarms: [alarm, { ...alarm, pointId: someId('measurementPoint') }],
  };
  const gaps: WireRecord = { key: keyOf(), kind: 'gap', gap: { ...gap, pointIds: [pointId] } };
  const waveform: WireRecord = {
    key: keyOf({ class: 'history' }),
    kind: 'waveform',
    waveform: { ...head, trigger: 'alarm', values },
  };
  for (let i = 0; i < 2; i++) {
    await publishRecord(alarms, 'alarm');
    await publishRecord(gaps, i === 0 ? 'live' : 'history');
    await publishRecord(waveform, 'history');
  }
  await running.ingest.settled();
  const { records } = running;
  const { gatewayId, organisationId } = plant;
  const listed = async (kind: 'alarm' | 'gap' | 'waveform') => records.list(kind, organisationId);
  expect(await listed('alarm')).toMatchObject([{ ...alarm, gatewayId, createdBy: { kind: 'policy', name: 'ingest' } }]);
  expect(await listed('gap')).toMatchObject([{ ...gap, gatewayId, pointIds: [pointId] }]);
  const valuesBase64 = Buffer.from(values).toString('base64');
  expect(await listed('waveform')).toMatchObject([{ ...head, gatewayId, valuesBase64 }]);
});

it('stores the point tables that it learns as records, each once', async () => {
  for (let i = 0; i < 3; i++) await publish(letterOf(keyOf(), [sample(i)]));
  await running.ingest.settled();
  const tables = await running.records.list('pointTable', plant.organisationId);
  expect(tables).toMatchObject([{ gatewayId: plant.gatewayId, pointIds: [plant.pointIds[0]] }]);
});

it('tells a gateway that begins to listen its pace and the time', async () => {
  const heard: unknown[] = [];
  client.on('message', (_, payload) => heard.push(JSON.parse(payload.toString())));
  await client.subscribeAsync(topicOf(plant.organisationId, plant.gatewayId, 'pace'));
  await expect.poll(() => heard.length).toBe(1);
  expect(heard).toEqual([{ historySamplesPerS: null, nowMs: expect.any(Number) }]);
});
